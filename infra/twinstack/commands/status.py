"""`twinstack status`: what an environment is to be, what runs of it here, and what does not and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from twinstack.choices import choices
from twinstack.commands.loading import site_of
from twinstack.environments import inventory_of, inventory_option, sandbox_of, stack_option
from twinstack.gaps import gaps
from twinstack.planning import plan
from twinstack.planning.model import Plan
from twinstack.sandbox import status
from twinstack.sandbox.summary import rows, table


@click.command()
@stack_option
@inventory_option
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(stack: str, inventory: Path | None, output: str) -> None:
    """Show what runs where, and every gap between the inventory and what is real."""
    decided = plan(site_of(inventory or inventory_of(stack)))
    click.echo(document(decided) if output == "json" else text(decided, stack))


def text(decided: Plan, stack: str) -> str:
    """Hosts by kind, machines of a sandbox, gaps."""
    lines = [
        f"{decided.site.name}: {len(decided.hosts)} hosts",
        *table([("hosts", "stack", "pool", "runs"), *rows(decided)]),
    ]
    layout = sandbox_of(stack)
    if layout:
        lines += [
            "",
            "machines of this sandbox",
            *table([(host.name, str(host.address), host.state) for host in status.of(layout) or ()]),
        ]
    chosen: list[tuple[str, ...]] = [(one.what, one.where, one.chosen, one.why) for one in choices(decided)]
    lines += ["", "chosen, and why", *table(chosen)] if chosen else []
    lines += [
        "",
        "simulated or left out, and why",
        *(f"  {gap.what} ({gap.where}): {gap.why}" for gap in gaps(decided)),
    ]
    return "\n".join(lines)


def document(decided: Plan) -> str:
    """The same for programs."""
    kinds = [dict(zip(("hosts", "stack", "pool", "runs"), row, strict=True)) for row in rows(decided)]
    return json.dumps(
        {
            "site": decided.site.name,
            "kinds": kinds,
            "choices": [asdict(choice) for choice in choices(decided)],
            "gaps": [asdict(gap) for gap in gaps(decided)],
        },
        indent=2,
    )
