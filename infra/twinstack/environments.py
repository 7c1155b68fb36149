"""Where an environment lives: its inventory, and the network from which its hosts are reached."""

from __future__ import annotations

import os
from pathlib import Path

import click

from twinstack.sandbox import network, operate
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout, every_name, home


def repository() -> Path:
    """The project's folder: the one with Pulumi.yaml, around this package."""
    return next(folder for folder in Path(__file__).resolve().parents if (folder / "Pulumi.yaml").exists())


def environments() -> list[str]:
    """Environments of the project, and sandboxes of this machine."""
    stacks = {path.parent.name for path in (repository() / "stacks").glob("*/site.yaml")}
    return sorted(stacks | set(every_name(home())))


def _beginning(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in environments() if name.startswith(incomplete)]


stack_option = click.option(
    "-s",
    "--stack",
    required=True,
    metavar="ENV",
    shell_complete=_beginning,
    help="The environment: a folder under stacks/, or a sandbox.",
)

inventory_option = click.option(
    "--inventory", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another inventory file."
)


def sandbox_of(name: str) -> Layout | None:
    """The sandbox of a name, when it is racked on this machine."""
    try:
        layout = Layout.of(name)
    except SandboxError:
        return None
    return layout if layout.site.exists() else None


def inventory_of(name: str) -> Path:
    """The inventory of an environment; a racked sandbox has its own copy.

    Raises:
        click.BadParameter: there is no such environment.
    """
    layout = sandbox_of(name)
    path = layout.site if layout else repository() / "stacks" / name / "site.yaml"
    if not path.exists():
        raise click.BadParameter(f"no environment '{name}' (there are: {', '.join(environments())})")
    return path


def within(name: str, argv: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, str]]:
    """A command line and environment that reach an environment's hosts.

    Raises:
        click.ClickException: the sandbox is not up.
    """
    layout = sandbox_of(name)
    if layout is None:
        return argv, dict(os.environ)
    if not network.exists(layout.operator):
        raise click.ClickException(f"sandbox '{name}' is not up (twinstack sandbox up --name {name})")
    return operate.command(layout, argv), operate.environment(layout, None, os.environ)
