"""What a scheduler's view of a node means: a fault that the node's role repairs, or a person's decision to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NODE_ROLES = {"slurm": ("slurm-compute",), "kubernetes": ("kubernetes-worker", "kubernetes-control-plane")}
"""By scheduler the roles that answer for a node; a host has at most one of each."""
OURS = "twinstack:"
"""How the reason of a drain begins that twinstack has set."""
SILENT = frozenset({"DOWN", "UNKNOWN", "NOT_RESPONDING"})
REFUSED = frozenset({"INVAL", "INVALID_REG"})
DRAINED = frozenset({"DRAIN", "FAIL"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Words on one node: `faults` are repaired, `decisions` are left to those who made them.

    `silence` is a fault only of a host on which nothing else is found that explains it. A node that is not `known` has
    not been in service.
    """

    faults: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    silence: tuple[str, ...] = ()
    known: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """All that keeps it from being plainly in service."""
        return (*self.faults, *self.decisions, *self.silence)


def of_slurm(node: Mapping[str, object]) -> Verdict:
    """A node of Slurm that is not plainly in service (`flags`, `reason`, `by`)."""
    flags, reason = frozenset(_texts(node, "flags")), str(node.get("reason") or "no reason given")
    if not flags:
        return Verdict(silence=("slurmctld does not know the node",), known=False)
    faults: list[str] = []
    decisions: list[str] = []
    silence: list[str] = []
    if flags & REFUSED:
        faults.append(f"slurmctld refuses the node: {reason}")
    elif flags & SILENT:
        silence.append(f"node down: {reason}")
    if flags & DRAINED:
        (faults if reason.startswith(OURS) else decisions).append(f"node drained: {reason}{_who(node)}")
    return Verdict(tuple(faults), tuple(decisions), tuple(silence))


def _who(node: Mapping[str, object]) -> str:
    return f" (by {node['by']})" if node.get("by") else ""


def of_kubernetes(node: Mapping[str, object]) -> Verdict:
    """A node of Kubernetes that is not plainly in service (`known`, `ready`, `message`, `cordoned`, `other`)."""
    other = _texts(node, "other")
    if not node.get("known"):
        return Verdict(silence=("the API server does not know the node",), known=False)
    silence = () if node.get("ready") else (f"node not ready: {node.get('message') or 'no message'}",)
    return Verdict(other, ("node cordoned",) if node.get("cordoned") else (), silence)


def _texts(node: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = node.get(key)
    return tuple(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else ()


JUDGES = {"slurm": of_slurm, "kubernetes": of_kubernetes}
"""By scheduler what its view of a node means."""
