"""Rack a sandbox: the list of all that is done, in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from twinstack.sandbox import access, capabilities, cgroups, hosts, image, inventory_copy, keys, network, sysctl
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.lock import locked
from twinstack.sandbox.prerequisites import require
from twinstack.sandbox.record import Ledger, Record, read
from twinstack.sandbox.supplies import Supplies, bare
from twinstack.sandbox.unrack import clear
from twinstack.sandbox.wanted import Machine, Wanted, wanted
from twinstack.toolchain.model import Progress, silent

if TYPE_CHECKING:
    from twinstack.inventory.model import Site
    from twinstack.sandbox.layout import Layout

# What hosts need beyond the Debian image; it may need the image's root to make it.
Supply = Callable[[Path, Progress], Supplies]


@dataclass(frozen=True, slots=True)
class Racked:
    """A racked sandbox: which hosts were booted now, which were up already, and what is not here."""

    layout: Layout
    booted: tuple[str, ...]
    kept: tuple[str, ...]
    capabilities: tuple[capabilities.Capability, ...]


def rack(
    layout: Layout, site: Site, *, hosts_only: str | None = None, supply: Supply = bare, progress: Progress = silent
) -> Racked:
    """See to it that the site's hosts are racked and up; what is up stays up.

    Args:
        layout: the sandbox's name and place.
        site: the inventory as its owner wrote it.
        hosts_only: a host list, when not all of the site is wanted.
        supply: gives what comes from elsewhere than Debian.
        progress: told of each step.

    Raises:
        LackingError: the machine lacks something.
        SandboxError: anything else that stops it; running it again takes up where it can.
    """
    require(layout.home)
    want = wanted(site).only(hosts_only) if hosts_only else wanted(site)
    with locked(layout.lock, progress):
        return _rack(layout, site, want, supply, progress)


def _rack(layout: Layout, site: Site, want: Wanted, supply: Supply, progress: Progress) -> Racked:
    found = capabilities.probe()
    rootfs = image.base(layout.home, progress)
    supplies = supply(rootfs, progress)
    layers = tuple(str(layer) for layer in image.with_packages(layout.home, rootfs, supplies.packages, progress))
    ledger = _open(layout, site, want, progress)
    sysctl.keep(layout.kept_settings)
    sysctl.raise_limits()
    authorized = keys.make(layout.key, f"operator of {layout.name}")
    inventory_copy.write(layout, site, capabilities.topology(), capabilities.absent(found))
    access.write(layout, _reachable(site, want, ledger.record), want.domain, want.user)
    replug = network.make_switch(layout, want.addresses)
    network.make_bridges(layout, (cable for machine in want.machines for cable in machine.cables))
    frame = hosts.Rack(layout, want, layers, supplies.images, authorized, cgroups.discover(), ledger)
    _remove_unwanted(frame, progress)
    booted = tuple(machine for machine in want.machines if replug or not _stays(frame, machine))
    _boot(frame, booted, progress)
    kept = tuple(machine.name for machine in want.machines if machine not in booted)
    return Racked(layout, tuple(machine.name for machine in booted), kept, found)


def _open(layout: Layout, site: Site, want: Wanted, progress: Progress) -> Ledger:
    """Take up the record of an earlier run; without a usable one, everything of the sandbox's name goes."""
    record = read(layout.record)
    if record is None or record.network != want.addresses.network:
        if clear(layout):
            progress("cleared what an earlier run left")
        hosts.delete(layout.instance)
        record = Record(str(site.path), want.addresses.network)
    return Ledger(layout.record, replace(record, source=str(site.path)))


def _reachable(site: Site, want: Wanted, record: Record) -> tuple[Machine, ...]:
    """Hosts racked now or before, in the inventory's order."""
    names = {machine.name for machine in want.machines} | record.hosts.keys()
    return tuple(machine for machine in wanted(site).machines if machine.name in names)


def _remove_unwanted(frame: hosts.Rack, progress: Progress) -> None:
    """A host that left the inventory leaves the rack, unless only some hosts were asked for."""
    if not frame.wanted.whole:
        return
    names = {machine.name for machine in frame.wanted.machines}
    for name, host in frame.ledger.record.hosts.items():
        if name not in names:
            hosts.remove(frame.layout, name, host, frame.groups)
            frame.ledger.strike(name)
            progress(f"{name}: removed")


def _stays(frame: hosts.Rack, machine: Machine) -> bool:
    host = frame.ledger.record.hosts.get(machine.name)
    return (
        host is not None
        and hosts.is_up(host)
        and host.address == machine.address
        and host.user == frame.wanted.user
        and network.exists(frame.layout.of_host(machine.name))
    )


def _boot(frame: hosts.Rack, machines: tuple[Machine, ...], progress: Progress) -> None:
    """Boot hosts side by side; all get their chance, and every failure is told."""
    if not machines:
        return
    progress(f"booting {len(machines)} hosts")
    begin, failures = time.monotonic(), []
    with ThreadPoolExecutor(max_workers=min(len(machines), 16)) as pool:
        boots = {pool.submit(hosts.power_on, frame, machine): machine.name for machine in machines}
        for boot in as_completed(boots):
            if error := boot.exception():
                failures.append(error)
            else:
                progress(f"{boots[boot]}: up after {time.monotonic() - begin:.1f} s")
    for error in failures:
        if not isinstance(error, SandboxError):
            raise error
    if failures:
        raise SandboxError("\n".join(sorted(str(error) for error in failures)))
