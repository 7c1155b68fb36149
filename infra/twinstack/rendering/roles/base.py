"""Role base: the host's name, time, name servers, kernel settings, limits and SSH."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.inventory.model import Host, Service
from twinstack.planning.model import HostPlan
from twinstack.rendering import (
    chrony_conf,
    hostname_unit,
    limits_conf,
    resolver,
    site_facts,
    sshd_conf,
    sysctl_conf,
)
from twinstack.rendering.kernel_settings import shares_kernel
from twinstack.rendering.model import Directory, HostRole, PlacedFile, RoleSpec, Unit
from twinstack.rendering.renderer import Renderer

ROLE = "base"
HOSTNAME = "/etc/hostname"


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same for machines whose kernel, clock and logins are alike; the name is each host's own file."""
    profile = ".".join(_traits(renderer, host))
    return renderer.role(ROLE, profile, lambda: _spec(renderer, host, profile), own_files={HOSTNAME: f"{host.name}\n"})


def _traits(renderer: Renderer, host: HostPlan) -> Iterator[str]:
    """What tells hosts apart here, as words of their profile."""
    yield "shared-kernel" if shares_kernel(host.hardware) else "own-kernel"
    if not chrony_conf.has_clock(host.hardware):
        yield "no-clock"
    if host.runs(Service.LOGIN):
        yield "login"
    if chrony_conf.serves_time(renderer.site, host.host):
        yield f"time-server-{host.name}"


def _spec(renderer: Renderer, host: HostPlan, profile: str) -> RoleSpec:
    return RoleSpec(
        role=ROLE,
        profile=profile,
        packages=renderer.distribution.install("base", "time-sync"),
        directories=(Directory("/etc/twinstack"),),
        files=(*_files(renderer, host), *_time(renderer, host), *_names(renderer), _ssh(renderer, host)),
        units=(Unit(hostname_unit.NAME), Unit(renderer.distribution.units["time-sync"])),
        params={"timezone": renderer.site.timezone},
    )


def _files(renderer: Renderer, host: HostPlan) -> tuple[PlacedFile, ...]:
    site, own_kernel = renderer.site, not shares_kernel(host.hardware)
    return (
        PlacedFile(HOSTNAME, restarts=(hostname_unit.NAME,)),
        renderer.file(f"/etc/systemd/system/{hostname_unit.NAME}", f"base/{hostname_unit.NAME}", hostname_unit.text),
        renderer.file("/etc/twinstack/site.json", "base/site.json", lambda: site_facts.text(site)),
        renderer.file("/etc/timezone", "base/timezone", lambda: f"{site.timezone}\n"),
        renderer.file("/etc/security/limits.d/90-twinstack.conf", "base/limits.conf", limits_conf.text),
        renderer.file(
            "/etc/sysctl.d/90-twinstack.conf",
            f"base/sysctl-{'own' if own_kernel else 'shared'}-kernel.conf",
            lambda: sysctl_conf.text(own_kernel=own_kernel),
            restarts=("systemd-sysctl.service",),
        ),
    )


def _time(renderer: Renderer, host: HostPlan) -> Iterator[PlacedFile]:
    names, site = renderer.distribution, renderer.site
    unit = names.units["time-sync"]
    server: Host | None = host.host if chrony_conf.serves_time(site, host.host) else None
    yield renderer.file(
        names.paths["time-sync"],
        f"base/chrony-{server.name}.conf" if server else "base/chrony.conf",
        lambda: chrony_conf.text(site, server),
        restarts=(unit,),
        validate="/usr/sbin/chronyd -p -f %s",
    )
    if not chrony_conf.has_clock(host.hardware):
        options = names.paths["time-sync-options"]
        yield renderer.file(options, "base/chrony-options", lambda: chrony_conf.options(options), restarts=(unit,))
        override = f"/etc/systemd/system/{unit}.d/50-twinstack.conf"
        yield renderer.file(override, "base/chrony-unit.conf", lambda: chrony_conf.UNIT_OVERRIDE, restarts=(unit,))


def _names(renderer: Renderer) -> Iterator[PlacedFile]:
    found = resolver.resolver_of(renderer.site)
    for dest, text in found.files.items() if found else ():
        name = f"base/resolver/{dest.rpartition('/')[2]}"
        yield renderer.file(dest, name, partial(text, renderer.site), reloads=found.reloads if found else ())


def _ssh(renderer: Renderer, host: HostPlan) -> PlacedFile:
    login = host.runs(Service.LOGIN)
    return renderer.file(
        sshd_conf.DEST,
        f"base/sshd{'-login' if login else ''}.conf",
        lambda: sshd_conf.text(login=login),
        mode="0600",
        reloads=(renderer.distribution.units["ssh"],),
        validate=sshd_conf.check(renderer.site),
    )
