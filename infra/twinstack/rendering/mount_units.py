"""systemd mounts that never hang a boot: made on first use, given up after a deadline (systemd.automount(5))."""

from __future__ import annotations

from twinstack.inventory.model import NfsMount, Site

_DEADLINE = "30s"
_UNESCAPED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.")


def unit_name(path: str, kind: str) -> str:
    r"""The name that systemd wants of a path's unit: `/home/a-b` as mount is `home-a\x2db.mount`."""
    parts = [part for part in path.split("/") if part]
    return f"{'-'.join(_escaped(part) for part in parts) or '-'}.{kind}"


def _escaped(part: str) -> str:
    first = f"\\x{ord('.'):02x}" if part.startswith(".") else ""
    rest = part[1:] if first else part
    return first + "".join(
        char if char in _UNESCAPED else "".join(f"\\x{byte:02x}" for byte in char.encode()) for char in rest
    )


def source(site: Site, mount: NfsMount) -> str:
    """What is mounted: by the server's address where the site knows it, so that no name service is needed to boot."""
    host = site.hosts.get(mount.server)
    return f"{host.address if host else mount.server}:{mount.export}"


def nfs(site: Site, mount: NfsMount) -> str:
    """The mount unit of an NFS export; `_netdev` orders it after the network."""
    options = ",".join(dict.fromkeys((*mount.options, "_netdev")))
    return _mount(mount, source(site, mount), "nfs", options)


def bind(mount: NfsMount) -> str:
    """The mount unit that shows an export at its mount point on the server itself."""
    return _mount(mount, mount.export, "none", "bind")


def automount(mount: NfsMount) -> str:
    """The automount unit that starts the mount at its first use."""
    return (
        f"[Unit]\nDescription=First use of {mount.mount}\n\n"
        f"[Automount]\nWhere={mount.mount}\n\n"
        "[Install]\nWantedBy=remote-fs.target\n"
    )


def _mount(mount: NfsMount, what: str, kind: str, options: str) -> str:
    return (
        f"[Unit]\nDescription={mount.name} at {mount.mount}\n\n"
        f"[Mount]\nWhat={what}\nWhere={mount.mount}\nType={kind}\nOptions={options}\nTimeoutSec={_DEADLINE}\n\n"
        "[Install]\nWantedBy=remote-fs.target\n"
    )
