"""Ansible module: wait until the controller counts this node as in service."""

from __future__ import annotations

import re
import time
from typing import NamedTuple

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: slurm_node_ready
short_description: Wait until this node has registered with slurmctld
description:
  - Ends when the node is registered and neither down nor silent. A drain is somebody's decision and not waited for.
  - A node that slurmctld refuses (fewer CPUs, less memory or other GPUs than planned) fails the task at once, with the
    reason.
options:
  node:
    description: The node's name in slurm.conf.
    type: str
    required: true
  unit:
    description: The unit of slurmd, whose journal a failure shows.
    type: str
    default: slurmd.service
  deadline:
    description: Seconds in which the node must have registered.
    type: int
    default: 90
author: [twinstack]
"""

RETURN = """
state:
  description: The node's state.
  type: str
  returned: always
"""

AWAY = frozenset({"DOWN", "UNKNOWN", "FUTURE", "NOT_RESPONDING"})
REFUSED = frozenset({"INVAL", "INVALID", "INVALID_REG"})
PAUSE = 0.2


class Node(NamedTuple):
    """A node as slurmctld sees it."""

    flags: frozenset[str]
    reason: str

    @property
    def refused(self) -> bool:
        """Whether slurmctld does not accept what the node has."""
        return bool(self.flags & REFUSED)

    @property
    def in_service(self) -> bool:
        """Whether the node is registered and answers."""
        return bool(self.flags) and not self.flags & (AWAY | REFUSED)


def parse(record: str) -> Node:
    """The state and reason of one `scontrol --oneliner show node` record."""
    state = re.search(r"\bState=(\S+)", record)
    reason = re.search(r"\bReason=(.*?)(?: \[|$)", record)
    flags = re.split(r"[+]", state[1].rstrip("*~#!%$@^-")) if state else []
    silent = ["NOT_RESPONDING"] if state and "*" in state[1] else []
    return Node(frozenset([*flags, *silent]), reason[1] if reason else "")


def await_node(module: AnsibleModule) -> Node:
    """Ask until the node is in service, refused, or late; a late one fails the task with what is known."""
    name, deadline = module.params["node"], module.params["deadline"]
    finish = time.monotonic() + deadline
    while True:
        code, out, err = module.run_command(["scontrol", "--oneliner", "show", "node", name])
        node = parse(out) if not code else parse("")
        if node.in_service or node.refused:
            return node
        if time.monotonic() > finish:
            seen = (err or out).strip()
            module.fail_json(msg=f"node {name} is not in service after {deadline} s: {seen}\n{journal(module)}")
        time.sleep(PAUSE)


def journal(module: AnsibleModule) -> str:
    """The last lines of slurmd's unit."""
    return str(module.run_command(["journalctl", "--unit", module.params["unit"], "--lines", "15", "--no-pager"])[1])


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "node": {"type": "str", "required": True},
            "unit": {"type": "str", "default": "slurmd.service"},
            "deadline": {"type": "int", "default": 90},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=False, state="not asked in check mode")
    node = await_node(module)
    if node.refused:
        module.fail_json(msg=f"slurmctld refuses node {module.params['node']}: {node.reason or 'no reason given'}")
    module.exit_json(changed=False, state="+".join(sorted(node.flags)))


if __name__ == "__main__":
    main()
