from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from tests.unit import sites
from twinstack.inventory.model import NfsMount, OperatingSystem, Service, Site
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.wanted import wanted


def with_host(site: Site, name: str, **changes: object) -> Site:
    host = replace(site.hosts[name], **changes)  # type: ignore[arg-type]  # the tests name real fields
    return replace(site, hosts={**site.hosts, name: host})


@pytest.fixture
def site() -> Site:
    """A dual-stack site whose hosts leave the first addresses free."""
    site = sites.dual()
    moved = {name: replace(host, address=host.address + 100) for name, host in site.hosts.items()}
    return replace(site, hosts=moved)


def test_every_real_host_is_wanted_at_its_address(site: Site) -> None:
    machines = {machine.name: machine.address for machine in wanted(site).machines}
    assert machines == {host.name: host.address for host in site.hosts.values() if not host.simulated}


def test_simulated_hosts_are_not_racked(site: Site) -> None:
    name = next(iter(site.hosts))
    assert name not in [machine.name for machine in wanted(with_host(site, name, simulated=True)).machines]


def test_a_server_s_exports_lie_on_a_real_file_system(site: Site) -> None:
    name = next(iter(site.hosts))
    serving = with_host(site, name, services=frozenset({Service.NFS_SERVER}))
    mounts = tuple(NfsMount(path, name, path, f"/mnt{path}", ()) for path in ("/srv/home", "/srv/data", "/big"))
    storage = replace(serving.storage, nfs=mounts)
    machines = {machine.name: machine for machine in wanted(replace(serving, storage=storage)).machines}
    assert machines[name].exports == ("/big", "/srv")
    assert all(machine.exports == () for machine in machines.values() if machine.name != name)


def test_only_some(site: Site) -> None:
    names = [machine.name for machine in wanted(site).machines]
    some = wanted(site).only(f"{names[0]},{names[-1]}")
    assert {machine.name for machine in some.machines} == {names[0], names[-1]}
    assert not some.whole
    assert wanted(site).whole


@pytest.mark.parametrize(
    ("hosts", "words"), [("nobody[1-2]", "nobody1, nobody2"), ("", "none named"), ("a[", "not a list of hosts")]
)
def test_hosts_that_cannot_be_racked_are_named(site: Site, hosts: str, words: str) -> None:
    with pytest.raises(SandboxError, match=words):
        wanted(site).only(hosts)


def test_the_sandbox_s_own_addresses_are_refused(site: Site) -> None:
    name = next(iter(site.hosts))
    first = site.networks["management"].cidr.network_address + 1
    with pytest.raises(SandboxError, match=f"{name}: {first} is taken"):
        wanted(with_host(site, name, address=IPv4Address(first)))


def test_the_sandbox_s_own_names_are_refused(site: Site) -> None:
    host = next(iter(site.hosts.values()))
    with pytest.raises(SandboxError, match="hosts called op"):
        wanted(replace(site, hosts={**site.hosts, "op": replace(host, name="op", address=host.address + 100)}))


def test_another_system_is_refused(site: Site) -> None:
    with pytest.raises(SandboxError, match="run debian 12"):
        wanted(replace(site, os=OperatingSystem("rocky", "9")))
