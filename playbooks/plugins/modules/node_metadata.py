"""Ansible module, for a control plane: labels and taints of one node."""

from __future__ import annotations

import json
from typing import Any, Dict  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import Failed, Host

DOCUMENTATION = """
module: node_metadata
short_description: Bring a node's labels and taints where they should be, and wait for it
description:
  - Labels and taints that others set stay; what this module set and what is no longer wanted goes. Which those are is
    written in the node's annotation C(twinstack.io/managed).
options:
  name:
    description: The node.
    type: str
    required: true
  labels:
    description: Wanted labels.
    type: dict
    default: {}
  taints:
    description: Wanted taints with C(key), C(value), C(effect).
    type: list
    elements: dict
    default: []
  ready:
    description: Whether to wait until the node is Ready; else until it has registered.
    type: bool
    default: true
  timeout:
    description: Seconds for each of the two.
    type: int
    default: 120
author: [twinstack]
"""

RETURN = """
patch:
  description: What was changed.
  type: dict
  returned: always
"""

MANAGED = "twinstack.io/managed"
# Somebody else changed the node between question and answer.
CONFLICT = "the object has been modified"
ATTEMPTS = 5
STATUS = "jsonpath={range .status.conditions[*]}{.type}={.status} {.message}; {end}"

Taint = Dict[str, str]  # noqa: UP006 (hosts run Python 3.9, too)


def patch_of(node: dict[str, Any], labels: dict[str, str], taints: list[Taint]) -> dict[str, Any]:
    """The merge patch that brings a node where it should be; empty when it is there."""
    metadata = node["metadata"]
    managed = json.loads(metadata.get("annotations", {}).get(MANAGED, "{}"))
    found = changed_labels(metadata.get("labels", {}), labels, managed.get("labels", []))
    present = node.get("spec", {}).get("taints") or []
    wanted = merged_taints(present, taints, managed.get("taints", []))
    now = json.dumps({"labels": sorted(labels), "taints": sorted(map(identity, taints))}, sort_keys=True)
    patch: dict[str, Any] = {}
    if found or metadata.get("annotations", {}).get(MANAGED) != now:
        patch["metadata"] = {**({"labels": found} if found else {}), "annotations": {MANAGED: now}}
    if wanted != present:
        # The list is replaced as a whole: it must be still the one that was read.
        patch.setdefault("metadata", {})["resourceVersion"] = metadata["resourceVersion"]
        patch["spec"] = {"taints": wanted}
    return patch


def changed_labels(present: dict[str, str], wanted: dict[str, str], managed: list[str]) -> dict[str, str | None]:
    """Labels to set, and (as None) to remove: those that were ours and are no longer wanted."""
    gone: dict[str, str | None] = {key: None for key in managed if key in present and key not in wanted}
    return {**gone, **{key: value for key, value in wanted.items() if present.get(key) != value}}


def merged_taints(present: list[Taint], wanted: list[Taint], managed: list[str]) -> list[Taint]:
    """All taints that the node should have: others' as they are, then ours as wanted."""
    ours = {*managed, *map(identity, wanted)}
    others = [taint for taint in present if identity(taint) not in ours]
    ours_there = [taint for taint in present if taint not in others]
    return present if values(ours_there) == values(wanted) else [*others, *wanted]


def values(taints: list[Taint]) -> dict[str, str]:
    """The value of each taint."""
    return {identity(taint): taint.get("value", "") for taint in taints}


def identity(taint: Taint) -> str:
    """What makes two taints the same one."""
    return f"{taint['key']}:{taint['effect']}"


def settle(host: Host, params: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """Read the node and patch it, again when somebody else was faster; the patch."""
    for _ in range(ATTEMPTS):
        node = json.loads(host.kubectl("get", "node", params["name"], "--output", "json"))
        patch = patch_of(node, params["labels"], params["taints"])
        if not patch or check or applied(host, params["name"], patch):
            return patch
    raise Failed(f"node {params['name']}: somebody else keeps changing it")


def applied(host: Host, name: str, patch: dict[str, Any]) -> bool:
    """Whether the patch went in; False when it met another change."""
    code, out, err = host.attempt_kubectl("patch", "node", name, "--type", "merge", "--patch", json.dumps(patch))
    if code and CONFLICT not in err:
        raise Failed(f"node {name} could not be patched: {(err or out).strip()}")
    return code == 0


def wait_for(host: Host, name: str, condition: str, timeout: int) -> None:
    """Wait for a condition in one watch."""
    code, _, err = host.attempt_kubectl("wait", f"--for={condition}", f"node/{name}", f"--timeout={timeout}s")
    if code:
        seen = host.attempt_kubectl("get", "node", name, "--output", STATUS)[1]
        raise Failed(f"node {name}: no {condition} within {timeout} s: {err.strip()} {seen.strip()}")


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "labels": {"type": "dict", "default": {}},
            "taints": {"type": "list", "elements": "dict", "default": []},
            "ready": {"type": "bool", "default": True},
            "timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    params = module.params
    host = Host(module.run_command, "/dev/null")
    try:
        wait_for(host, params["name"], "create", params["timeout"])
        patch = settle(host, params, check=module.check_mode)
        if params["ready"] and not module.check_mode:
            wait_for(host, params["name"], "condition=Ready", params["timeout"])
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(patch), patch=patch)


if __name__ == "__main__":
    main()
