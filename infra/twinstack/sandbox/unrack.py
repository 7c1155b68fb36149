"""Remove a sandbox, or what a killed run left of one: processes, control groups, namespaces, directories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from twinstack.sandbox import cgroups, hosts, network, processes, sysctl
from twinstack.sandbox.layout import every_name
from twinstack.sandbox.lock import drop, locked
from twinstack.sandbox.record import read
from twinstack.toolchain.model import Progress, silent

if TYPE_CHECKING:
    from twinstack.sandbox.layout import Layout


def unrack(layout: Layout, progress: Progress = silent) -> None:
    """Remove every trace of the sandbox; images stay, for the next one."""
    with locked(layout.lock, progress):
        clear(layout)
        hosts.delete(layout.instance)
        drop(layout.lock)
    _put_settings_back(layout, progress)
    progress(f"sandbox '{layout.name}' is gone")


def clear(layout: Layout) -> bool:
    """End what runs and remove what is in the kernel; True when there was something.

    What is looked for are the hosts of the record, and whatever bears the sandbox's name should the record be lost.
    """
    groups, record = cgroups.discover(), read(layout.record)
    known = dict(record.hosts) if record else {}
    named = (*groups.named(layout.prefix), *network.named(layout.prefix))
    found = {name.removeprefix(layout.prefix) for name in named} | known.keys()
    _end_operators(layout)
    for name in sorted(found - {"sw", "op"}):
        hosts.take_power(layout, name, known.get(name), groups)
    for namespace in network.named(layout.prefix):
        network.remove(namespace)
    return bool(found)


def _end_operators(layout: Layout) -> None:
    """End what was started from the operator's place (kept connections, shells), but not whoever asks for it."""
    spared = processes.ancestors(os.getpid())
    processes.exterminate(lambda: [pid for pid in network.processes(layout.operator) if pid not in spared])


def _put_settings_back(layout: Layout, progress: Progress) -> None:
    changed = sysctl.put_back(layout.kept_settings, unless=lambda: bool(every_name(layout.home)))
    if changed:
        progress(f"put back {len(changed)} kernel settings: {', '.join(changed)}")
