"""Live values of the kernel: what files of sysctl.d and tmpfiles.d have set, and what somebody has set since.

A setting is a name of sysctl.d(5) (`net.ipv4.tcp_rmem`) or a path below /sys, which may be a pattern for several alike.
One that this machine does not have, or that is not this host's to set (another machine's kernel), is passed over.

The kernel may read a value in other words than it was set in (`6817,6818` as `6817-6818`) or take less than was asked
(huge pages): what it made of a value is remembered on the host, and is as wanted from then on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterator, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.twinstack_placing import recorded, write_record
from ansible.module_utils.twinstack_unit_steps import Failed

SYSCTL = Path("/proc/sys")
RECORD = "live"


class Value(NamedTuple):
    """A setting in one of its files: what it must be and what it is; `file` tells several of a pattern apart."""

    setting: str
    file: str
    wanted: str
    seen: str

    @property
    def shown(self) -> str:
        """The name that people know it by."""
        return self.file if self.setting.startswith("/") else self.setting

    def is_as_set(self, taken: dict[str, Any]) -> bool:
        """Whether it is as wanted, or as the kernel took what is wanted."""
        return self.seen == self.wanted or taken.get(self.file) == {"set": self.wanted, "reads": self.seen}


def record_of(records: Path, role: str) -> Path:
    """Where it is remembered what the kernel made of a role's values."""
    return records / f"{role}.{RECORD}.json"


def values(settings: dict[str, str]) -> Iterator[Value]:
    """The settings of this host, each file of theirs."""
    for setting, value in settings.items():
        for file in files_of(setting):
            if os.access(file, os.R_OK | os.W_OK):
                yield Value(setting, file, " ".join(str(value).split()), read(file))


def files_of(setting: str) -> list[str]:
    """The files that hold a setting; none on a machine that does not have it."""
    root, pattern = (Path("/"), setting[1:]) if setting.startswith("/") else (SYSCTL, setting.replace(".", "/"))
    return sorted(map(str, root.glob(pattern)))


def read(file: str) -> str:
    """A live value, in single blanks; of several choices (`always [madvise] never`) the chosen one."""
    try:
        words = Path(file).read_text().split()
    except OSError as error:  # as the kernel answers for a secret that was never set
        return f"unreadable ({error.strerror})"
    chosen = [word[1:-1] for word in words if word.startswith("[") and word.endswith("]")]
    return chosen[0] if len(chosen) == 1 and len(words) > 1 else " ".join(words)


def differences(settings: dict[str, str], record: Path) -> Iterator[str]:
    """In words what is not as a role has set it; of a pattern the first, and how many more."""
    taken = recorded(record)
    astray = [value for value in values(settings) if not value.is_as_set(taken)]
    for setting in dict.fromkeys(value.setting for value in astray):
        first, *others = [value for value in astray if value.setting == setting]
        more = f" (and {len(others)} more)" if others else ""
        yield f"{first.shown} is {first.seen}, not {first.wanted}{more}"


def restore(settings: dict[str, str], record: Path, *, check_mode: bool) -> list[str]:
    """Set what is not as wanted, and answer with what was set, as `set name`.

    Raises:
        Failed: the kernel refuses a value.
    """
    taken = recorded(record)
    astray = [value for value in values(settings) if not value.is_as_set(taken)]
    if not check_mode:
        for value in astray:
            write(value)
        write_record(record, dict(otherwise(values(settings))))
    return [f"set {value.shown}" for value in astray]


def write(value: Value) -> None:
    """Set one live value."""
    try:
        Path(value.file).write_text(f"{value.wanted}\n")
    except OSError as error:
        raise Failed(f"{value.shown} cannot be set to {value.wanted}: {error.strerror}") from error


def otherwise(found: Iterator[Value]) -> Iterator[tuple[str, dict[str, str]]]:
    """Values that the kernel, after they were set, reads otherwise."""
    for value in found:
        if value.seen != value.wanted:
            yield value.file, {"set": value.wanted, "reads": value.seen}
