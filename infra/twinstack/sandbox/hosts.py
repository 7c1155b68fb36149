"""One host: put on the network, powered, waited for, and taken away."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from twinstack.sandbox import cgroups, keys, login, network, nspawn, processes, seed
from twinstack.sandbox.command import CommandError, SandboxError, run
from twinstack.sandbox.image_files import IMAGES
from twinstack.sandbox.record import HostRecord, Ledger

if TYPE_CHECKING:
    from twinstack.sandbox.layout import HostPaths, Layout
    from twinstack.sandbox.wanted import Machine, Wanted

BOOT_SECONDS = 90
DEVICES = (Path("/dev/kmsg"), Path("/dev/autofs"))
"""Devices of the machine that hosts on metal have too: the kernel's log, and what automounts are made with."""
# Container runtimes put overlays of their own here; an overlay cannot carry another, nor can a server export one.
VOLUMES = ("/var/lib/containerd", "/var/lib/kubelet")
PROPAGATION = Path("/run/systemd/nspawn/propagate")


@dataclass(frozen=True, slots=True)
class Rack:
    """What all hosts of a sandbox have in common while they are racked."""

    layout: Layout
    wanted: Wanted
    layers: tuple[str, ...]
    images: Path | None
    authorized: str
    groups: cgroups.Hierarchies
    ledger: Ledger


class BootError(SandboxError):
    """A host did not come up; the text ends with what its console said last."""


def is_up(host: HostRecord) -> bool:
    """Whether the host came up and still has power."""
    return host.ready and host.process is not None and processes.is_running(host.process)


def power_on(rack: Rack, machine: Machine) -> None:
    """Boot a host and wait until it takes work; its disk, if it has ever been up, is kept.

    Raises:
        BootError: it did not come up in time.
    """
    name, layout = machine.name, rack.layout
    known = rack.ledger.record.hosts.get(name)
    take_power(layout, name, known, rack.groups)
    if known is None or not _is_bootable(known, rack.wanted.user):
        delete(layout.paths(name).root)
        known = HostRecord(machine.address, rack.layers, user=rack.wanted.user)
    host = rack.ledger.note(name, replace(known, address=machine.address, process=None))
    _prepare(rack, machine, blank=not host.ready)
    network.plug(layout, layout.of_host(name), machine.address, rack.wanted.addresses, machine.cables)
    host = rack.ledger.note(name, replace(host, process=_start(rack, machine, host)))
    _wait(layout, name, host)
    rack.ledger.note(name, replace(host, ready=True))


def take_power(layout: Layout, name: str, host: HostRecord | None, groups: cgroups.Hierarchies) -> None:
    """Cut a host's power and remove what it has in the kernel; its disk stays.

    Raises:
        SandboxError: a process of it does not end.
    """
    own = layout.of_host(name)
    if host and host.process:
        processes.kill(host.process)
    if not processes.exterminate(lambda: groups.members(own)):
        raise SandboxError(f"{name}: processes do not end: {sorted(groups.members(own))}")
    groups.remove(own)
    network.remove(own)
    if (PROPAGATION / own).is_dir():
        (PROPAGATION / own).rmdir()


def _prepare(rack: Rack, machine: Machine, *, blank: bool) -> None:
    paths = rack.layout.paths(machine.name)
    binds = (*_volumes(paths, machine), *_shared(rack.layout, machine))
    for directory in (paths.upper, paths.work, paths.merged, *(bind.source for bind in binds)):
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o755)
    if blank:
        seed.write(paths.upper, _seed(rack, machine))


def _seed(rack: Rack, machine: Machine) -> dict[str, seed.SeedFile]:
    key = host_key(rack.layout, machine.name)
    own = seed.files(
        machine.name,
        str(rack.wanted.addresses.gateway),
        (key.read_text(), key.with_name(f"{key.name}.pub").read_text().strip()),
        () if rack.groups.unified else rack.groups.roots,
    )
    return {**own, **login.files(rack.wanted.user, rack.authorized, rack.layers)}


def host_key(layout: Layout, name: str) -> Path:
    """The private key of a host; it outlives the host's disk, as its pin does."""
    path = layout.instance / "keys" / name
    keys.make(path, f"root@{name}")
    return path


