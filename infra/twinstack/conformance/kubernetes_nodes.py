"""Conditions of Kubernetes, asked on its first control plane: nodes, their kubelets, tenants and queues."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.division import system_reserve
from twinstack.inventory.model import Service
from twinstack.planning.model import HostPlan, Plan
from twinstack.planning.quotas import hugepages_of
from twinstack.rendering import kubelet, kubelet_memory
from twinstack.rendering.containerd import directory_of
from twinstack.rendering.kernel_settings import shares_kernel

CONFIG = "/etc/kubernetes/admin.conf"
UNITS = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}
SIZE = re.compile(r"(\d+)(Ki|Mi|Gi|Ti)")
DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def conditions(plan: Plan) -> Iterator[Condition]:
    """What the API server must say of every planned node."""
    planes = plan.site.by_service[Service.KUBERNETES_CONTROL_PLANE]
    if not plan.site.kubernetes or not planes:
        return
    at = planes[0].name
    keep_images = directory_of(plan.site.artifacts.images) is not None
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
                asks = partial(kubelet_as_planned, host, keep_images=keep_images)
                yield Condition("kubernetes", at, f"kubelet settings of {host.name}", asks)
                yield Condition("memory", at, f"node {host.name} offers its share", partial(memory_as_planned, host))


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
        away = host.host.maintenance and "NotFound" in node["error"]
        return Verdict.not_here("in maintenance since before it joined") if away else Verdict.wrong(node["error"])
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


def kubelet_as_planned(host: HostPlan, shell: Shell, *, keep_images: bool) -> Verdict:
    """The running kubelet's own configuration is, setting by setting, what is rendered for its host."""
    document = ask(shell, "get", "--raw", f"/api/v1/nodes/{host.name}/proxy/configz")
    if "error" in document:
        return Verdict.wrong(document["error"])
    seen, wanted = document["kubeletconfig"], kubelet.settings(host, keep_images=keep_images)
    wrong = [
        f"{key}: planned {value}, seen {seen.get(key)}"
        for key, value in wanted.items()
        if not says(seen.get(key), value)
    ]
    return Verdict.of(not wrong, "; ".join(wrong) or f"as rendered ({len(wanted)} settings)")


def memory_as_planned(host: HostPlan, shell: Shell) -> Verdict:
    """The node offers the planned huge pages, and the planned memory but for what firmware and kernel take of it.

    They take less than what the plan leaves to the system by itself (`system_reserve`).
    """
    if shares_kernel(host.hardware):
        return Verdict.not_here("the host sees the memory of the machine that it shares, and offers that")
    node = ask(shell, "get", "node", host.name, "--output", "json")
    if "error" in node:
        return Verdict.wrong(node["error"])
    offers = node["status"]["allocatable"]
    most, seen = kubelet_memory.offered(host), amount(offers["memory"])
    wrong = list(pages(host, offers))
    if not most - system_reserve(host.hardware) <= seen <= most:
        wrong.insert(0, f"memory: planned {most >> 20}Mi, seen {seen >> 20}Mi")
    return Verdict.of(not wrong, "; ".join(wrong) or f"{seen >> 20}Mi of {most >> 20}Mi, huge pages as planned")


def pages(host: HostPlan, offers: Mapping[str, str]) -> Iterator[str]:
    """Huge pages of any size that are not as many as planned."""
    planned = hugepages_of(host)
    sizes = [name for name in offers if name.startswith("hugepages-")]
    for name in dict.fromkeys((*planned, *sizes)):
        seen, wanted = amount(offers.get(name, "0")), planned.get(name, 0)
        if seen != wanted:
            yield f"{name}: planned {wanted >> 20}Mi, seen {seen >> 20}Mi"


def amount(text: str) -> int:
    """A quantity of memory in bytes, as the API server writes it."""
    size = SIZE.fullmatch(text)
    return int(size[1]) * UNITS[size[2]] if size else int(text)


def says(seen: object, wanted: object) -> bool:
    """Whether a running configuration says what was rendered: written otherwise, or saying more, it does."""
    if isinstance(wanted, Mapping) and isinstance(seen, Mapping):
        return all(says(seen.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(seen, list):
        return len(seen) == len(wanted) and all(says(*pair) for pair in zip(seen, wanted, strict=True))
    return plain(seen) == plain(wanted)


def plain(value: object) -> object:
    """A time (`1m30s`) in seconds, a size (`1Gi`) in bytes, anything else as it is."""
    if not isinstance(value, str) or not value:
        return value
    if SIZE.fullmatch(value):
        return amount(value)
    if time := DURATION.fullmatch(value):
        hours, minutes, seconds = (int(part or 0) for part in time.groups())
        return hours * 3600 + minutes * 60 + seconds
    return value
