"""The Go compiler: where it is, whether it is new enough, and the environment that makes builds repeatable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from twinstack.toolchain.keys import architecture
from twinstack.toolchain.model import ToolchainError, Version

# Where Go's own instructions put it; a login shell often does not have it on PATH.
USUAL_PLACE = Path("/usr/local/go/bin")
RELEASE = "1.26.8"
# The checksum database has no entry for these pseudo-versions; go.sum pins their content all the same.
NO_CHECKSUM_DATABASE = ("github.com/pulumi/*", "sigs.k8s.io/scheduler-library")
# What a user may have set for other work and what would change what we build.
FOREIGN = ("GOOS", "GOARCH", "GOEXPERIMENT", "GOBIN", "GOAMD64", "GOARM64")
SHOWN_LINES = 20

_DIRECTIVE = re.compile(r"^go (\S+)$", re.MULTILINE)
_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def parsed(text: str) -> Version | None:
    """Return the first version number in a text."""
    found = _NUMBERS.search(text)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def required(folders: Iterable[Path]) -> Version:
    """Return the newest Go that the modules in these folders ask for."""
    directives = [_DIRECTIVE.search((folder / "go.mod").read_text()) for folder in folders]
    return max((version for found in directives if found and (version := parsed(found[1]))), default=(0, 0, 0))


def environment() -> dict[str, str]:
    """Return the environment of every call of Go: static binaries, nothing resolved anew, no workspace around us."""
    kept = {name: text for name, text in os.environ.items() if name not in FOREIGN}
    unsummed = ",".join(filter(None, (os.environ.get("GONOSUMDB"), *NO_CHECKSUM_DATABASE)))
    ours = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false", "GONOSUMDB": unsummed, "GOWORK": "off"}
    return kept | ours


def go_command() -> Path | None:
    """Return the Go on PATH, or else the one in its usual place."""
    found = shutil.which("go", path=f"{os.environ.get('PATH', '')}{os.pathsep}{USUAL_PLACE}")
    return Path(found) if found else None


def check_go(folders: Iterable[Path]) -> Path:
    """Return a Go that can build the modules in these folders.

    Raises:
        ToolchainError: there is none, or it is too old and cannot fetch a newer one.
    """
    places = tuple(folders)
    wanted = required(places)
    command = go_command()
    if command is None:
        raise ToolchainError(f"Go is missing, {_shown(wanted)} or newer is needed to build the toolchain\n{_remedy()}")
    # Asked inside the most demanding module: a Go since 1.21 may answer with the newer one that it fetches for it.
    place = next(folder for folder in places if required([folder]) == wanted)
    said, answer = _go_version(command, place)
    if (parsed(said) or (0, 0, 0)) < wanted:
        raise ToolchainError(f"{command} is {answer}, {_shown(wanted)} or newer is needed\n{_remedy()}")
    return command


@cache
def _go_version(command: Path, folder: Path) -> tuple[str, str]:
    """Return what `go env GOVERSION` said, and a text to show."""
    done = subprocess.run(
        [command, "env", "GOVERSION"], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return "", f"too old and failed to fetch a newer one: {done.stderr.strip()}"
    return done.stdout.strip(), done.stdout.strip()


def _shown(version: Version) -> str:
    return ".".join(str(number) for number in version)


def _remedy() -> str:
    archive = f"https://go.dev/dl/go{RELEASE}.linux-{architecture()}.tar.gz"
    return f"  mend: curl -fsSL {archive} | sudo tar -C /usr/local -xz   (then it is found in {USUAL_PLACE})"


def run_go(arguments: list[str], folder: Path) -> str:
    """Run Go in a module's folder and return what it printed.

    Raises:
        ToolchainError: it failed; the text ends with what it said last.
    """
    command = go_command()
    if command is None:
        raise ToolchainError(f"Go is missing\n{_remedy()}")
    done = subprocess.run(
        [command, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        close_fds=False,  # the lock of the cache goes along, see cache.locked
    )
    if done.returncode != 0:
        last = "\n".join(done.stderr.splitlines()[-SHOWN_LINES:])
        raise ToolchainError(f"`go {' '.join(arguments)}` failed in {folder}\n{last}")
    return done.stdout
