"""`twinstack plan`: what every host will be, who owns its parts, and why a component is on."""

from __future__ import annotations

from pathlib import Path

import click

from twinstack.commands import plan_document, plan_tables
from twinstack.commands.loading import FILE, site_of
from twinstack.planning import plan
from twinstack.planning.model import HostPlan, Plan


@click.command()
@FILE
@click.option("--host", metavar="NAME", help="Everything about one host.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: Path, host: str | None, output: str) -> None:
    """Show what every host will be, and who owns its parts. Nothing is contacted."""
    decided = plan(site_of(file))
    one = _host(decided, host) if host else None
    if output == "json":
        click.echo(plan_document.host_text(one) if one else plan_document.text(decided))
    else:
        click.echo(plan_tables.host_text(one) if one else plan_tables.text(decided), nl=False)


def _host(decided: Plan, name: str) -> HostPlan:
    if name not in decided.hosts:
        raise click.BadParameter(f"the inventory has no host '{name}'", param_hint="--host")
    return decided.hosts[name]
