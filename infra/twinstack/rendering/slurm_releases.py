"""What differs between releases of Slurm in what is rendered: one table, each row with its source.

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
    PREEMPT_PARAMETERS = auto()
    NVIDIA_WITHOUT_LIBRARY = auto()
    RELATIVE_SCRIPTS = auto()
    RUN_IN_JOB = auto()
    SEPARATE_TIMEOUTS = auto()
    HEALTH_NONDRAINED = auto()
    SACKD = auto()
    TOPOLOGY_YAML = auto()
    RECONFIGURE_RENEWS = auto()
    EXCEPT_STATES = auto()
    REST_LISTENS_BY_ENVIRONMENT = auto()


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
        "CgroupPlugin=autodetect, which finds version 2 of control groups", "22.05", None, "cgroup.conf(5) of 22.05"
    ),
    Trait.CONS_RES: Row("select/cons_res", None, "23.02", "RELEASE_NOTES of 23.11"),
    Trait.NONE_PLUGINS: Row(
        "plugins called none, as accounting_storage/none; later the parameter is left away",
        None,
        "23.02",
        "RELEASE_NOTES of 23.11",
    ),
    Trait.NUMA_AS_SOCKET: Row("SlurmdParameters=numa_node_as_socket", "22.05", None, "slurm.conf(5) of 22.05"),
    Trait.PREEMPT_PARAMETERS: Row(
        "PreemptParameters; before, SchedulerParameters=preempt_...", "23.02", None, "RELEASE_NOTES of 23.02"
    ),
    Trait.NVIDIA_WITHOUT_LIBRARY: Row(
        "AutoDetect=nvidia, which needs no NVML, but sees no MIG", "24.11", None, "gres.conf(5) of 24.11"
    ),
    Trait.RELATIVE_SCRIPTS: Row(
        "configless sends Prolog and Epilog that are no absolute paths", "23.11", None, "RELEASE_NOTES of 23.11"
    ),
    Trait.RUN_IN_JOB: Row(
        "PrologFlags=RunInJob: prolog and epilog in the job's control group", "24.05", None, "RELEASE_NOTES of 24.05"
    ),
    Trait.SEPARATE_TIMEOUTS: Row(
        "PrologTimeout and EpilogTimeout; before, PrologEpilogTimeout for both", "25.05", None, "slurm.conf(5) of 25.05"
    ),
    Trait.HEALTH_NONDRAINED: Row("HealthCheckNodeState=NONDRAINED_IDLE", "23.02", None, "RELEASE_NOTES of 23.02"),
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
    Trait.EXCEPT_STATES: Row("SuspendExcStates", "23.02", None, "RELEASE_NOTES of 23.02"),
    Trait.REST_LISTENS_BY_ENVIRONMENT: Row(
        "slurmrestd.service listens where SLURMRESTD_LISTEN says", "24.05", None, "RELEASE_NOTES of 24.05"
    ),
}


def has(version: str, trait: Trait) -> bool:
    """Whether a release (`24.11`) has a trait; releases compare as texts."""
    row = TABLE[trait]
    return (row.first is None or version >= row.first) and (row.last is None or version <= row.last)
