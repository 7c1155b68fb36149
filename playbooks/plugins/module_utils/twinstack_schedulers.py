"""What the schedulers say of nodes that are not plainly in service, asked once for all of them."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any, Callable, Iterator  # noqa: UP035 (hosts run Python 3.9, too)

PATIENCE = 30
"""Seconds that a scheduler has to answer."""
STATE = re.compile(r"\bState=(\S+)")
NAME = re.compile(r"\bNodeName=(\S+)")
REASON = re.compile(r"\bReason=(.*?)(?: \[(.*?)@[^\]]*\])?$")
SILENT = "*"
MARKS = "*~#!%$@^-"
KUBECTL = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", f"--request-timeout={PATIENCE}s"]
OUT = frozenset({"DOWN", "DRAIN", "FAIL", "UNKNOWN", "FUTURE", "NOT_RESPONDING", "INVAL", "INVALID_REG"})


class NoAnswer(Exception):  # noqa: N818
    """A scheduler that did not answer; what it said instead."""


def output(command: list[str]) -> str:
    """What a command prints."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswer(str(error)) from error
    if done.returncode:
        raise NoAnswer((done.stderr or done.stdout).strip())
    return done.stdout


def slurm(wanted: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Slurm's nodes with flags, reason and who gave it; those that are in service are left out."""
    known = dict(map(slurm_node, output(["scontrol", "--oneliner", "show", "node"]).splitlines()))
    found = {name: known.get(name, {"flags": [], "reason": "", "by": ""}) for name in wanted}
    return {name: node for name, node in found.items() if not node["flags"] or OUT & set(node["flags"])}


def slurm_node(record: str) -> tuple[str, dict[str, Any]]:
    """Name and state of one record of `scontrol --oneliner show node`."""
    name, state, reason = (pattern.search(record.strip()) for pattern in (NAME, STATE, REASON))
    word = state[1] if state else "UNKNOWN"
    flags = [*word.rstrip(MARKS).split("+"), *(["NOT_RESPONDING"] if SILENT in word else [])]
    why, by = (reason[1], reason[2] or "") if reason else ("", "")
    return (name[1] if name else "", {"flags": flags, "reason": why, "by": by})


def kubernetes(wanted: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Kubernetes' nodes that are unknown, not ready, cordoned, or without the labels and taints that they should have.

    `wanted` has `labels` and `taints` by node.
    """
    nodes = json.loads(output([*KUBECTL, "get", "nodes", "--output", "json"]))["items"]
    known = {node["metadata"]["name"]: node for node in nodes}
    found = {name: kubernetes_node(known.get(name), wanted[name]) for name in wanted}
    return {name: node for name, node in found.items() if node != IN_SERVICE}


IN_SERVICE: dict[str, Any] = {"known": True, "ready": True, "message": "", "cordoned": False, "other": []}


def kubernetes_node(node: dict[str, Any] | None, wanted: dict[str, Any]) -> dict[str, Any]:
    """What is to be known of one node; IN_SERVICE when all is well."""
    if node is None:
        return {**IN_SERVICE, "known": False, "ready": False}
    ready = next((c for c in node["status"].get("conditions", []) if c["type"] == "Ready"), {})
    is_ready = ready.get("status") == "True"
    return {
        "known": True,
        "ready": is_ready,
        "message": "" if is_ready else ready.get("message", ""),
        "cordoned": bool(node["spec"].get("unschedulable")) and not drained(node),
        "other": [*drained(node), *labels(node, wanted["labels"]), *taints(node, wanted["taints"])],
    }


def drained(node: dict[str, Any]) -> list[str]:
    """The drain of ours that is left on a node (see kubernetes_drain)."""
    reason = node["metadata"].get("annotations", {}).get("twinstack.io/drain")
    return [f"cordoned: {reason}"] if reason else []


def labels(node: dict[str, Any], wanted: dict[str, str]) -> Iterator[str]:
    """Labels that are gone or have another value."""
    present = node["metadata"].get("labels", {})
    for key, value in wanted.items():
        if present.get(key) != value:
            yield f"label {key} is {present[key]}, not {value}" if key in present else f"label {key} missing"


def taints(node: dict[str, Any], wanted: list[dict[str, str]]) -> Iterator[str]:
    """Taints that are gone."""
    present = [(taint["key"], taint["effect"], taint.get("value", "")) for taint in node["spec"].get("taints") or []]
    for taint in wanted:
        if (taint["key"], taint["effect"], taint.get("value", "")) not in present:
            yield f"taint {taint['key']}:{taint['effect']} missing"


ASK: dict[str, Callable[[dict[str, Any]], dict[str, dict[str, Any]]]] = {"slurm": slurm, "kubernetes": kubernetes}


def answers(asked: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By scheduler its `nodes`, or the `problem` where it did not answer."""
    found: dict[str, dict[str, Any]] = {}
    for scheduler, wanted in asked.items():
        try:
            found[scheduler] = {"nodes": ASK[scheduler](wanted)}
        except NoAnswer as error:
            found[scheduler] = {"problem": str(error)}
    return found
