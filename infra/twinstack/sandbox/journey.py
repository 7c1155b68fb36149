"""From nothing to two running stacks on this machine: the one list of what `twinstack sandbox up` does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from twinstack import toolchain
from twinstack.inventory.load import load
from twinstack.planning import plan
from twinstack.planning.model import Plan
from twinstack.sandbox import operate
from twinstack.sandbox.command import SandboxError, run
from twinstack.sandbox.engine import Engine
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.proof import ProofError, prove
from twinstack.sandbox.rack import Racked, rack
from twinstack.sandbox.supplies import from_toolchain
from twinstack.toolchain.charts import chart_mirror

Say = Callable[[str], None]


@dataclass
class Journey:
    """What the steps hand on to each other."""

    layout: Layout
    site: Path
    project: Path
    say: Say
    tools: Path = Path()
    racked: Racked | None = None
    taken: dict[str, float] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The operator's environment with the tools on PATH."""
        return operate.environment(self.layout, self.tools, os.environ)

    @property
    def engine(self) -> Engine:
        """Pulumi for this sandbox."""
        return Engine(self.layout, self.project, self.environment)

    def planned(self) -> Plan:
        """The plan of the sandbox's own inventory."""
        return plan(load(self.layout.site))


def find_tools(journey: Journey) -> None:
    """Find or build what operators and hosts need."""
    journey.tools = toolchain.ensure(None, journey.say)


def rack_hosts(journey: Journey) -> None:
    """Boot the hosts; those that are up stay up."""
    site = load(journey.site)
    journey.racked = rack(journey.layout, site, supply=from_toolchain, progress=journey.say)


def give_charts(journey: Journey) -> None:
    """Put the chart mirror beside the inventory, as an air-gapped site does."""
    mirror = journey.layout.instance / "charts"
    mirror.unlink(missing_ok=True)
    mirror.symlink_to(chart_mirror(journey.say))


def pulumi_up(journey: Journey) -> None:
    """Preview with policies and apply; then keep the cluster's kubeconfig, readable by its owner alone."""
    journey.engine.prepare()
    journey.engine.up()
    kubeconfig = journey.engine.outputs().get("kubeconfig")
    if kubeconfig:
        journey.layout.kubeconfig.touch(mode=0o600)
        journey.layout.kubeconfig.write_text(kubeconfig)


def show_proof(journey: Journey) -> None:
    """Run real jobs on both stacks and show them."""
    try:
        for shown in prove(journey.planned(), Hands(journey)):
            journey.say(f"  {shown.stack:<11} {shown.title}: {shown.seen}")
    except ProofError as failed:
        raise SandboxError(f"the sandbox is up, but its proof failed: {failed}") from failed


@dataclass(frozen=True)
class Hands:
    """Runs the proof's commands: on hosts by SSH, kubectl at the operator's place."""

    journey: Journey

    def on(self, host: str, *argv: str) -> str:
        """Run a command on a host as root; its output."""
        return run(*operate.command(self.journey.layout, argv, host), timeout=120)

    def kubectl(self, *argv: str, document: str | None = None) -> str:
        """Run kubectl, with a document on its standard input; its output."""
        kubectl = (str(self.journey.tools / "kubectl"), "--kubeconfig", str(self.journey.layout.kubeconfig))
        line = operate.command(self.journey.layout, (*kubectl, "--request-timeout=30s", *argv))
        return run(*line, stdin=document or "", timeout=60)


STEPS: tuple[tuple[str, Callable[[Journey], None]], ...] = (
    ("Tools", find_tools),
    ("Hosts", rack_hosts),
    ("Charts", give_charts),
    ("Stacks, by pulumi up", pulumi_up),
    ("Proof", show_proof),
)


def travel(journey: Journey) -> Journey:
    """Take every step in order, saying how long each took.

    Raises:
        SandboxError: a step failed; what was done stays, and the next run takes it up.
    """
    for number, (title, step) in enumerate(STEPS, 1):
        begin = time.monotonic()
        journey.say(f"[{number}/{len(STEPS)}] {title}")
        step(journey)
        journey.taken[title] = time.monotonic() - begin
    return journey
