"""Run programs: the one place where racking calls another program."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Argv = tuple[str, ...]

# What dies with this process, children and mounts included: a killed run leaves no builder behind.
CONTAINED: Argv = (
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--pid", "--fork", "--kill-child", "--mount", "--propagation", "slave"),
)


class SandboxError(Exception):
    """Racking cannot go on; the text says what and, where it is known, what mends it."""


class CommandError(SandboxError):
    """A program failed; carries what it was asked and what it said."""

    def __init__(self, argv: Argv, code: int | None, stdout: str, stderr: str) -> None:
        self.argv, self.code, self.stdout, self.stderr = argv, code, stdout, stderr
        ended = "did not end in time" if code is None else f"ended with {code}"
        said = (stderr.strip() or stdout.strip())[-2000:]
        super().__init__(f"`{shlex.join(argv)}` {ended}" + (f": {said}" if said else ""))


def run(*argv: str, stdin: str = "", timeout: float = 60) -> str:
    """Run a program to its end and return what it printed; `timeout` in seconds.

    Raises:
        CommandError: it failed, is missing or took too long.
    """
    try:
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    except FileNotFoundError as missing:
        raise CommandError(argv, 127, "", f"{argv[0]} is not installed") from missing
    except subprocess.TimeoutExpired as late:
        raise CommandError(argv, None, _text(late.stdout), _text(late.stderr)) from late
    if done.returncode != 0:
        raise CommandError(argv, done.returncode, done.stdout, done.stderr)
    return done.stdout


def run_all(commands: Iterable[Argv]) -> None:
    """Run programs one after the other; the first failure ends it."""
    for argv in commands:
        run(*argv)


def succeeds(*argv: str, timeout: float = 60) -> bool:
    """Whether a program ends with 0."""
    try:
        run(*argv, timeout=timeout)
    except CommandError:
        return False
    return True


def _text(partial: str | bytes | None) -> str:
    return partial.decode(errors="replace") if isinstance(partial, bytes) else partial or ""
