"""`twinstack tools`: the pinned toolchain from the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from twinstack.toolchain import OPERATOR, TOOLS, ToolchainError, ensure, existing
from twinstack.toolchain.charts import chart_mirror
from twinstack.toolchain.debs import apt_repository
from twinstack.toolchain.images import image_archives
from twinstack.toolchain.supply import Standing, State, look

P = ParamSpec("P")
R = TypeVar("R")


def told(function: Callable[P, R]) -> Callable[P, R]:
    """Tell the user of a toolchain error in place of a traceback."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ToolchainError as error:
            raise click.ClickException(str(error)) from error

    return wrapped


def _names(names: tuple[str, ...], *, operator: bool) -> tuple[str, ...] | None:
    """Return the names asked for; None stands for all."""
    if operator:
        return (*names, *OPERATOR)
    return names or None


names_argument = click.argument("names", nargs=-1, metavar="[NAME]...")
operator_option = click.option(
    "--operator", is_flag=True, help="Only what an operator needs: the engine, its plugins and kubectl."
)


@click.group()
def command() -> None:
    """Find or build the pinned toolchain.

    An installed tool is used when its version fits. All others are built with Go from pinned modules, once per user:
    clones of the project share them. Binaries for hosts and images are always our own builds of exactly the pin.
    """


@command.command()
@names_argument
@operator_option
@told
def build(names: tuple[str, ...], *, operator: bool) -> None:
    """Have the named tools at hand, or all of them.

    Building everything takes about 20 minutes on 2 cores; afterwards this takes less than a second.
    """
    folder = ensure(_names(names, operator=operator), click.echo)
    click.echo(f"ready in {folder}")


@command.command(name="list")
def list_tools() -> None:
    """List every tool, whether it is here and what for."""
    rows = [("name", "version", "state", "needed for", "where"), *(_row(look(tool)) for tool in TOOLS)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(state: State) -> tuple[str, ...]:
    where = "" if state.standing is Standing.MISSING else str(state.path)
    return (state.tool.name, state.tool.version, state.standing.value, state.tool.needed_for, where)


@command.command()
@names_argument
@operator_option
@told
def path(names: tuple[str, ...], *, operator: bool) -> None:
    """Print a directory of links to the tools, for PATH.

    It builds nothing: export PATH="$(twinstack tools path):$PATH"
    """
    click.echo(existing(_names(names, operator=operator)))


@command.command()
@click.option(
    "--rootfs",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="An unpacked Debian root with nftables and busybox-static; it is only read.",
)
@told
def images(rootfs: Path) -> None:
    """Make the container images and print their directory.

    They carry upstream's names and tags; `ctr -n k8s.io images import FILE` takes them.
    """
    click.echo(image_archives(rootfs, _to_stderr))


@command.command()
@told
def packages() -> None:
    """Make the Debian packages for hosts and print their repository.

    It holds kubeadm, kubelet and kubectl; on a host: deb [trusted=yes] file:DIRECTORY ./
    """
    click.echo(apt_repository(_to_stderr))


@command.command()
@told
def charts() -> None:
    """Copy the pinned modules' charts and print their directory."""
    click.echo(chart_mirror(_to_stderr))


def _to_stderr(line: str) -> None:
    click.echo(line, err=True)
