"""What differs between releases of Slurm in what is checked and rendered: one table, each row with its source.

Which parameters a release knows at all is `twinstack.inventory.slurm_parameters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Trait(Enum):
    """Something that some releases do and others do not."""

    CGROUP_AUTOMOUNT = auto()
    CGROUP_AUTODETECT = auto()
    CONS_RES = auto()
    NONE_PLUGINS = auto()
    NUMA_AS_SOCKET = auto()
    SACKD = auto()
    TOPOLOGY_YAML = auto()
    RECONFIGURE_RENEWS = auto()
    RUNTIME_DIRECTORY = auto()
    THREE_BACK = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """The releases that have a trait, from `first` to `last` (None: open), and where that is written."""

    what: str
    first: str | None
    last: str | None
    source: str


TABLE: Mapping[Trait, Row] = {
    Trait.CGROUP_AUTOMOUNT: Row(
        "cgroup.conf has CgroupAutomount; later ones call it defunct", None, "23.02", "RELEASE_NOTES of 23.11"
    ),
    Trait.CGROUP_AUTODETECT: Row(
        "CgroupPlugin=autodetect, which finds version 2 of control groups; before, version 1 alone can be used",
        "22.05",
        None,
        "cgroup.conf(5) of 21.08 and 22.05",
    ),
    Trait.CONS_RES: Row("SelectType=select/cons_res", None, "23.02", "RELEASE_NOTES of 23.11"),
    Trait.NONE_PLUGINS: Row(
        "plugins called none, as accounting_storage/none; later the parameter is left away",
        None,
        "23.02",
        "RELEASE_NOTES of 23.11",
    ),
    Trait.NUMA_AS_SOCKET: Row("SlurmdParameters=numa_node_as_socket", "22.05", None, "slurm.conf(5) of 22.05"),
    Trait.SACKD: Row(
        "sackd keeps a login host's configuration; before, a slurmd outside all partitions",
        "23.11",
        None,
        "src/sackd of 23.11, sackd(8), configless_slurm.html",
    ),
    Trait.TOPOLOGY_YAML: Row(
        "topology.yaml, which takes the place of TopologyPlugin and topology.conf; sent to slurmd from 25.05.2 on",
        "25.05",
        None,
        "topology.yaml(5) and CHANGELOG of 25.05",
    ),
    Trait.RECONFIGURE_RENEWS: Row(
        "`scontrol reconfigure` starts the daemons anew with all but ports and authentication",
        "23.11",
        None,
        "scontrol(1) of 23.11 and later",
    ),
    Trait.RUNTIME_DIRECTORY: Row(
        "slurmdbd's unit starts it as Slurm's user, who may write to /run/slurmdbd and not to /run",
        "24.11",
        None,
        "slurmdbd.service of 24.11.5 (User, RuntimeDirectory)",
    ),
    Trait.THREE_BACK: Row(
        "daemons take over from three releases back; before, from two",
        "24.11",
        None,
        "slurm.schedmd.com/upgrades.html, 'Compatibility Window'",
    ),
}


def has(version: str, trait: Trait) -> bool:
    """Whether a release (`24.11`) has a trait; releases compare as texts."""
    row = TABLE[trait]
    return (row.first is None or version >= row.first) and (row.last is None or version <= row.last)
