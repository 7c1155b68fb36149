"""Observes hosts: one Ansible run for all that were asked about, which also asks each scheduler once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from twinstack.provider.drift import Drift, drift_of
from twinstack.provider.errors import ProviderError
from twinstack.provider.expected import Expected, expected
from twinstack.provider.host_state import HostState
from twinstack.provider.node_states import JUDGES, NODE_ROLES, Verdict
from twinstack.provider.questions import Questions, questions
from twinstack.provider.runner import Outcome, Play, Runner, unwatched
from twinstack.provider.store import Store
from twinstack.provider.values import Properties, mapping

PLAYBOOK = "observe.yml"
GROUP = "observe"


@dataclass(frozen=True)
class Observation:
    """A host to be observed, as its state says, and the roles of it that are in place."""

    host: HostState
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """What was seen of a host: drift by role, what is only to be told, or why nothing was seen."""

    drift: Mapping[str, Drift] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    problem: str | None = None


class Observer:
    """Runs observations in batches."""

    def __init__(self, runner: Runner, store: Store) -> None:
        self._runner = runner
        self._store = store

    async def observe(self, observations: Sequence[Observation]) -> list[Seen]:
        """One answer an observation, in order; a host of which this machine knows too little is not contacted."""
        prepared = {one.host.name: self._expected(one) for one in observations}
        known = [one for one in observations if isinstance(prepared[one.host.name], Expected)]
        if not known:
            return [Seen(problem=str(prepared[one.host.name])) for one in observations]
        wanted = {name: found for name, found in prepared.items() if isinstance(found, Expected)}
        asked = questions([one.host for one in known], wanted)
        outcome = await self._runner.run(play_of(known, wanted, asked), unwatched)
        verdicts = judged(asked, outcome)
        return [
            self._seen(one, outcome, verdicts.get(one.host.name, {}))
            if one.host.name in wanted
            else Seen(problem=str(prepared[one.host.name]))
            for one in observations
        ]

    def _expected(self, one: Observation) -> Expected | ProviderError:
        try:
            return expected(one.host, one.roles, self._store)
        except ProviderError as error:
            return error

    def _seen(self, one: Observation, outcome: Outcome, verdicts: Mapping[str, Verdict]) -> Seen:
        answer = answer_of(one.host.name, outcome)
        if answer is None:
            failure = outcome.report.failure(one.host.name)
            why = failure.told("play") if failure else f"ansible-playbook ended with {outcome.exit_code}"
            return Seen(problem=f"{why}\nlog: {outcome.folder}")
        warnings = [word for verdict in verdicts.values() for word in verdict.decisions]
        return Seen(
            drift_of(one.host, one.roles, answer, verdicts, self._store), (*warnings, *unanswered(one.host, answer))
        )


def answer_of(host: str, outcome: Outcome) -> Properties | None:
    """What the module said of a host, None where it did not come to that."""
    return next((facts for facts in outcome.report.facts.get(host, ()) if "roles" in facts), None)


def play_of(known: Sequence[Observation], wanted: Mapping[str, Expected], asked: Questions) -> Play:
    """The run: every host and every controller that is asked, each once."""
    connections = {**asked.controllers, **{one.host.name: one.host.connection for one in known}}
    return Play(
        playbook=PLAYBOOK,
        hosts={
            name: {
                "twinstack_observed": wanted[name].roles if name in wanted else {},
                "twinstack_ask": asked.of.get(name, {}),
            }
            for name in connections
        },
        groups={GROUP: list(connections)},
        connections=connections,
        secrets={f"{host}:{dest}": digest for host, found in wanted.items() for dest, digest in found.digests.items()},
    )


def judged(asked: Questions, outcome: Outcome) -> dict[str, dict[str, Verdict]]:
    """By host and by the role that answers for its node, what the schedulers' answers mean."""
    found: dict[str, dict[str, Verdict]] = {}
    for controller, schedulers in asked.of.items():
        answers = mapping(answer_of(controller, outcome) or {}, "schedulers")
        for scheduler, nodes in schedulers.items():
            said = mapping(mapping(answers, scheduler), "nodes")
            for name in nodes.keys() & said.keys():
                role = asked.role_of[scheduler, name]
                found.setdefault(name, {})[role] = JUDGES[scheduler](mapping(said, name))
    return found


def unanswered(host: HostState, answer: Properties) -> Iterator[str]:
    """The schedulers that this host speaks for and that did not answer."""
    for scheduler in NODE_ROLES:
        problem = mapping(mapping(answer, "schedulers"), scheduler).get("problem")
        if problem:
            yield f"{scheduler} on {host.name} does not answer, so nothing is known of its nodes: {problem}"
