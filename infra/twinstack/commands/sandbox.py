"""`twinstack sandbox`: pretend hardware on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from twinstack.commands.loading import BadInventory
from twinstack.environments import repository
from twinstack.inventory.load import load
from twinstack.inventory.problems import InventoryError
from twinstack.sandbox import capabilities, image, operate, status
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout, every_name, home
from twinstack.sandbox.rack import Racked, rack
from twinstack.sandbox.supplies import bare, from_toolchain
from twinstack.sandbox.unrack import unrack
from twinstack.toolchain import OPERATOR, ToolchainError, existing

P = ParamSpec("P")
R = TypeVar("R")

DEFAULT_NAME = "sandbox"
DEFAULT_SITE = Path("stacks/sandbox/site.yaml")

named = click.option(
    "--name", default=DEFAULT_NAME, show_default=True, envvar="TWINSTACK_SANDBOX", help="Which sandbox."
)


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Tell what went wrong as a sentence, not as a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except InventoryError as error:
            raise BadInventory(error) from error
        except (SandboxError, ToolchainError) as error:
            raise click.ClickException(str(error)) from error

    return run


def say(line: str) -> None:
    """Print a line of progress, beside what programs print."""
    click.echo(line, err=True)


@click.group
def command() -> None:
    """Rack and run a whole site on this machine."""


@command.command("rack")
@named
@click.option(
    "--site",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"Another inventory than {DEFAULT_SITE}.",
)
@click.option("--hosts", help="Only these, as a host list: 'cpu[1-2],ctl1'.")
@click.option("--kubernetes/--no-kubernetes", default=True, help="Give hosts Kubernetes packages and images, too.")
@told
def rack_command(name: str, path: Path | None, hosts: str | None, *, kubernetes: bool) -> None:
    """Rack the hosts of an inventory; what is racked and up already stays as it is."""
    supply = from_toolchain if kubernetes else bare
    site = load(path or repository() / DEFAULT_SITE)
    summarize(rack(Layout.of(name), site, hosts_only=hosts, supply=supply, progress=say))


def summarize(racked: Racked) -> None:
    """Print what is up and what this machine lacks."""
    click.echo(f"sandbox '{racked.layout.name}': {len(racked.booted)} hosts booted, {len(racked.kept)} were up")
    click.echo(f"inventory: {racked.layout.site}")
    for capability in racked.capabilities:
        if not capability.present:
            click.echo(f"not here: {capability.meaning} ({capability.reason})")


@command.command("unrack")
@named
@click.option("--all", "everything", is_flag=True, help="Every sandbox of this machine.")
@click.option("--images", is_flag=True, help="Host images that no sandbox uses, too.")
@told
def unrack_command(name: str, *, everything: bool, images: bool) -> None:
    """Remove a sandbox and every trace of it; images stay, for the next one."""
    for each in every_name(home()) if everything else (name,):
        unrack(Layout.of(each), say)
    if images:
        say(f"{len(image.sweep(home()))} images removed")


@command.command("exec", context_settings={"ignore_unknown_options": True})
@named
@click.option("--host", help="Run it on this host, by SSH.")
@click.argument("argv", nargs=-1, required=True)
@told
def exec_command(name: str, host: str | None, argv: tuple[str, ...]) -> None:
    """Run a program at the operator's place, or on a host."""
    sys.exit(call(Layout.of(name), argv, host))


@command.command("shell")
@named
@click.option("--host", help="On this host, by SSH.")
@told
def shell_command(name: str, host: str | None) -> None:
    """Open a shell at the operator's place, or on a host."""
    argv = ("bash", "-l") if host else (os.environ.get("SHELL") or "bash",)
    sys.exit(call(Layout.of(name), argv, host, terminal=sys.stdin.isatty()))


def call(layout: Layout, argv: tuple[str, ...], host: str | None, *, terminal: bool = False) -> int:
    """Run a program in the sandbox with this terminal; returns what it ended with."""
    line = operate.command(layout, argv, host, terminal=terminal)
    operate.prepare(layout)
    return subprocess.run(line, env=operate.environment(layout, tools(), os.environ), check=False).returncode


def tools() -> Path | None:
    """The directory of the operator's tools; None when they are not built yet, for hosts can do without."""
    try:
        return existing(OPERATOR)
    except ToolchainError:
        return None


@command.command("status")
@named
@told
def status_command(name: str) -> None:
    """Show the hosts of a sandbox and what is not here."""
    layout = Layout.of(name)
    found = status.of(layout)
    if found is None:
        raise SandboxError(f"there is no sandbox '{name}' (there are: {', '.join(every_name(home())) or 'none'})")
    for host in found:
        click.echo(f"{host.name:16} {host.address!s:15} {host.state}")
    for capability in capabilities.probe():
        click.echo(f"{capability.meaning}: {'here' if capability.present else 'not here'} ({capability.reason})")
