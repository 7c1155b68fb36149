"""What was chosen for a site where its machines leave a choice, and why: shown by `plan` and `status`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twinstack.planning.file_systems import lustre_of
from twinstack.planning.model import Plan
from twinstack.rendering.hostlists import fold
from twinstack.rendering.roles.lustre_client import networks
from twinstack.rendering.roles.nfs_server import KERNEL, server


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is done in one of several ways; `where` names hosts."""

    what: str
    where: str
    chosen: str
    why: str


def choices(plan: Plan) -> tuple[Choice, ...]:
    """Every choice, in the order of roles."""
    return (*nfs_servers(plan), *lnet(plan))


def nfs_servers(plan: Plan) -> Iterator[Choice]:
    """The kernel's NFS server, or nfs-ganesha where a hardware class says that the kernel has none."""
    serving: dict[tuple[str, str], list[str]] = {}
    for host in plan.with_role("nfs-server"):
        serving.setdefault((server(host), host.hardware.name), []).append(host.name)
    for (word, hardware), names in serving.items():
        absent = f"hardware.{hardware}.absent"
        chosen, why = ("nfs-ganesha", f"{absent} says that the kernel has no NFS server")
        if word == KERNEL:
            chosen, why = (
                "the kernel's server",
                f"{absent} does not name kernel-nfs-server; each run checks it",
            )
        yield Choice("NFS server", fold(names), chosen, why)


def lnet(plan: Plan) -> Iterator[Choice]:
    """The networks on which hosts speak to Lustre's servers, from the servers' NIDs and the hosts' ports."""
    found: dict[str, list[str]] = {}
    for host in plan.with_role("lustre-client"):
        sides = networks(plan.site, host, lustre_of(plan.site, host.host, host.hardware))
        chosen = ", ".join(f"{side.net} on {' '.join(side.interfaces) or side.addresses}" for side in sides)
        found.setdefault(chosen, []).append(host.name)
    for chosen, names in found.items():
        yield Choice("LNet", fold(names), chosen, "the servers' NIDs, and the ports of hardware.*.nics")
