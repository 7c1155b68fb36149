"""Who is out of service before others are disturbed: each scheduler is asked once, on its controller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from twinstack.provider import observe
from twinstack.provider.connection import Connection
from twinstack.provider.engine_log import Log
from twinstack.provider.host_change import HostChange
from twinstack.provider.host_state import HostState
from twinstack.provider.node_states import Verdict
from twinstack.provider.questions import Nodes, Questions, expanded
from twinstack.provider.runner import Outcome, Runner, unwatched
from twinstack.provider.values import mapping
from twinstack.provider.waves import CONTROL_PLANE, Out, limit

PLAIN: Mapping[str, object] = {"labels": {}, "taints": []}
"""What is asked of a node: whether it is in service, and no more."""


class Census:
    """Asks the schedulers of the hosts that are to be disturbed."""

    def __init__(self, runner: Runner, log: Log) -> None:
        self._runner = runner
        self._log = log

    async def out(self, changes: Sequence[HostChange]) -> dict[str, Out]:
        """Hosts that are out of service, of those that count together with these; where it matters to any."""
        asked = asked_of(changes)
        if not asked.of:
            return {}
        self._log.status("", "asking the schedulers which hosts are out of service")
        outcome = await self._runner.run(observe.play_of((), {}, asked), unwatched)
        for why in unanswered(asked, outcome):
            self._log.warning("", why)
        seen = {name: out_of(verdicts) for name, verdicts in observe.judged(asked, outcome).items()}
        return {name: each for name, each in seen.items() if each is not None}


def beside(host: HostState, disturbs: Mapping[str, object]) -> tuple[Nodes, ...]:
    """The nodes that count together with a host: its pool's, or all control planes where one is disturbed."""
    folded = {"kubernetes": host.control_planes} if CONTROL_PLANE in disturbs else host.peers
    return tuple(
        Nodes(scheduler, host.controllers[scheduler], expanded(names))
        for scheduler, names in folded.items()
        if scheduler in host.controllers
    )


def asked_of(changes: Sequence[HostChange]) -> Questions:
    """The questions about all nodes that count together with these hosts, where not all may be out at a time anyway."""
    of: dict[str, dict[str, dict[str, Mapping[str, object]]]] = {}
    controllers: dict[str, Connection] = {}
    role_of: dict[tuple[str, str], str] = {}
    for nodes in dict.fromkeys(nodes for each in changes if limit(each) < len(each.peers) for nodes in each.beside):
        controllers[nodes.controller.name] = nodes.controller
        asked = of.setdefault(nodes.controller.name, {}).setdefault(nodes.scheduler, {})
        asked |= dict.fromkeys(sorted(nodes.names), PLAIN)
        role_of |= {(nodes.scheduler, name): nodes.scheduler for name in nodes.names}
    return Questions(of, controllers, role_of)


def out_of(verdicts: Mapping[str, Verdict]) -> Out | None:
    """What the schedulers say of one host; None where it is in service, or has not been yet."""
    known = {scheduler: verdict for scheduler, verdict in verdicts.items() if verdict.known}
    words = [f"{scheduler.capitalize()}: {word}" for scheduler, verdict in known.items() for word in verdict.words]
    return Out("; ".join(words), lasts=any(verdict.decisions for verdict in known.values())) if words else None


def unanswered(asked: Questions, outcome: Outcome) -> Iterator[str]:
    """The schedulers that did not answer, in words."""
    for controller, schedulers in asked.of.items():
        answer = observe.answer_of(controller, outcome)
        failure = outcome.report.failure(controller)
        silent = failure.told("play") if failure else f"ansible-playbook ended with {outcome.exit_code}"
        for scheduler in schedulers:
            told = mapping(mapping(answer or {}, "schedulers"), scheduler)
            why = silent if answer is None else told.get("problem")
            if why:
                yield (
                    f"{scheduler.capitalize()} on {controller} cannot be asked which hosts are out of service, so "
                    f"max_unavailable counts only those that fail in this run: {why}"
                )
