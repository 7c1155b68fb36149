"""Ansible module, for a Slurm controller: drain nodes and wait for their jobs, or end drains."""

from __future__ import annotations

import re
from typing import Any, Iterator, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_drains import Turn, is_ours, takes_over, wait, wanted

DOCUMENTATION = """
module: slurm_drain
short_description: Drain nodes of Slurm and wait until no job is left on them, or end such drains
description:
  - A drain that somebody else set, and a node that is down, stay as they are; its jobs are waited for likewise.
  - A node that slurmctld does not know, or that does not answer, runs nothing that could be disturbed.
  - Does not fail for the sake of C(nodes), not even when slurmctld does not answer, so that each host of a play can be
    told its own. What holds each is in C(twinstack); whoever asked decides.
options:
  state:
    description: Whether the nodes are to be drained, or drains of these kinds are to end.
    type: str
    choices: [present, absent]
    default: present
  nodes:
    description:
      - Nodes by name, each with C(reason), C(timeout), the seconds that it may be waited for, and C(kinds), what the
        reasons of drains begin with that may be ended or given another reason.
    type: dict
    default: {}
  members:
    description: The nodes that the cluster will have; all others that it has now are drained as C(leaving) says.
    type: str
    default: ""
  leaving:
    description:
      - What nodes that are not among C(members) are drained with, as in C(nodes); none are without it. When their jobs
        do not end in time, the task fails.
    type: dict
  window:
    description: Seconds after which to answer although nodes are still waited for.
    type: int
    default: 300
  grace:
    description: Seconds to wait for more, once nodes are free.
    type: int
    default: 20
author: [twinstack]
"""

RETURN = """
actions:
  description: What was done.
  type: list
  returned: always
held:
  description: Nodes that are not free, with what holds each.
  type: dict
  returned: always
twinstack:
  description: Nodes by what became of them. C(free), C(waiting) and C(late), the latter two with what holds each.
  type: dict
  returned: always
"""

AWAY = frozenset({"DOWN", "FUTURE", "UNKNOWN", "NOT_RESPONDING", "POWERED_DOWN"})
RANGE = re.compile(r"^(.*?)\[([^\]]*)\](.*)$")


class Failed(Exception):  # noqa: N818
    """A command of Slurm's did not do what it should."""


class Node(NamedTuple):
    """A node as slurmctld sees it."""

    flags: frozenset[str]
    reason: str

    @property
    def drained(self) -> bool:
        """Whether it takes no new jobs."""
        return "DRAIN" in self.flags

    @property
    def away(self) -> bool:
        """Whether it runs nothing that could be disturbed."""
        return bool(self.flags & AWAY)


def parse(records: str) -> dict[str, Node]:
    """Nodes of `scontrol --oneliner show node` by name."""
    found = {}
    for record in records.splitlines():
        words, _, said = record.partition(" Reason=")
        fields = dict(word.split("=", 1) for word in words.split() if "=" in word)
        state = fields.get("State", "")
        silent = ["NOT_RESPONDING"] if "*" in state else []
        flags = (flag.rstrip("*~#!%$@^-") for flag in state.split("+"))
        found[fields.get("NodeName", "")] = Node(frozenset([*flags, *silent]), re.sub(r" \[[^\]]*\]$", "", said))
    return found


def expand(hostlist: str) -> Iterator[str]:
    """The names of a hostlist such as C(cpu[01-03,7],both1)."""
    for part in re.findall(r"(?:[^,\[]|\[[^\]]*\])+", hostlist):
        match = RANGE.match(part)
        if not match:
            yield part
            continue
        for item in match[2].split(","):
            first, _, last = item.partition("-")
            for number in range(int(first), int(last or first) + 1):
                yield from expand(f"{match[1]}{number:0{len(first)}}{match[3]}")


def holding(queue: str) -> dict[str, str]:
    """What holds each node, from lines of C(id|user|state|nodes)."""
    jobs: dict[str, list[str]] = {}
    for line in queue.splitlines():
        job, user, state, nodes = line.strip().split("|", 3)
        for node in expand(nodes):
            jobs.setdefault(node, []).append(f"{job} of {user} ({state.lower()})")
    return {node: f"job{'s' if len(each) > 1 else ''} {', '.join(each)}" for node, each in jobs.items()}


