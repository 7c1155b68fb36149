"""The Slurm section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from twinstack.inventory import defaults
from twinstack.inventory.build.notes import Section
from twinstack.inventory.model import (
    Host,
    NfsMount,
    OperatingSystem,
    Partition,
    Pool,
    Power,
    Qos,
    Rest,
    Scheduling,
    Script,
    Slurm,
    Stack,
)
from twinstack.inventory.units import duration, size

_PARTITION_WORDS = {
    "default_time": "DefaultTime",
    "priority": "PriorityTier",
    "max_nodes": "MaxNodes",
    "min_nodes": "MinNodes",
    "allow_accounts": "AllowAccounts",
    "deny_accounts": "DenyAccounts",
    "allow_groups": "AllowGroups",
    "allow_qos": "AllowQos",
    "oversubscribe": "OverSubscribe",
    "preempt_mode": "PreemptMode",
    "memory_per_cpu": "DefMemPerCPU",
    "exclusive_user": "ExclusiveUser",
    "hidden": "Hidden",
}
"""Keys of a partition and the words of slurm.conf(5) that they stand for, in the order in which they are written."""


def slurm(
    section: Section,
    folder: Path,
    site: str,
    *,
    system: OperatingSystem,
    hosts: Iterable[Host],
    pools: Iterable[Pool],
    mounts: Iterable[NfsMount],
) -> Slurm:
    """The Slurm cluster; it is called like the site unless named, and its scripts lie in `folder`."""
    cluster = section.get("cluster", site)
    health = section.get("health_check")
    rest = section.get("rest")
    return Slurm(
        cluster=cluster,
        version=section.get("version") or defaults.slurm_version(system),
        partitions={name: _partition(name, each) for name, each in section["partitions"].items()},
        qos=_qos(section.get("qos", {})),
        scheduling=_scheduling(section.get("scheduling", {})),
        health_check_interval=duration(health["interval"]) if health else None,
        state_location=section.get("state_location") or defaults.state_location(cluster, hosts, mounts),
        hooks={name: script(folder, path) for name, path in section.get("hooks", {}).items()},
        power=_power(section["power"], folder, pools) if "power" in section else None,
        reboot=section.get("reboot", defaults.SLURM_REBOOT),
        rest=Rest(rest.get("auth", defaults.SLURM_REST_AUTH)) if rest is not None else None,
        parameters={file: _words(each) for file, each in section.get("parameters", {}).items()},
    )


def script(folder: Path, path: str) -> Script:
    """A file of the operator's beside the inventory; rules complain of one that cannot be read."""
    try:
        return Script(path, (folder / path).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return Script(path, "")


def _partition(name: str, section: Section) -> Partition:
    words = {ours: section[ours] for ours in _PARTITION_WORDS if ours in section}
    if "memory_per_cpu" in words:
        words["memory_per_cpu"] = size(words["memory_per_cpu"]) >> 20
    if "preempt_mode" in words:
        words["preempt_mode"] = words["preempt_mode"].upper()
    return Partition(
        name=name,
        pools=tuple(section["pools"]),
        default=section.get("default", False),
        max_time=section.get("max_time"),
        qos=section.get("qos"),
        state=section.get("state", "up"),
        settings=_words({_PARTITION_WORDS[ours]: value for ours, value in words.items()}),
    )


def _words(section: Section) -> Mapping[str, str]:
    """Values as Slurm writes them: YES and NO, lists with commas."""
    return {name: _word(value) for name, value in section.items()}


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "YES" if value else "NO"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _qos(section: Section) -> Mapping[str, Qos]:
    if not section:
        return {defaults.QOS.name: defaults.QOS}
    return {
        name: Qos(
            name=name,
            priority=each.get("priority", defaults.QOS.priority),
            preempt=tuple(each.get("preempt", ())),
            max_jobs_per_user=each.get("max_jobs_per_user"),
        )
        for name, each in section.items()
    }


def _scheduling(section: Section) -> Scheduling:
    usual = defaults.SCHEDULING
    return Scheduling(
        select=section.get("select", usual.select),
        preempt_mode=section.get("preempt_mode", usual.preempt_mode),
        fair_share=section.get("fair_share", usual.fair_share),
    )


def _power(section: Section, folder: Path, pools: Iterable[Pool]) -> Power:
    whole = tuple(pool.name for pool in pools if pool.stack is Stack.SLURM)
    times = {key: duration(section.get(key, usual)) for key, usual in defaults.SLURM_POWER_TIMES.items()}
    return Power(
        suspend=script(folder, section["suspend"]),
        resume=script(folder, section["resume"]),
        resume_fail=script(folder, section["resume_fail"]) if "resume_fail" in section else None,
        pools=tuple(section.get("pools", whole)),
        **times,
        suspend_rate=section.get("suspend_rate", defaults.SLURM_POWER_RATE),
        resume_rate=section.get("resume_rate", defaults.SLURM_POWER_RATE),
    )
