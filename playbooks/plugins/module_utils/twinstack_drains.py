"""Whose drain it is: by what its reason begins with. Shared by the modules for Slurm and for Kubernetes."""

from __future__ import annotations

import time
from typing import Any, Callable, Iterable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

PAUSE = 0.5
LONGEST_PAUSE = 5.0


def is_ours(reason: str, kinds: Iterable[str]) -> bool:
    """Whether a drain with this reason was set by a run of one of these kinds."""
    return any(reason.startswith(kind) for kind in kinds)


class Wanted(NamedTuple):
    """A node to be drained: why, how many more seconds it may be waited for, which other drains are ours to end."""

    reason: str
    timeout: float
    kinds: tuple[str, ...]


def wanted(nodes: dict[str, dict[str, Any]]) -> dict[str, Wanted]:
    """The nodes of the module's arguments."""
    return {
        name: Wanted(str(node["reason"]), float(node["timeout"]), tuple(node["kinds"])) for name, node in nodes.items()
    }


def takes_over(reason: str, node: Wanted) -> bool:
    """Whether a node that is drained already gets another reason: one of ours makes way, another's stays."""
    return reason != node.reason and is_ours(reason, node.kinds)


class Turn(NamedTuple):
    """What came of waiting: nodes that may be changed, those to be asked for again, those whose time ran out."""

    free: list[str]
    waiting: dict[str, str]
    late: dict[str, str]

    @property
    def held(self) -> dict[str, str]:
        """Nodes that may not be changed, with what holds each."""
        return {**self.waiting, **self.late}


def wait(nodes: dict[str, Wanted], busy: Callable[[list[str]], dict[str, str]], *, window: float, grace: float) -> Turn:
    """Wait until every node is free or late, for `window` seconds at most; less once some are free.

    Those that are free are not kept waiting for others: it ends `grace` seconds after one became free.
    `busy` answers with what holds each node that is not free.
    """
    begin = last = time.monotonic()
    left, free, late, pause = dict(nodes), list[str](), dict[str, str](), PAUSE
    while True:
        held = busy(list(left)) if left else {}
        now = time.monotonic()
        fresh = [name for name in left if name not in held]
        late.update({name: held[name] for name in held if now - begin >= left[name].timeout})
        left = {name: node for name, node in left.items() if name in held and name not in late}
        last = now if fresh else last
        free += fresh
        if not left or now - begin >= window or (free and now - last >= grace):
            return Turn(free, {name: held[name] for name in left}, late)
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
