"""Files as a role wants them, and what placing them changes."""

from __future__ import annotations

import grp
import json
import os
import pwd
import shlex
import stat
import tempfile
from pathlib import Path
from typing import Any, Callable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.twinstack_sshd import present_login, refusal

UNIT_FILES = "/etc/systemd/system/"
SSHD = "@sshd "
"""What a validation of SSH options begins with: `@sshd --user NAME [--forward] %s` (see twinstack_sshd)."""


class Wanted(NamedTuple):
    """A file as it has to be."""

    dest: Path
    text: str
    owner: str
    group: str
    mode: int
    restarts: tuple[str, ...]
    reloads: tuple[str, ...]
    validate: str | None
    secret: bool


class Invalid(Exception):  # noqa: N818
    """A file that its validation refuses."""


def wanted_files(files: list[dict[str, Any]], secrets: dict[str, str]) -> list[Wanted]:
    """The files of the module's arguments."""
    return [
        Wanted(
            dest=Path(file["dest"]),
            text=secrets.get(file["dest"], file.get("content") or ""),
            owner=file.get("owner") or "root",
            group=file.get("group") or "root",
            mode=int(file.get("mode") or "0644", 8),
            restarts=tuple(file.get("restarts") or ()),
            reloads=tuple(file.get("reloads") or ()),
            validate=file.get("validate"),
            secret=file["dest"] in secrets,
        )
        for file in files
    ]


def user_id(name: str) -> int:
    """The uid of a user's name or number."""
    return int(name) if name.isdigit() else pwd.getpwnam(name).pw_uid


def group_id(name: str) -> int:
    """The gid of a group's name or number."""
    return int(name) if name.isdigit() else grp.getgrnam(name).gr_gid


def has_attributes(path: Path, owner: str, group: str, mode: int) -> bool:
    """Whether owner, group and mode of a path are as wanted (an unknown owner is not)."""
    found = path.lstat()
    try:
        wanted = (user_id(owner), group_id(group), mode)
    except KeyError:
        return False
    return (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == wanted


def set_attributes(path: Path, owner: str, group: str, mode: int) -> None:
    """Give a path its owner, group and mode."""
    os.chown(path, user_id(owner), group_id(group))
    path.chmod(mode)


def text_of(path: Path) -> str | None:
    """The text of a regular file, None where there is none."""
    if path.is_symlink() or not path.is_file():
        return None
    return path.read_bytes().decode(errors="replace")


def is_current(file: Wanted) -> bool:
    """Whether a file is in place as wanted."""
    return text_of(file.dest) == file.text and has_attributes(file.dest, file.owner, file.group, file.mode)


def directory_is_current(directory: dict[str, Any]) -> bool:
    """Whether a directory is there as wanted."""
    path = Path(directory["dest"])
    return path.is_dir() and has_attributes(path.resolve(), *attributes_of(directory))


def attributes_of(directory: dict[str, Any]) -> tuple[str, str, int]:
    """Owner, group and mode of a directory of the arguments."""
    return directory.get("owner") or "root", directory.get("group") or "root", int(directory.get("mode") or "0755", 8)


def make_directory(directory: dict[str, Any]) -> None:
    """Make a directory with its attributes, missing parents with the defaults."""
    path = Path(directory["dest"])
    path.mkdir(parents=True, exist_ok=True)
    set_attributes(path.resolve(), *attributes_of(directory))


def stage(file: Wanted) -> Path:
    """Write a file beside its destination, finished but for its name, which keeps the suffix."""
    file.dest.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".twinstack-", suffix=f"-{file.dest.name}", dir=str(file.dest.parent))
    with os.fdopen(descriptor, "w", newline="") as staged:
        staged.write(file.text)
        staged.flush()
        os.fsync(descriptor)
    set_attributes(Path(name), file.owner, file.group, file.mode)
    return Path(name)


def place(files: list[Wanted], run: Callable[[list[str]], tuple[int, str]]) -> None:
    """Stage and validate all files, then rename each into place; `run` answers with code and output.

    Raises:
        Invalid: a validation refused its file; nothing was replaced.
    """
    staged: list[tuple[Path, Wanted]] = []
    try:
        for file in files:
            staged.append((stage(file), file))
            check(file, staged[-1][0], run)
        for path, file in staged:
            path.replace(file.dest)
    finally:
        for path, _ in staged:
            path.unlink(missing_ok=True)


def check(file: Wanted, path: Path, run: Callable[[list[str]], tuple[int, str]]) -> None:
    """Run the validation of a staged file."""
    if not file.validate:
        return
    if file.validate.startswith(SSHD):
        why = check_sshd(file, path, run)
        if why:
            raise Invalid(f"{file.dest}: {why}")
        return
    code, output = run([part.replace("%s", str(path)) for part in shlex.split(file.validate)])
    if code:
        shown = "(its output may show the secret and is left out)" if file.secret else output.strip()
        raise Invalid(f"{file.dest}: `{file.validate}` refuses the new file: {shown}")


