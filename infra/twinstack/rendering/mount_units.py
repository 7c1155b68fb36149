"""systemd mounts that never hang a boot: made on first use, given up after a deadline (systemd.automount(5)).

A boot sets up the automount, which needs no server, and goes on; the first use starts the mount and waits for it up to
the deadline, and so does each later use until the server is back. `nofail` keeps a mount that another unit pulls into
the boot (RequiresMountsFor) out of remote-fs.target's way, `_netdev` orders it after the network and, at shutdown,
takes it off before the network goes (systemd.mount(5)).
"""

from __future__ import annotations

from dataclasses import dataclass

from twinstack.inventory.model import NfsMount, Site
from twinstack.rendering.model import PlacedFile, Unit
from twinstack.rendering.renderer import Renderer

TARGET = Unit("remote-fs.target")
"""What brings the mount points up at boot; listed by each role that has some, because a site may have it disabled."""
_DEADLINE = "30s"
_UNESCAPED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.")


@dataclass(frozen=True, slots=True)
class NetworkMount:
    """A file system of the network: `kind` and `options` as mount(8) takes them, `needs` are units below it."""

    name: str
    what: str
    where: str
    kind: str
    options: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


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


def nfs(site: Site, mount: NfsMount) -> NetworkMount:
    """The mount of an NFS export."""
    return NetworkMount(mount.name, source(site, mount), mount.mount, "nfs", mount.options)


def files(renderer: Renderer, mount: NetworkMount) -> tuple[PlacedFile, PlacedFile]:
    """The pair of units of a mount, as artefacts `<kind>/<name>.mount` and `.automount`."""
    made, used = (f"/etc/systemd/system/{unit_name(mount.where, kind)}" for kind in ("mount", "automount"))
    name = f"{mount.kind}/{mount.name}"
    return (
        renderer.file(made, f"{name}.mount", lambda: text(mount)),
        renderer.file(used, f"{name}.automount", lambda: automount(mount.where, users(renderer))),
    )


def users(renderer: Renderer) -> tuple[str, ...]:
    """Daemons whose jobs and pods must find the mount point instead of the empty directory below it."""
    return tuple(renderer.distribution.units[word] for word in ("slurm-compute", "kubelet"))


def unit(mount: NetworkMount) -> Unit:
    """The unit that is enabled and runs: the automount; its first use starts the mount."""
    return Unit(unit_name(mount.where, "automount"))


def text(mount: NetworkMount) -> str:
    """The mount unit; no start limit, else five quick failures would end the automount until somebody resets it."""
    options = ",".join(dict.fromkeys((*mount.options, "_netdev", "nofail")))
    after = " ".join(("network-online.target", *mount.needs))
    needs = f"Requires={' '.join(mount.needs)}\n" if mount.needs else ""
    return (
        f"[Unit]\nDescription={mount.name} at {mount.where}\n"
        f"Wants=network-online.target\n{needs}After={after}\nStartLimitIntervalSec=0\n\n"
        f"[Mount]\nWhat={mount.what}\nWhere={mount.where}\nType={mount.kind}\nOptions={options}\n"
        f"TimeoutSec={_DEADLINE}\nForceUnmount=yes\n"
    )


def automount(where: str, before: tuple[str, ...] = ()) -> str:
    """The automount unit that starts the mount at its first use; `before` are units that begin with it in place.

    They wait for the mount point to be set up, which needs no server, not for the file system.
    """
    order = f"Before={' '.join(before)}\n" if before else ""
    return (
        f"[Unit]\nDescription=First use of {where}\n{order}\n"
        f"[Automount]\nWhere={where}\n\n"
        "[Install]\nWantedBy=remote-fs.target\n"
    )


def bind(mount: NfsMount) -> str:
    """The mount unit that shows an export at its mount point on the server itself."""
    return (
        f"[Unit]\nDescription={mount.name} at {mount.mount}\n\n"
        f"[Mount]\nWhat={mount.export}\nWhere={mount.mount}\nType=none\nOptions=bind\nTimeoutSec={_DEADLINE}\n\n"
        "[Install]\nWantedBy=remote-fs.target\n"
    )
