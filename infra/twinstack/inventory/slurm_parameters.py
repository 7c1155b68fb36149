"""Which parameters each release of Slurm knows, file by file.

Source: the option tables of Slurm's own parsers (the comment of `slurm_parameters.json` names them). `NodeName`,
`PartitionName` and `DownNodes` are the lines of slurm.conf that begin so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FILES = ("slurm.conf", "slurmdbd.conf", "cgroup.conf")
"""Files whose parameters the inventory may give."""


VALUES: Mapping[tuple[str, str], tuple[str, str | None, str]] = {
    ("HealthCheckNodeState", "NONDRAINED_IDLE"): ("23.02", None, "RELEASE_NOTES of 23.02"),
    ("LaunchParameters", "ulimit_pam_adopt"): ("23.02", None, "RELEASE_NOTES of 23.02"),
    ("LogTimeFormat", "format_stderr"): ("21.08", "24.11", "CHANGELOG of 25.05"),
    ("PrologFlags", "ForceRequeueOnFail"): ("23.02", None, "RELEASE_NOTES of 23.02"),
    ("PrologFlags", "RunInJob"): ("24.05", None, "RELEASE_NOTES of 24.05"),
    ("SchedulerParameters", "bf_allow_magnetic_slot"): ("24.11", None, "RELEASE_NOTES of 24.11"),
    ("SchedulerParameters", "defer_batch"): ("23.02", None, "RELEASE_NOTES of 23.02"),
    ("SchedulerParameters", "extra_constraints"): ("23.11", None, "RELEASE_NOTES of 23.11"),
    ("SlurmctldParameters", "cloud_reg_addrs"): ("21.08", "23.02", "RELEASE_NOTES of 23.11"),
    ("SlurmctldParameters", "enable_stepmgr"): ("24.05", None, "RELEASE_NOTES of 24.05"),
    ("SlurmctldParameters", "no_quick_restart"): ("23.11", None, "RELEASE_NOTES of 23.11"),
    ("SlurmctldParameters", "rl_enable"): ("23.02", None, "RELEASE_NOTES of 23.02"),
    ("TaskPluginParam", "SlurmdSpecOverride"): ("25.05", None, "CHANGELOG of 25.05"),
    ("TopologyParam", "RouteTree"): ("23.11", None, "RELEASE_NOTES of 23.11"),
    ("TopologyParam", "SwitchAsNodeRank"): ("23.02", None, "RELEASE_NOTES of 23.02"),
}
"""Words in the value of a parameter: the first and the last release that know them, and the source."""


@dataclass(frozen=True, slots=True)
class Span:
    """A parameter as Slurm spells it, and the releases that know it: from `first` to `last`, None for open ends."""

    name: str
    first: str | None = None
    last: str | None = None

    def holds(self, release: str) -> bool:
        """Whether a release (`24.11`) knows it; releases compare as texts."""
        return (self.first is None or release >= self.first) and (self.last is None or release <= self.last)

    @property
    def words(self) -> str:
        """The span for people: `from 25.05 on`, `up to 23.02`."""
        parts = [f"from {self.first} on"] if self.first else []
        return ", ".join([*parts, f"up to {self.last}"] if self.last else parts)


def find(file: str, name: str) -> Span | None:
    """A parameter of a file, whatever its case; None where no release knows it."""
    return _spans(file).get(name.lower())


def words_of(name: str, value: str) -> tuple[Span, ...]:
    """Those of a value's words that not every release knows."""
    words = [word.partition("=")[0].lower() for word in value.split(",")]
    table = ((word, first, last) for (parameter, word), (first, last, _) in VALUES.items() if parameter == name)
    return tuple(Span(word, first, last) for word, first, last in table if word.lower() in words)


def known(file: str, release: str) -> tuple[str, ...]:
    """What a release knows in a file."""
    return tuple(span.name for span in _spans(file).values() if span.holds(release))


@cache
def _spans(file: str) -> Mapping[str, Span]:
    entry = _document()[file]
    first = {name: release for release, names in entry["since"].items() for name in names.split()}
    last = {name: release for release, names in entry["until"].items() for name in names.split()}
    names = sorted({*" ".join(entry["always"]).split(), *first, *last})
    return {name.lower(): Span(name, first.get(name), last.get(name)) for name in names}


@cache
def _document() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = files("twinstack.inventory").joinpath("slurm_parameters.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = json.loads(text)
    return found
