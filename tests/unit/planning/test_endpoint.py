from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from tests.unit import sites
from twinstack.inventory.model import Service, Site
from twinstack.planning import plan
from twinstack.planning.endpoint import virtual_address


def site(planes: int, endpoint: str) -> Site:
    hosts = [sites.host(f"c{number}", None, Service.KUBERNETES_CONTROL_PLANE) for number in range(planes)]
    return sites.site(hosts, kubernetes=sites.kubernetes(endpoint=endpoint))


@pytest.mark.parametrize(
    ("planes", "endpoint", "held"),
    [
        (3, "10.0.0.100:6443", IPv4Address("10.0.0.100")),
        (1, "10.0.0.100:6443", IPv4Address("10.0.0.100")),
        (3, "10.0.0.2:6443", None),
        (3, "192.168.1.1:6443", None),
        (3, "api.example:6443", None),
    ],
)
def test_control_planes_hold_an_address_of_their_network_that_is_nobodys(
    planes: int, endpoint: str, held: IPv4Address | None
) -> None:
    found = site(planes, endpoint)
    assert virtual_address(found) == held
    roles = {role for host in plan(found).hosts.values() for role in host.roles}
    assert ("kubernetes-endpoint" in roles) == (held is not None)


def test_a_site_without_kubernetes_shares_nothing() -> None:
    assert virtual_address(sites.site([sites.host("a")])) is None
