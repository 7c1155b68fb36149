"""What an NFS server exports, to whom: for the kernel's server (exports(5)) and for nfs-ganesha.

The clients are the site's networks. Root stays root only where Kubernetes provisions volumes in an export
(csi-driver-nfs makes their directories as root); everywhere else it becomes nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from twinstack.inventory.model import Site

GANESHA_EXPORTS = "/etc/ganesha/twinstack-exports.conf"
_LAST_NUMBER = 65535


@dataclass(frozen=True, slots=True)
class Export:
    """A directory and the networks that may use it; `root` tells whether a client's root is root here."""

    path: str
    clients: tuple[str, ...]
    root: bool


def exports(site: Site, server: str) -> tuple[Export, ...]:
    """Exports of a server, each directory once, in the inventory's order."""
    clients = tuple(str(network.cidr) for network in site.networks.values())
    classes = {site.storage.default_class, site.storage.capacity_class}
    found: dict[str, bool] = {}
    for mount in site.storage.nfs:
        if mount.server == server:
            found[mount.export] = found.get(mount.export, False) or mount.name in classes
    return tuple(Export(path, clients, root) for path, root in found.items())


def kernel(served: tuple[Export, ...]) -> str:
    """A file for /etc/exports.d."""
    return "".join(f"{line}\n" for export in served for line in _kernel_lines(export))


def _kernel_lines(export: Export) -> Iterator[str]:
    squash = "no_root_squash" if export.root else "root_squash"
    options = f"rw,sync,no_subtree_check,sec=sys,{squash}"
    yield f'"{export.path}" {" ".join(f"{client}({options})" for client in export.clients)}'


def ganesha() -> str:
    """ganesha.conf: NFS version 4 only, so that neither rpcbind nor a lock manager is needed.

    `Graceless` because clients of a user-space server reconnect at once after it restarts, and the `fs` backend
    because it keeps its clients in plain files (ganesha-core-config(8)).
    """
    return (
        "NFS_CORE_PARAM { Protocols = 4; Enable_NLM = false; Enable_RQUOTA = false; }\n"
        "NFSv4 { Graceless = true; RecoveryBackend = fs; }\n"
        f'%include "{GANESHA_EXPORTS}"\n'
    )


def ganesha_exports(served: tuple[Export, ...]) -> str:
    """The exports, which ganesha reads again when it is told to reload (SIGHUP, ganesha-config(8)).

    An export's number is kept when others come and go, since clients know their files by it: it comes from the path.
    """
    numbers = _numbers([export.path for export in served])
    return "".join(_ganesha_export(numbers[export.path], export) for export in served)


def _numbers(paths: list[str]) -> dict[str, int]:
    """A number from 1 to 65,535 for each path; paths that meet on the same one step aside, in order."""
    numbers: dict[str, int] = {}
    for path in sorted(paths):
        number = 1 + crc32(path.encode()) % _LAST_NUMBER
        while number in numbers.values():
            number = 1 + number % _LAST_NUMBER
        numbers[path] = number
    return numbers


def _ganesha_export(number: int, export: Export) -> str:
    squash = "No_Root_Squash" if export.root else "Root_Squash"
    return (
        "EXPORT {\n"
        f"  Export_Id = {number};\n"
        f'  Path = "{export.path}";\n'
        f'  Pseudo = "{export.path}";\n'
        "  Access_Type = None;\n"
        "  Protocols = 4;\n"
        "  SecType = sys;\n"
        f"  Squash = {squash};\n"
        "  FSAL { Name = VFS; }\n"
        f"  CLIENT {{ Clients = {', '.join(export.clients)}; Access_Type = RW; }}\n"
        "}\n"
    )
