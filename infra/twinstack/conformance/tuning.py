"""Conditions of tuned hosts: the kernel is set as planned, asked of the kernel itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.model import Plan
from twinstack.planning.tuning import applied_tuning, host_tuning
from twinstack.rendering.tuning import Knob, knobs, settings

HUGEPAGES = "nr_hugepages"
ANOTHERS = "the kernel is another machine's, which sets it"


def conditions(plan: Plan) -> Iterator[Condition]:
    """What is set on each host; what a host wants and cannot have is said, not passed."""
    for host in plan.hosts.values():
        if host.host.simulated:
            continue
        applied, wanted = applied_tuning(host), host_tuning(host)
        if settings(applied):
            what = f"kernel settings {' '.join(settings(applied))}"
            yield Condition("tuning", host.name, what, partial(settings_hold, settings(applied)))
        for knob in knobs(wanted):
            check = partial(knob_holds, knob) if knob in knobs(applied) else anothers
            yield Condition("tuning", host.name, f"{knob.what}: {knob.value}", check)


def anothers(_shell: Shell) -> Verdict:
    """Nothing to see on a kernel that is another machine's."""
    return Verdict.not_here(ANOTHERS)


def settings_hold(planned: Mapping[str, str], shell: Shell) -> Verdict:
    """The running values are the planned ones, however they are spaced."""
    answer = shell.run("sysctl", "--", *planned)
    rows = (line.partition("=") for line in answer.stdout.splitlines())
    seen = {key.strip(): value.split() for key, _, value in rows}
    wrong = [
        f"{key} is {' '.join(seen[key]) if key in seen else 'not known to the kernel'}, planned {value}"
        for key, value in planned.items()
        if seen.get(key) != value.split()
    ]
    return Verdict.of(not wrong, "; ".join(wrong) or "as planned")


def knob_holds(knob: Knob, shell: Shell) -> Verdict:
    """Every file of the pattern has the value; a machine without the file cannot show it."""
    answer = shell.run("sh", "-c", f"cat {knob.path}")  # the pattern is the shell's to expand
    seen = {chosen(line) for line in answer.stdout.splitlines() if line.strip()}
    if not seen:
        return Verdict.not_here(f"this machine has no {knob.path}")
    if knob.path.endswith(HUGEPAGES) and seen != {knob.value}:
        return Verdict.wrong(f"{', '.join(seen)} of {knob.value} pages: memory is in pieces, pending a reboot")
    return Verdict.of(seen == {knob.value}, f"planned {knob.value}, seen {', '.join(sorted(seen))}")


def chosen(line: str) -> str:
    """The chosen one of several values (`always [madvise] never`), or the only one."""
    return next((word[1:-1] for word in line.split() if word.startswith("[")), line.strip())
