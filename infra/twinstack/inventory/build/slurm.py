"""The Slurm section."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twinstack.inventory import defaults
from twinstack.inventory.build.notes import Section
from twinstack.inventory.model import Host, NfsMount, OperatingSystem, Partition, Qos, Scheduling, Slurm
from twinstack.inventory.units import duration


def slurm(
    section: Section, site: str, system: OperatingSystem, hosts: Iterable[Host], mounts: Iterable[NfsMount]
) -> Slurm:
    """The Slurm cluster; it is called like the site unless named."""
    cluster = section.get("cluster", site)
    health = section.get("health_check")
    return Slurm(
        cluster=cluster,
        version=section.get("version") or defaults.slurm_version(system),
        partitions={name: _partition(name, each) for name, each in section["partitions"].items()},
        qos=_qos(section.get("qos", {})),
        scheduling=_scheduling(section.get("scheduling", {})),
        health_check_interval=duration(health["interval"]) if health else None,
        state_location=section.get("state_location") or defaults.state_location(cluster, hosts, mounts),
    )


def _partition(name: str, section: Section) -> Partition:
    return Partition(
        name=name,
        pools=tuple(section["pools"]),
        default=section.get("default", False),
        max_time=section.get("max_time"),
        qos=section.get("qos"),
    )


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
