"""The image that hosts start from: a Debian installation made once, and a layer with Kubernetes on top."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twinstack.sandbox import image_files, packages, repository
from twinstack.sandbox.command import CONTAINED, CommandError, SandboxError, run
from twinstack.sandbox.layout import Layout, every_name
from twinstack.sandbox.record import read
from twinstack.toolchain.cache import digest, publish
from twinstack.toolchain.model import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Iterable

# Raise it when an image gets different in code that the key does not see.
LAYOUT = "3"
SOURCES = (Path("/etc/apt/sources.list"), Path("/etc/apt/sources.list.d/debian.sources"))
SPARED = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*", "/usr/share/info/*")
DOWNLOAD = f"apt-get install --download-only --yes -o Dir::Cache::archives={image_files.REPOSITORY}"


def base(home: Path, progress: Progress = silent) -> Path:
    """The root directory of the image, made now if it is not there.

    Raises:
        SandboxError: it could not be made.
    """
    entry = home / "images" / digest(LAYOUT, json.dumps(_content()))
    if not entry.exists():
        progress(f"host image: installing {len(packages.INSTALLED)} packages and what they need (a minute or two)")
    if publish(entry, _make_base, progress):
        progress(f"host image: made {entry.name}")
    return entry / "rootfs"


def with_packages(home: Path, rootfs: Path, archives: Iterable[Path], progress: Progress = silent) -> tuple[Path, ...]:
    """The layers of the image, topmost first: `rootfs` with its repository and the packages `archives` on top."""
    found = tuple(sorted(archives))
    key = digest(LAYOUT, str(rootfs), *(f"{path.name} {path.stat().st_size} {path.parent.name}" for path in found))
    entry = home / "images" / f"{rootfs.parent.name}-{key}"
    if publish(entry, lambda scratch: _make_layer(scratch, rootfs, found), progress):
        progress(f"host image: added {', '.join(path.name.split('_')[0] for path in found) or 'the repository'}")
    return (entry / "upper", rootfs)


def sweep(home: Path) -> tuple[str, ...]:
    """Remove the images that no host of any sandbox stands on; returns their names."""
    records = filter(None, (read(Layout(home, name).record) for name in every_name(home)))
    layers = (layer for record in records for host in record.hosts.values() for layer in host.layers)
    used = {Path(layer).parent for layer in layers}
    # Names with a dot are images in the making.
    entries = (entry for entry in (home / "images").glob("[!.]*") if entry.is_dir())
    unused = [entry for entry in entries if entry not in used]
    for entry in unused:
        shutil.rmtree(entry)
        entry.with_name(f"{entry.name}.lock").unlink(missing_ok=True)
    return tuple(entry.name for entry in unused)


def debootstrap(rootfs: Path, mirrors: Iterable[str]) -> tuple[str, ...]:
    """The command line that installs the base packages into `rootfs`, and fetches what the repository is to hold."""
    folder = f'"$1"{image_files.REPOSITORY}'
    return (
        *("mmdebstrap", "--variant=minbase", "--mode=root", "--format=directory"),
        '--aptopt=APT::Install-Recommends "false"',
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in SPARED),
        f"--include={','.join(packages.INSTALLED)}",
        f"--customize-hook=mkdir -p {folder}/partial",
        f'--customize-hook=chroot "$1" {DOWNLOAD} {" ".join(packages.IN_REPOSITORY)}',
        *(packages.SUITE, str(rootfs), *mirrors),
    )


def own_mirrors(os_release: str, sources: Iterable[Path]) -> tuple[str, ...]:
    """The machine's own package sources where it runs the image's release; else the installer knows the public ones."""
    if f"VERSION_CODENAME={packages.SUITE}" not in os_release.splitlines():
        return ()
    return tuple(str(path) for path in sources if path.exists() and path.read_text().strip())


def _content() -> dict[str, object]:
    return {
        "suite": packages.SUITE,
        "installed": packages.INSTALLED,
        "repository": packages.IN_REPOSITORY,
        "enabled": packages.ENABLED,
        "masked": packages.MASKED,
        "presets": image_files.PRESETS,
        "files": image_files.FILES,
        "removed": image_files.REMOVED,
        "spared": SPARED,
    }


def _make_base(scratch: Path) -> None:
    rootfs = scratch / "rootfs"
    mirrors = own_mirrors(Path("/etc/os-release").read_text(), SOURCES)
    try:
        run(*CONTAINED, *debootstrap(rootfs, mirrors), timeout=1800)
    except CommandError as failed:
        raise SandboxError(f"the host image could not be installed: {failed}") from failed
    image_files.finish(rootfs)
    repository.index(rootfs / image_files.REPOSITORY.lstrip("/"))


def _make_layer(scratch: Path, rootfs: Path, archives: tuple[Path, ...]) -> None:
    upper, work, merged = (scratch / name for name in ("upper", "work", "merged"))
    folder = upper / image_files.REPOSITORY.lstrip("/")
    for directory in (upper, work, merged, folder):
        directory.mkdir(parents=True)
    for archive in archives:
        shutil.copy(archive, folder)
    for archive in (rootfs / image_files.REPOSITORY.lstrip("/")).glob("*.deb"):
        shutil.copy(archive, folder)
    repository.index(folder)
    _install(upper, work, merged, rootfs, tuple(dict.fromkeys(path.name.split("_")[0] for path in archives)))
    shutil.rmtree(work)
    merged.rmdir()


def _install(upper: Path, work: Path, merged: Path, rootfs: Path, names: tuple[str, ...]) -> None:
    """Let apt, inside the image, read its repository and install from it; no service starts meanwhile."""
    order = {"layers": [str(rootfs)], "upper": str(upper), "work": str(work), "merged": str(merged), "install": names}
    run(*CONTAINED, sys.executable, "-m", "twinstack.sandbox.install", stdin=json.dumps(order), timeout=300)
