"""`twinstack conform`: ask every host of a running site whether it is as its inventory says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from twinstack.commands.loading import site_of
from twinstack.environments import inventory_of, inventory_option, repository, stack_option, within


@click.command()
@stack_option
@inventory_option
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write JUnit XML as well."
)
@click.option("-k", "only", metavar="EXPR", help="Only conditions whose name matches (pytest's -k).")
@click.option("-n", "workers", default=4, show_default=True, help="Ask so many hosts at the same time.")
def command(stack: str, inventory: Path | None, junit: Path | None, only: str | None, workers: int) -> None:
    """Check a running site against its inventory.

    Every check is derived from the inventory and named `host: concern: what must be true`. Exit status 0 when all hold;
    what this machine cannot show is reported as 'not here', never as passed.
    """
    path = inventory or inventory_of(stack)
    site_of(path)  # a broken inventory is told here, before pytest would show where it was read
    argv, environment = within(stack, (sys.executable, "-m", "pytest", *arguments(path, junit, only, workers)))
    os.execvpe(argv[0], argv, environment)  # noqa: S606 - pytest takes over this process


def arguments(inventory: Path, junit: Path | None, only: str | None, workers: int) -> list[str]:
    """Pytest's command line; hosts are spread over workers, each with its own connections."""
    argv = [
        str(repository() / "tests" / "conformance"),
        f"--inventory={inventory.resolve()}",
        "-q",
        "-rfEs",
        "--no-header",
    ]
    argv += [
        "-p",
        "no:cacheprovider",
        "--tb=line",
        "-o",
        "addopts=--import-mode=importlib",
        f"--rootdir={repository()}",
        "-n",
        str(workers),
        "--dist",
        "loadgroup",
    ]
    argv += [f"--junit-xml={junit.resolve()}"] if junit else []
    return argv + (["-k", only] if only else [])
