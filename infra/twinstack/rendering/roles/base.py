"""Role base: the host's name, time, kernel settings, limits and SSH."""

from __future__ import annotations

from twinstack.planning.model import HostPlan
from twinstack.rendering import hostname_unit, limits_conf, site_facts, sshd_conf, sysctl_conf, timesyncd_conf
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "base"
HOSTNAME = "/etc/hostname"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for every machine with a kernel of its own; the name is each host's own file."""
    profile = "shared-kernel" if "own-memory" in host.hardware.absent else "own-kernel"
    return renderer.role(ROLE, profile, lambda: _spec(renderer, profile), own_files={HOSTNAME: f"{host.name}\n"})


def _spec(renderer: Renderer, profile: str) -> RoleSpec:
    timed = bool(timesyncd_conf.servers(renderer.site))
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("base", *(("time-sync",) if timed else ())),
        directories=(Directory("/etc/twinstack"),),
        files=(*_files(renderer, profile), *(_time(renderer) if timed else ())),
        units=(Unit(hostname_unit.NAME), *((Unit(renderer.distribution.units["time-sync"]),) if timed else ())),
        params={"timezone": renderer.site.timezone},
    )


def _files(renderer: Renderer, profile: str) -> tuple[PlacedFile, ...]:
    site = renderer.site
    own_kernel = profile == "own-kernel"
    return (
        PlacedFile(HOSTNAME, restarts=(hostname_unit.NAME,)),
        renderer.file(f"/etc/systemd/system/{hostname_unit.NAME}", f"base/{hostname_unit.NAME}", hostname_unit.text),
        renderer.file("/etc/twinstack/site.json", "base/site.json", lambda: site_facts.text(site)),
        renderer.file("/etc/timezone", "base/timezone", lambda: f"{site.timezone}\n"),
        renderer.file("/etc/security/limits.d/90-twinstack.conf", "base/limits.conf", limits_conf.text),
        renderer.file(
            "/etc/sysctl.d/90-twinstack.conf",
            f"base/sysctl-{profile}.conf",
            lambda: sysctl_conf.text(own_kernel=own_kernel),
            restarts=("systemd-sysctl.service",),
        ),
        renderer.file(
            "/etc/ssh/sshd_config.d/10-twinstack.conf",
            "base/sshd.conf",
            sshd_conf.text,
            mode="0600",
            reloads=(renderer.distribution.units["ssh"],),
            validate="/usr/sbin/sshd -t -f %s",
        ),
    )


def _time(renderer: Renderer) -> tuple[PlacedFile, ...]:
    names = timesyncd_conf.servers(renderer.site)
    unit = renderer.distribution.units["time-sync"]
    dest = "/etc/systemd/timesyncd.conf.d/90-twinstack.conf"
    return (renderer.file(dest, "base/timesyncd.conf", lambda: timesyncd_conf.text(names), restarts=(unit,)),)