def check_sshd(file: Wanted, path: Path, run: Callable[[list[str]], tuple[int, str]]) -> str | None:
    """Why the operator could not come in any more; None when nothing is wrong."""
    words = shlex.split(file.validate or "")
    login = present_login(words[words.index("--user") + 1], "--forward" in words)
    return refusal(file.dest, path, login, run)


def difference(file: Wanted) -> dict[str, str]:
    """Before and after of a changed file, as Ansible's diff mode shows it; texts of secrets are left out."""
    before = text_of(file.dest)
    header = {"before_header": str(file.dest), "after_header": str(file.dest)}
    if file.secret:
        return {**header, "before": "", "after": "(secret)\n" if before != file.text else ""}
    return {**header, "before": before or "", "after": file.text}


def recorded(path: Path) -> dict[str, Any]:
    """What a record on the host remembers; nothing where there is none or where a crash tore it."""
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def write_record(path: Path, content: dict[str, Any]) -> None:
    """Write a record atomically, when it says something new."""
    if recorded(path) == content:
        return
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    fresh.replace(path)


def is_renewed(records: Path, role: str, digest: str | None) -> bool:
    """Whether a role wants another thing than when it was last applied here; unknown where it has no digest."""
    return digest is not None and recorded(applied_record(records, role)).get("digest") != digest


def remember(records: Path, role: str, digest: str | None) -> None:
    """Remember what a role wants."""
    if digest is not None:
        write_record(applied_record(records, role), {"digest": digest})


def applied_record(records: Path, role: str) -> Path:
    """Where it is remembered what a role wanted."""
    return records / f"{role}.applied.json"


def owed(pending: dict[str, Any], key: str, changed: list[tuple[str, ...]]) -> list[str]:
    """Units that must take up a change: those owed by former runs and those of the changed files."""
    return sorted({*pending.get(key, ()), *(unit for units in changed for unit in units)})


class Changes(NamedTuple):
    """What is not as wanted, and which units have to take it up."""

    directories: list[dict[str, Any]]
    files: list[Wanted]
    stale: dict[str, Any]
    restart: list[str]
    reload: list[str]

    @property
    def paths(self) -> list[str]:
        """Every path that changes."""
        return [*(item["dest"] for item in self.directories), *(str(file.dest) for file in self.files), *self.stale]

    @property
    def unit_files(self) -> bool:
        """Whether unit files are among what changes."""
        return any(path.startswith(UNIT_FILES) for path in self.paths)

    @property
    def stale_units(self) -> list[str]:
        """Units whose own files are among those to be removed; drop-ins and templates are of no unit of that name."""
        names = [dest[len(UNIT_FILES) :] for dest in self.stale if dest.startswith(UNIT_FILES)]
        return [name for name in names if "/" not in name and "@." not in name]

    def without(self, units: list[str]) -> Changes:
        """The changes for a host that no longer has these units: nothing is restarted that is to end."""
        return self._replace(
            restart=[unit for unit in self.restart if unit not in units],
            reload=[unit for unit in self.reload if unit not in units],
        )


def changes(
    directories: list[dict[str, Any]], files: list[Wanted], placed: dict[str, Any], pending: dict[str, Any]
) -> Changes:
    """Compare the wanted with the host; `placed` is what former runs placed, `pending` what they owe."""
    changed = [file for file in files if not is_current(file)]
    listed = {str(file.dest) for file in files}
    stale = {dest: units for dest, units in placed.items() if dest not in listed}
    return Changes(
        directories=[item for item in directories if not directory_is_current(item)],
        files=changed,
        stale={dest: units for dest, units in stale.items() if os.path.lexists(dest)},
        restart=owed(pending, "restart", [*(f.restarts for f in changed), *(u["restarts"] for u in stale.values())]),
        reload=owed(pending, "reload", [*(f.reloads for f in changed), *(u["reloads"] for u in stale.values())]),
    )


def units_of(files: list[Wanted]) -> dict[str, Any]:
    """What is remembered of placed files: the units that read them."""
    return {str(file.dest): {"restarts": list(file.restarts), "reloads": list(file.reloads)} for file in files}


def apply(found: Changes, run: Callable[[list[str]], tuple[int, str]]) -> None:
    """Make the changes: directories, files, then removals."""
    for directory in found.directories:
        make_directory(directory)
    place(found.files, run)
    for dest in found.stale:
        Path(dest).unlink()