class Slurm:
    """The commands that speak to slurmctld."""

    def __init__(self, module: AnsibleModule) -> None:
        self.module = module
        self.actions: list[str] = []

    def run(self, *command: str) -> str:
        """A command's output.

        Raises:
            Failed: it failed; with its own words.
        """
        code, out, err = self.module.run_command(list(command))
        if code:
            raise Failed(f"{' '.join(command)}: {(err or out).strip()}")
        return str(out)

    def nodes(self) -> dict[str, Node]:
        """Every node of the cluster."""
        return parse(self.run("scontrol", "--oneliner", "--all", "show", "node"))

    def update(self, names: list[str], *settings: str) -> None:
        """Change nodes; noted always, done unless in check mode."""
        self.actions.append(" ".join(["update", ",".join(names), *settings]))
        if not self.module.check_mode:
            self.run("scontrol", "update", f"NodeName={','.join(names)}", *settings)

    def busy(self, names: list[str]) -> dict[str, str]:
        """What holds those of the nodes that are not free."""
        queue = self.run("squeue", "--noheader", "--all", "--nodelist", ",".join(names), "--format", "%A|%u|%T|%N")
        held = holding(queue)
        return {name: held[name] for name in names if name in held}


def drain(slurm: Slurm, params: dict[str, Any]) -> Turn:
    """Drain nodes that nobody has drained, then wait until jobs are over, those of drained ones too."""
    known, nodes = slurm.nodes(), wanted(params["nodes"])
    if params["leaving"] is not None:
        members = {*expand(params["members"])}
        nodes.update(wanted({name: params["leaving"] for name in known if name not in members}))
    here = {name: node for name, node in nodes.items() if name in known and not known[name].away}
    by_reason: dict[str, list[str]] = {}
    for name, node in here.items():
        if not known[name].drained or takes_over(known[name].reason, node):
            by_reason.setdefault(node.reason, []).append(name)
    for reason, names in by_reason.items():
        slurm.update(sorted(names), "State=DRAIN", f"Reason={reason}")
    if slurm.module.check_mode:
        return Turn(sorted(nodes), {}, {})
    turn = wait(here, slurm.busy, window=params["window"], grace=params["grace"])
    return turn._replace(free=sorted({*turn.free, *nodes} - {*turn.waiting, *turn.late}))


def lift(slurm: Slurm, params: dict[str, Any]) -> Turn:
    """End those drains of nodes that are of these kinds."""
    known, nodes = slurm.nodes(), wanted(params["nodes"])
    found = {name: known[name] for name in nodes if name in known}
    ours = sorted(name for name, node in found.items() if node.drained and is_ours(node.reason, nodes[name].kinds))
    if ours:
        slurm.update(ours, "State=UNDRAIN")
    return Turn(ours, {}, {})


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "nodes": {"type": "dict", "default": {}},
            "members": {"type": "str", "default": ""},
            "leaving": {"type": "dict"},
            "window": {"type": "int", "default": 300},
            "grace": {"type": "int", "default": 20},
        },
        supports_check_mode=True,
    )
    slurm = Slurm(module)
    turn = served(slurm, module.params)
    if module.params["leaving"] is not None and turn.late:
        held = "; ".join(f"{name} still runs {what}" for name, what in sorted(turn.late.items()))
        module.fail_json(msg=f"nodes that leave the cluster stay drained until they are free, and are not free: {held}")
    module.exit_json(changed=bool(slurm.actions), actions=slurm.actions, held=turn.held, twinstack=turn._asdict())


def served(slurm: Slurm, params: dict[str, Any]) -> Turn:
    """What came of it; when slurmctld does not answer, the same for every node.

    Then no node is known to leave: it is by the new configuration that the daemon is to come up.
    """
    if slurm.module.get_bin_path("scontrol") is None:
        return Turn(sorted(params["nodes"]), {}, {})
    try:
        return (drain if params["state"] == "present" else lift)(slurm, params)
    except Failed as error:
        return Turn([], {}, {name: str(error) for name in params["nodes"]})


if __name__ == "__main__":
    main()
