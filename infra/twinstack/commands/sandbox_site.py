"""`twinstack sandbox up`, `down` and `pulumi`: the whole site on racked hosts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from twinstack import toolchain
from twinstack.commands.sandbox import DEFAULT_SITE, command, named, say, told
from twinstack.environments import repository
from twinstack.sandbox import operate, prerequisites
from twinstack.sandbox.engine import Engine
from twinstack.sandbox.journey import Journey, travel
from twinstack.sandbox.layout import Layout, home
from twinstack.sandbox.summary import summary
from twinstack.sandbox.unrack import unrack

__all__ = ["command"]

site_option = click.option(
    "--site", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another inventory."
)


@command.command("up")
@named
@site_option
@told
def up_command(name: str, path: Path | None) -> None:
    """Stand up both stacks: tools, hosts, pulumi up with policies, and jobs that prove it."""
    begin = time.monotonic()
    mend()
    journey = travel(Journey(Layout.of(name), path or repository() / DEFAULT_SITE, repository(), say))
    click.echo("\n".join(("", *summary(journey.planned(), journey.layout))))
    steps = ", ".join(f"{title.partition(',')[0].lower()} {seconds:.0f} s" for title, seconds in journey.taken.items())
    click.echo(f"\nup in {time.monotonic() - begin:.0f} s ({steps})")


def mend() -> None:
    """Check what the machine lacks; continuous integration, where nobody reads, installs it."""
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        prerequisites.install(prerequisites.missing_packages(), say)
    lacks = (*prerequisites.check(home()), *without_go())
    if lacks:
        raise prerequisites.LackingError(lacks)


def without_go() -> Iterator[prerequisites.Lack]:
    """What keeps the tools from being built, in the words of the other lacks."""
    error = toolchain.lacking()
    if error:
        what, _, mend_it = str(error).partition("\n")
        yield prerequisites.Lack(what, mend_it.strip())


@command.command("prerequisites")
@told
def prerequisites_command() -> None:
    """Check what racking needs of this machine; with CI=true and as root, install it."""
    mend()
    click.echo("this machine has all that a sandbox needs")


@command.command("down")
@named
@told
def down_command(name: str) -> None:
    """Remove a sandbox and every trace of it; images and tools stay in their caches."""
    unrack(Layout.of(name), say)


@command.command("pulumi", context_settings={"ignore_unknown_options": True})
@named
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="VERB [OPTION]...")
@told
def pulumi_command(name: str, words: tuple[str, ...]) -> None:
    """Run pulumi (preview, up, refresh ...) on a sandbox's stack, with its own configuration.

    Example: twinstack sandbox pulumi preview --diff
    """
    layout = Layout.of(name)
    environment = operate.environment(layout, toolchain.ensure(toolchain.OPERATOR), os.environ)
    engine = Engine(layout, repository(), environment)
    engine.prepare()
    sys.exit(engine.run(*words))
