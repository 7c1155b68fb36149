from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from tests.unit import sites
from twinstack.planning.addresses import pod_cidrs


def hosts(**addresses: str) -> dict[str, IPv4Address]:
    return {name: IPv4Address(address) for name, address in addresses.items()}


def test_bridge_hosts_get_a_24_each_by_their_address() -> None:
    wanted = sites.kubernetes("bridge", "10.244.0.0/16")
    found = pod_cidrs(wanted, hosts(b="10.0.0.12", a="10.0.0.11", c="10.0.1.3"))
    assert found == {"b": "10.244.12.0/24", "a": "10.244.11.0/24", "c": "10.244.3.0/24"}
    assert pod_cidrs(wanted, hosts(a="10.0.0.11")) == {"a": found["a"]}


def test_two_hosts_that_would_have_the_same_24_get_one_each() -> None:
    found = pod_cidrs(sites.kubernetes("bridge", "10.244.0.0/22"), hosts(a="10.0.0.3", b="10.0.0.7", c="10.0.0.11"))
    assert found == {"a": "10.244.3.0/24", "b": "10.244.0.0/24", "c": "10.244.1.0/24"}


@pytest.mark.parametrize("cni", ["cilium", "calico"])
def test_other_networks_allocate_for_themselves(cni: str) -> None:
    assert pod_cidrs(sites.kubernetes(cni), hosts(a="10.0.0.1")) == {}


def test_without_kubernetes_there_are_none() -> None:
    assert pod_cidrs(None, hosts(a="10.0.0.1")) == {}


def test_an_exhausted_range_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.244\.0\.0/23 has no /24 for host number 3"):
        pod_cidrs(sites.kubernetes("bridge", "10.244.0.0/23"), hosts(a="10.0.0.1", b="10.0.0.2", c="10.0.0.3"))
