"""Hosts: what they refer to exists, and simulated ones do what can be simulated."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from twinstack.inventory.defaults import RELEASES
from twinstack.inventory.model import Site, Stack
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import on_hosts, rule
from twinstack.inventory.wording import did_you_mean


@rule("hosts.*.name", "hosts.*.hardware", "hardware.*")
def known_hardware(site: Site) -> Iterator[Finding]:
    """A host's hardware class is described."""
    wrong = [host for host in site.hosts.values() if host.hardware not in site.hardware]
    for name, hosts in groupby(wrong, key=lambda host: host.hardware):
        yield from on_hosts(
            hosts, "hardware", f"of hardware {name}, which is not described", did_you_mean(name, site.hardware)
        )


@rule("hosts.*.name", "hosts.*.pool", "pools.*")
def known_pool(site: Site) -> Iterator[Finding]:
    """A host's pool is described."""
    wrong = [host for host in site.hosts.values() if host.pool is not None and host.pool not in site.pools]
    for name, hosts in groupby(wrong, key=lambda host: str(host.pool)):
        yield from on_hosts(hosts, "pool", f"in pool {name}, which is not described", did_you_mean(name, site.pools))


@rule("hosts.*.name", "hosts.*.simulated", "hosts.*.pool", "hosts.*.services", "pools.*.stack")
def simulated(site: Site) -> Iterator[Finding]:
    """KWOK answers for a simulated host: a Kubernetes node, and nothing else."""
    pretend = [host for host in site.hosts.values() if host.simulated]
    kubernetes = {pool.name for pool in site.pools.values() if pool.stack is Stack.KUBERNETES}
    known = {None, *site.pools}
    serving = [host for host in pretend if host.services]
    astray = [host for host in pretend if host.pool not in kubernetes and host.pool in known]
    yield from on_hosts(serving, "services", "simulated, cannot run services", "there is no machine behind it")
    yield from on_hosts(
        astray, "pool", "simulated, must be in a pool of stack kubernetes", "only its nodes are simulated"
    )


@rule("os")
def release(site: Site) -> Iterator[Finding]:
    """The roles know these releases."""
    supported = RELEASES.get(site.os.distribution, ())
    if site.os.release not in supported:
        what = f"{site.os.distribution} {site.os.release} is not supported"
        yield Finding(("os", "release"), what, f"supported: {', '.join(supported)}")
