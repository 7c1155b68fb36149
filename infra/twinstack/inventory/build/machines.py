"""Networks, hardware classes and access."""

from __future__ import annotations

import os
from collections.abc import Mapping
from ipaddress import IPv4Network
from pathlib import Path

from twinstack.inventory import defaults
from twinstack.inventory.build.notes import Section
from twinstack.inventory.hostlists import expand
from twinstack.inventory.model import Access, Gpus, Hardware, Network, Nic, Sriov, Timeouts
from twinstack.inventory.units import SIZES, size

ACCEPT_NEW = "accept-new"


def networks(section: Section) -> Mapping[str, Network]:
    """The networks by name."""
    return {name: _network(name, each) for name, each in section.items()}


def _network(name: str, section: Section) -> Network:
    sriov = section.get("sriov")
    return Network(
        name=name,
        cidr=IPv4Network(section["cidr"]),
        kind=section.get("kind", defaults.NETWORK_KIND),
        mtu=section.get("mtu"),
        dns=tuple(section.get("dns", ())),
        ntp=tuple(section.get("ntp", ())),
        sriov=Sriov(vfs=sriov["vfs"], resource=sriov["resource"]) if sriov else None,
    )


def hardware(section: Section) -> Mapping[str, Hardware]:
    """The hardware classes by name."""
    return {name: _hardware(name, each) for name, each in section.items()}


def _hardware(name: str, section: Section) -> Hardware:
    return Hardware(
        name=name,
        sockets=section["sockets"],
        cores_per_socket=section["cores_per_socket"],
        threads_per_core=section.get("threads_per_core", 1),
        numa_per_socket=section.get("numa_per_socket", 1),
        memory=size(section["memory"]),
        hugepages={_page(page): count for page, count in section.get("hugepages", {}).items() if count},
        gpus=_gpus(section["gpus"]) if "gpus" in section else None,
        nics=tuple(Nic(nic["name"], nic["network"], nic.get("rdma", False)) for nic in section.get("nics", ())),
        disks=tuple(disk for disks in section.get("disks", ()) for disk in expand(disks)),
        absent=frozenset(section.get("absent", ())),
        target=section.get("target"),
    )


def _page(text: str) -> int:
    return SIZES[text.lstrip("0123456789")] * int(text[: -len("MiB")])


def _gpus(section: Section) -> Gpus:
    return Gpus(
        vendor=section["vendor"],
        model=section["model"],
        count=section["count"],
        memory=size(section["memory"]) if "memory" in section else None,
        numa=tuple(section.get("numa", ())),
    )


def access(section: Section, folder: Path) -> Access:
    """How hosts are reached; `folder` is the inventory's."""
    return Access(
        user=section["user"],
        port=section.get("port", defaults.SSH_PORT),
        ssh_key_file=file_of(section["ssh_key_file"], folder) if "ssh_key_file" in section else None,
        host_keys=file_of(section["host_keys"], folder) if "host_keys" in section else None,
        jump=section.get("jump"),
        accept_new=section.get("unknown_hosts", defaults.UNKNOWN_HOSTS) == ACCEPT_NEW,
        timeouts=Timeouts(
            connect=section.get("connect_timeout", defaults.TIMEOUTS.connect),
            task=section.get("task_timeout", defaults.TIMEOUTS.task),
            install=section.get("install_timeout", defaults.TIMEOUTS.install),
        ),
    )


def file_of(text: str, folder: Path) -> Path:
    """A file of the operator: `~` is the home, relative paths begin at the inventory's folder."""
    return Path(os.path.normpath(folder / os.path.expanduser(text)))  # noqa: PTH111 - Path.expanduser raises for unknown users