def _start(rack: Rack, machine: Machine, host: HostRecord) -> processes.Process:
    """Start the power supply, write it down, and only then let it act."""
    paths = rack.layout.paths(machine.name)
    with paths.console.open("ab") as console:
        started = subprocess.Popen(
            ("unshare", "--mount", "--propagation", "slave", sys.executable, "-m", "twinstack.sandbox.launch"),
            stdin=subprocess.PIPE,
            stdout=console,
            stderr=console,
            start_new_session=True,
            cwd="/",
        )
    process = processes.find(started.pid)
    if process is None or started.stdin is None:
        raise BootError(f"{machine.name}: its power supply ended at once\n{_tail(paths)}")
    rack.ledger.note(machine.name, replace(host, process=process))
    with started.stdin:
        started.stdin.write(json.dumps(_order(rack, machine, host)).encode())
    return process


def _order(rack: Rack, machine: Machine, host: HostRecord) -> dict[str, object]:
    paths, own = rack.layout.paths(machine.name), rack.layout.of_host(machine.name)
    groups = rack.groups.create(own)
    return {
        "power_groups": groups.power,
        "machine_groups": groups.machine,
        "namespace": own,
        "interfaces": ["lo", "eth0", *(cable.interface for cable in machine.cables)],
        "mounts": [nspawn.overlay(host.layers, paths.upper, paths.work, paths.merged)],
        "machine": nspawn.machine(own, machine.name, paths.merged, _binds(rack, machine)),
        "environment": nspawn.ENVIRONMENT,
    }


def _binds(rack: Rack, machine: Machine) -> tuple[nspawn.Bind, ...]:
    devices = (nspawn.Bind(device, str(device), writable=True) for device in DEVICES if device.exists())
    images = (nspawn.Bind(rack.images, IMAGES),) if rack.images else ()
    names = nspawn.Bind(rack.layout.names, "/etc/hosts")
    return (
        *_volumes(rack.layout.paths(machine.name), machine),
        *_shared(rack.layout, machine),
        names,
        *devices,
        *images,
    )


def _volumes(paths: HostPaths, machine: Machine) -> tuple[nspawn.Bind, ...]:
    targets = (*VOLUMES, *machine.exports)
    return tuple(nspawn.Bind(paths.volumes / Path(target).name, target, writable=True) for target in targets)


def _shared(layout: Layout, machine: Machine) -> tuple[nspawn.Bind, ...]:
    """A parallel file system that the site brings along is one directory of this machine, the same on every host."""
    return tuple(nspawn.Bind(layout.instance / "shared" / name, mount, writable=True) for name, mount in machine.shared)


def _wait(layout: Layout, name: str, host: HostRecord) -> None:
    """Wait for the host to say that its boot is over."""
    attempts = Retrying(
        retry=retry_if_exception_type(CommandError), stop=stop_after_delay(BOOT_SECONDS), wait=wait_fixed(0.2)
    )
    try:
        state = attempts(_state, layout, name, host)
    except RetryError as late:
        raise BootError(f"{name}: not up after {BOOT_SECONDS} s\n{_tail(layout.paths(name))}") from late
    if state not in {"running", "degraded"}:
        raise BootError(f"{name}: came up as '{state}'\n{_tail(layout.paths(name))}")


def _state(layout: Layout, name: str, host: HostRecord) -> str:
    if host.process and not processes.is_running(host.process):
        raise BootError(f"{name}: its machine ended\n{_tail(layout.paths(name))}")
    ask = "systemctl is-system-running --wait || true"  # it ends with 1 when a unit failed; the word is what counts
    asked = over_ssh(layout, name, login.as_root(host.user, ask), "-o", "ConnectTimeout=5")
    return run(*asked, timeout=BOOT_SECONDS).strip()


def over_ssh(layout: Layout, host: str, command: str, *options: str) -> tuple[str, ...]:
    """The command line that runs a remote command on a host, from the operator's place."""
    return network.inside_of(layout.operator, "ssh", "-F", str(layout.ssh_config), *options, host, command)


def _tail(paths: HostPaths, lines: int = 25) -> str:
    text = paths.console.read_text(errors="replace") if paths.console.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:]) or "    (its console is empty)"


def remove(layout: Layout, name: str, host: HostRecord | None, groups: cgroups.Hierarchies) -> None:
    """Take a host out of the rack, disk and all."""
    take_power(layout, name, host, groups)
    delete(layout.paths(name).root)


def delete(directory: Path) -> None:
    """Delete a directory, if it is there."""
    if directory.exists():
        shutil.rmtree(directory)


def _is_bootable(host: HostRecord, user: str) -> bool:
    """A disk is of use when its host has been up and lets this user in, and its image is still there."""
    return host.ready and host.user == user and all(Path(layer).is_dir() for layer in host.layers)
