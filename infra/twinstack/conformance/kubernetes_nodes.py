"""Conditions of Kubernetes, asked on its first control plane: nodes, their kubelets, tenants and queues."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan, Plan

CONFIG = "/etc/kubernetes/admin.conf"


def conditions(plan: Plan) -> Iterator[Condition]:
    """What the API server must say of every planned node."""
    planes = plan.site.by_service[Service.KUBERNETES_CONTROL_PLANE]
    if not plan.site.kubernetes or not planes:
        return
    at = planes[0].name
    yield Condition(
        "kubernetes",
        at,
        f"API server runs {plan.site.kubernetes.version}",
        partial(api_version, plan.site.kubernetes.version),
    )
    for host in plan.hosts.values():
        if host.in_kubernetes:
            yield Condition(
                "kubernetes", at, f"node {host.name}", partial(node_as_planned, host, plan.site.kubernetes.version)
            )
            if not host.host.simulated and not host.host.maintenance:
                yield Condition("kubernetes", at, f"kubelet settings of {host.name}", partial(kubelet_as_planned, host))


def ask(shell: Shell, *argv: str) -> dict[str, Any]:
    """What kubectl answers, as a document; `{}` with the error under `error` where it fails."""
    answer = shell.run("kubectl", "--kubeconfig", CONFIG, "--request-timeout=20s", *argv)
    if answer.rc:
        return {"error": answer.stderr.strip()}
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def api_version(version: str, shell: Shell) -> Verdict:
    """The server's own version is the planned one."""
    document = ask(shell, "version", "--output", "json")
    seen = document.get("serverVersion", {}).get("gitVersion", document.get("error"))
    return Verdict.same("version", f"v{version}", seen)


def node_as_planned(host: HostPlan, version: str, shell: Shell) -> Verdict:
    """The node is Ready with the planned labels and taints, a kubelet of the planned version, and GPUs as owned."""
    node = ask(shell, "get", "node", host.name, "--output", "json")
    if "error" in node:
        return Verdict.wrong(node["error"])
    wrong = [*readiness(host, node), *labels(host, node), *taints(host, node)]
    if not host.host.simulated and node["status"]["nodeInfo"]["kubeletVersion"] != f"v{version}":
        wrong.append(f"kubelet is {node['status']['nodeInfo']['kubeletVersion']}, planned v{version}")
    return Verdict.of(not wrong, "; ".join(wrong) or "Ready, labels and taints as planned")


def readiness(host: HostPlan, node: Mapping[str, Any]) -> Iterator[str]:
    """Ready and schedulable, or cordoned when in maintenance."""
    ready = {item["type"]: item["status"] for item in node["status"].get("conditions", [])}.get("Ready")
    cordoned = bool(node["spec"].get("unschedulable"))
    if host.host.maintenance:
        if not cordoned and ready == "True":
            yield "in maintenance, but schedulable"
    elif ready != "True" or cordoned:
        yield f"Ready is {ready}{', cordoned' if cordoned else ''}"


def labels(host: HostPlan, node: Mapping[str, Any]) -> Iterator[str]:
    """Pool, stack, the pool's own labels, and the mark of simulated nodes."""
    planned = {"twinstack.io/pool": host.pool.name, **host.pool.labels} if host.pool else {}
    if host.host.simulated:
        planned["twinstack.io/simulated"] = "true"
    seen = node["metadata"].get("labels", {})
    for key, value in planned.items():
        if seen.get(key) != value:
            yield f"label {key}: planned {value}, seen {seen.get(key)}"


def taints(host: HostPlan, node: Mapping[str, Any]) -> Iterator[str]:
    """Every planned taint is there; others (a controller's) are left alone."""
    seen = {(item["key"], item.get("value", ""), item["effect"]) for item in node["spec"].get("taints", [])}
    for taint in host.pool.taints if host.pool else ():
        if (taint.key, taint.value, taint.effect) not in seen:
            yield f"taint {taint.key}={taint.value}:{taint.effect} is missing"


def kubelet_as_planned(host: HostPlan, shell: Shell) -> Verdict:
    """The running kubelet's own configuration has the pool's resource managers and keeps off the others' CPUs."""
    document = ask(shell, "get", "--raw", f"/api/v1/nodes/{host.name}/proxy/configz")
    if "error" in document:
        return Verdict.wrong(document["error"])
    seen = document["kubeletconfig"]
    wrong = [
        f"{key}: planned {value}, seen {seen.get(key)}"
        for key, value in managers(host).items()
        if seen.get(key) != value
    ]
    if host.stack == "split" and not seen.get("reservedSystemCPUs"):
        wrong.append("a split host's kubelet reserves no CPUs")
    return Verdict.of(not wrong, "; ".join(wrong) or "as planned")


def managers(host: HostPlan) -> dict[str, str]:
    """The kubelet's resource managers by configuration key."""
    if host.pool is None:
        return {}
    tuning = host.pool.tuning
    return {
        "cpuManagerPolicy": tuning.cpu_manager,
        "topologyManagerPolicy": tuning.topology_manager,
        "memoryManagerPolicy": tuning.memory_manager,
    }
