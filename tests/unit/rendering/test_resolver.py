from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit import sites
from twinstack.inventory.defaults import RELEASES
from twinstack.inventory.model import OperatingSystem, Site
from twinstack.rendering import resolver


def named(distribution: str = "debian", *dns: str) -> Site:
    servers = dns or ("10.0.0.2", "10.0.0.3")
    networks = (sites.network(dns=servers), sites.network("b", "192.168.0.0/24", dns=servers[:1]))
    return sites.site([sites.host("a")], networks=networks, os=OperatingSystem(distribution, "9"))


def texts(site: Site) -> dict[str, str]:
    found = resolver.resolver_of(site)
    assert found is not None
    return {dest: text(site) for dest, text in found.files.items()}


def test_debian_has_a_file_that_dhcp_leaves_alone() -> None:
    found = texts(named())
    assert found["/etc/resolv.conf"] == (
        "search test.example\nnameserver 10.0.0.2\nnameserver 10.0.0.3\noptions timeout:1 attempts:2\n"
    )
    assert "make_resolv_conf()" in found["/etc/dhcp/dhclient-enter-hooks.d/twinstack"]


def test_ubuntu_tells_its_resolver() -> None:
    [text] = texts(named("ubuntu")).values()
    assert text == "[Resolve]\nDNS=10.0.0.2 10.0.0.3\nDomains=test.example\n"


def test_red_hat_tells_network_manager() -> None:
    [text] = texts(named("rocky")).values()
    assert text == "[global-dns]\nsearches=test.example\n\n[global-dns-domain-*]\nservers=10.0.0.2,10.0.0.3\n"


@pytest.mark.parametrize("distribution", sorted(RELEASES))
def test_every_distribution_has_a_resolver_but_only_for_sites_with_dns(distribution: str) -> None:
    assert resolver.resolver_of(named(distribution)) is not None
    assert resolver.resolver_of(sites.site([sites.host("a")], os=OperatingSystem(distribution, "9"))) is None


def test_the_c_library_reads_three_servers() -> None:
    assert resolver.servers(named("debian", *(f"10.0.0.{i}" for i in range(2, 9)))) == (
        "10.0.0.2",
        "10.0.0.3",
        "10.0.0.4",
    )


def test_nothing_changes_when_a_host_comes() -> None:
    site = named()
    more = replace(site, hosts={**site.hosts, "z": replace(site.hosts["a"], name="z")})
    assert texts(more) == texts(site)
