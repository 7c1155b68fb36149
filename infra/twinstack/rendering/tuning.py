"""A host's tuning as files that survive a boot: sysctl.d, tmpfiles.d, a unit, irqbalance's options, a slice's CPUs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twinstack.planning.tuning import HostTuning
from twinstack.rendering.hostlists import ranges

SYSCTL = "/etc/sysctl.d/91-twinstack-tuning.conf"
TMPFILES = "/etc/tmpfiles.d/90-twinstack-tuning.conf"
SLICE = "/etc/systemd/system/user.slice.d/90-twinstack.conf"
UNIT = "twinstack-tuning.service"

UNIT_TEXT = f"""\
[Unit]
Description=Set the kernel as this host's pool wants it
Documentation=file://{TMPFILES} man:tmpfiles.d(5)
After=systemd-tmpfiles-setup.service
Before=slurmd.service containerd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/systemd-tmpfiles --create {TMPFILES}

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting below /sys: `path` may be a pattern for several alike, `what` names it to people."""

    path: str
    value: str
    what: str


def knobs(tuning: HostTuning) -> Iterator[Knob]:
    """The settings below /sys, huge pages first, while memory is still in one piece."""
    for pages in tuning.hugepages:
        kib = pages.size >> 10
        path = f"/sys/devices/system/node/node{pages.node}/hugepages/hugepages-{kib}kB/nr_hugepages"
        yield Knob(path, str(pages.count), f"huge pages of {kib} kB on NUMA node {pages.node}")
    if tuning.transparent_hugepages:
        path = "/sys/kernel/mm/transparent_hugepage/enabled"
        yield Knob(path, tuning.transparent_hugepages, "transparent huge pages")
    if tuning.governor:
        path = "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor"
        yield Knob(path, tuning.governor, "CPU frequency governor")


def tmpfiles(tuning: HostTuning) -> str:
    """The knobs as tmpfiles.d(5) writes them: `w` leaves out what a machine does not have, and takes patterns."""
    return "".join(f"w {knob.path} - - - - {knob.value}\n" for knob in knobs(tuning))


def settings(tuning: HostTuning) -> dict[str, str]:
    """The kernel settings by name."""
    balancing = {} if tuning.numa_balancing is None else {"kernel.numa_balancing": str(int(tuning.numa_balancing))}
    return dict(sorted({**balancing, **tuning.sysctl}.items()))


def sysctl(tuning: HostTuning) -> str:
    """The text of a sysctl.d(5) file."""
    return "".join(f"{key} = {value}\n" for key, value in settings(tuning).items())


def irqbalance(tuning: HostTuning) -> str:
    """What irqbalance keeps interrupts away from, as its man page says for version 1.8 and later."""
    return f"IRQBALANCE_BANNED_CPULIST={ranges(tuning.quiet_cpus)}\n"


def user_slice(tuning: HostTuning) -> str:
    """Logins stay on the system's cores (systemd.resource-control(5)); jobs are not in this slice."""
    return f"[Slice]\nAllowedCPUs={ranges(tuning.system_cpus)}\n"
