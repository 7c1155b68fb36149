"""The twinstack console script: a thin list of commands."""

from __future__ import annotations

from importlib import import_module

import click

from twinstack import __version__

COMMANDS = {
    "check": "Report every problem of an inventory.",
    "plan": "Show what every host will be, and who owns its parts.",
    "render": "Write every artefact as it would be placed.",
    "conform": "Check a running site against its inventory.",
    "status": "Show what runs, what is simulated and what is not here.",
    "tools": "Find or build the pinned toolchain.",
    "sandbox": "Rack and run a whole site on this machine.",
}

# Commands whose module has another name.
MODULES = {"sandbox": "sandbox_site"}


class LazyGroup(click.Group):
    """Loads a command's module only when it is called, so that `check` starts without Pulumi."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names for help and completion, in the order of use."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = MODULES.get(cmd_name, cmd_name)
        command: click.Command = import_module(f"twinstack.commands.{module}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="twinstack")
def main() -> None:
    """One inventory of shared hardware in, Slurm and Kubernetes on the same machines out."""
