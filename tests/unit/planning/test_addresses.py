from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.planning.addresses import pod_cidrs


def test_bridge_hosts_get_a_24_each_in_order() -> None:
    found = pod_cidrs(sites.kubernetes("bridge", "10.244.0.0/16"), ["b", "a"])
    assert found == {"b": "10.244.0.0/24", "a": "10.244.1.0/24"}


@pytest.mark.parametrize("cni", ["cilium", "calico"])
def test_other_networks_allocate_for_themselves(cni: str) -> None:
    assert pod_cidrs(sites.kubernetes(cni), ["a"]) == {}


def test_without_kubernetes_there_are_none() -> None:
    assert pod_cidrs(None, ["a"]) == {}


def test_an_exhausted_range_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.244\.0\.0/23 has no /24 for host number 3"):
        pod_cidrs(sites.kubernetes("bridge", "10.244.0.0/23"), ["a", "b", "c"])
