from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from twinstack.inventory import defaults
from twinstack.inventory.model import Host, NfsMount, OperatingSystem, Pool, Service, Stack
from twinstack.rendering.kubernetes_versions import RELEASES

MOUNT = NfsMount("home", "nfs1", "/export", "/home", ())


def host(index: int, *services: Service, pool: str | None = None, simulated: bool = False) -> Host:
    address = IPv4Address(f"10.0.0.{index}")
    return Host(f"h{index}", "cpu", address, None, pool, frozenset(services), simulated, maintenance=False, line=1)


def pool(stack: Stack) -> Pool:
    return Pool(stack.value, stack, (), None, {}, "1", 3600, {}, (), defaults.TUNING)


POOLS = [pool(stack) for stack in Stack]


@pytest.mark.parametrize(
    ("cni", "pools", "runs"),
    [
        ("cilium", ["kubernetes"] * 10, False),
        ("cilium", ["kubernetes"] * 9, True),
        ("cilium", ["kubernetes"] * 9 + ["slurm"] * 9, True),
        ("cilium", ["split"] * 5 + ["flexible"] * 5, False),
        ("calico", ["kubernetes"] * 20, True),
        ("bridge", ["kubernetes"] * 20, True),
    ],
)
def test_cilium_takes_kube_proxys_place_on_clusters_that_are_worth_it(
    cni: str, pools: list[str], *, runs: bool
) -> None:
    hosts = [host(index, pool=name) for index, name in enumerate(pools)]
    assert defaults.kube_proxy(cni, hosts, POOLS) is runs


def test_simulated_hosts_do_not_count_and_control_planes_do() -> None:
    hosts = [host(index, pool="kubernetes", simulated=True) for index in range(20)]
    assert defaults.kube_proxy("cilium", hosts, POOLS)
    planes = [host(index, Service.KUBERNETES_CONTROL_PLANE) for index in range(20, 30)]
    assert not defaults.kube_proxy("cilium", hosts + planes, POOLS)


def test_the_endpoint_is_the_first_control_planes() -> None:
    hosts = [host(1), host(2, Service.KUBERNETES_CONTROL_PLANE), host(3, Service.KUBERNETES_CONTROL_PLANE)]
    assert defaults.endpoint(hosts) == "10.0.0.2:6443"
    assert not defaults.endpoint(hosts[:1])


def test_state_is_shared_where_there_are_several_controllers() -> None:
    one, two = host(1, Service.SLURM_CONTROLLER), host(2, Service.SLURM_CONTROLLER)
    assert defaults.state_location("lab", [one, two], [MOUNT]) == "/home/.slurm/lab"
    assert defaults.state_location("lab", [one], [MOUNT]) is None
    assert defaults.state_location("lab", [one, two], []) is None


def test_every_supported_system_has_a_release_of_slurm() -> None:
    systems = {(name, release) for name, releases in defaults.RELEASES.items() for release in releases}
    assert set(defaults.SLURM_OF) == systems
    assert set(defaults.SLURM_OF.values()) <= set(defaults.SLURM_RELEASES)
    assert defaults.slurm_version(OperatingSystem("debian", "12")) == "22.05"


def test_releases_of_kubernetes_are_those_that_can_be_rendered() -> None:
    assert set(defaults.KUBERNETES_MINORS) == set(RELEASES)
