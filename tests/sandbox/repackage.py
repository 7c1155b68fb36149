"""Run on a host: its installed packages of Slurm once more, as builds of a higher revision in a local repository.

Needs nothing that the host does not have: dpkg knows each package's files, scripts and fields.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

INFO = Path("/var/lib/dpkg/info")
SCRIPTS = ("preinst", "postinst", "prerm", "postrm", "conffiles", "triggers", "shlibs", "symbols")
FIELDS = ("Version", "Depends", "Pre-Depends", "Recommends", "Breaks", "Replaces", "Provides")
SOURCE = "slurm-wlm"


def ask(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def packages() -> "list[str]":
    lines = ask("dpkg-query", "-W", "-f", "${source:Package} ${db:Status-Status} ${Package}\n").splitlines()
    return [name for source, status, name in map(str.split, lines) if (source, status) == (SOURCE, "installed")]


def raised(control: str, revision: str) -> str:
    """The control fields with the revision on this source's version, wherever it stands."""
    version = next(line.split()[1] for line in control.splitlines() if line.startswith("Version: "))
    lines = (line for line in control.splitlines() if not line.startswith(("Status: ", "Conffiles:", " /")))
    return "".join(
        f"{line.replace(version, version + revision) if line.split(':')[0] in FIELDS else line}\n" for line in lines
    )


def build(name: str, revision: str, folder: Path) -> str:
    """Build the package; its stanza of the index."""
    tree = folder / name
    for line in (INFO / f"{name}.list").read_text().splitlines():
        path, copy = Path(line), tree / line.lstrip("/")
        # A directory may be a link here, as /lib is; what is in it is listed by itself.
        if path.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif path.is_symlink() or path.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy, follow_symlinks=False)
    (tree / "DEBIAN").mkdir(parents=True)
    for script in SCRIPTS:
        if (INFO / f"{name}.{script}").exists():
            shutil.copy2(INFO / f"{name}.{script}", tree / "DEBIAN" / script)
    conffiles = tree / "DEBIAN" / "conffiles"
    if conffiles.exists():
        there = [line for line in conffiles.read_text().splitlines() if (tree / line.lstrip("/")).exists()]
        conffiles.write_text("".join(f"{line}\n" for line in there))
    control = raised(ask("dpkg-query", "-s", name), revision)
    (tree / "DEBIAN" / "control").write_text(control)
    archive = folder / f"{name}.deb"
    ask("dpkg-deb", "--build", "-Znone", "--root-owner-group", str(tree), str(archive))
    shutil.rmtree(tree)
    checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
    return f"{control}Filename: ./{archive.name}\nSize: {archive.stat().st_size}\nSHA256: {checksum}\n"


def main(folder: Path, revision: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Packages").write_text("\n".join(build(name, revision, folder) for name in packages()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
