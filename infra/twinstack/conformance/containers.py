"""Conditions of hosts with containers: what the kernel has to do for pods, and no swap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.model import Plan
from twinstack.rendering.kernel_settings import SYSCTL_TEXT, shares_kernel


def conditions(plan: Plan) -> Iterator[Condition]:
    """What every host with a kubelet must be like."""
    for host in plan.with_role("containerd"):
        wanted = settings(bridged=not shares_kernel(host.hardware))
        yield Condition("kubernetes", host.name, "kernel settings of containers", partial(kernel_is_set, wanted))
        yield Condition("kubernetes", host.name, "no swap", no_swap)


def settings(*, bridged: bool) -> dict[str, str]:
    """The rendered settings by name; those of bridges are the kernel owner's where it is another machine's."""
    found = dict(line.split(" = ") for line in SYSCTL_TEXT.splitlines())
    return {name: value for name, value in found.items() if bridged or not name.startswith("net.bridge.")}


def kernel_is_set(wanted: Mapping[str, str], shell: Shell) -> Verdict:
    """Each setting is as rendered; one of a module that is not loaded is not there."""
    seen = {name: shell.run("cat", f"/proc/sys/{name.replace('.', '/')}").stdout.strip() for name in wanted}
    wrong = [f"{name} is {seen[name] or 'not there'}" for name, value in wanted.items() if seen[name] != value]
    return Verdict.of(not wrong, "; ".join(wrong) or f"{len(wanted)} as rendered")


def no_swap(shell: Shell) -> Verdict:
    """A kubelet does not start again where swap is on."""
    areas = [line.split()[0] for line in shell.run("cat", "/proc/swaps").stdout.splitlines()[1:]]
    return Verdict.of(not areas, f"on: {', '.join(areas)}" if areas else "off")
