from __future__ import annotations

from tests.unit import sites
from twinstack.inventory.model import Nic, OperatingSystem, Site, Sriov, Stack
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import fabric


def site(kind: str = "infiniband", distribution: str = "debian") -> Site:
    network = sites.network("fabric", "172.16.0.0/12", kind=kind, mtu=4092, sriov=Sriov(4, "vf"))
    return sites.site(
        [sites.host("s1", "batch"), sites.host("s2", "batch"), sites.host("k1", "work")],
        [sites.pool("batch", Stack.SLURM), sites.pool("work", Stack.KUBERNETES)],
        networks=(sites.network(), network),
        hardware=(sites.hardware(nics=(Nic("ib0", "fabric", rdma=kind != "ethernet"),)),),
        os=OperatingSystem(distribution, "9"),
        kubernetes=sites.kubernetes(),
    )


def roles(of: Site) -> dict[str, HostRole]:
    renderer = Renderer(plan(of))
    return {name: fabric.render(renderer, host) for name, host in renderer.plan.hosts.items()}


def test_hosts_that_are_alike_differ_by_address_alone() -> None:
    found = roles(site())
    assert found["s1"].spec is found["s2"].spec
    assert "address 172.16.0.1/12" in found["s1"].own_files["/etc/network/interfaces.d/twinstack-fabric"]
    assert "address 172.16.0.2/12" in found["s2"].own_files["/etc/network/interfaces.d/twinstack-fabric"]


def test_virtual_functions_and_locked_memory_of_containers_are_for_kubernetes() -> None:
    found = roles(site())
    batch, work = ({file.dest for file in found[name].spec.files} for name in ("s1", "k1"))
    assert work - batch == {
        "/etc/twinstack/sriov",
        "/usr/local/libexec/twinstack-sriov",
        "/etc/systemd/system/twinstack-sriov.service",
        "/etc/systemd/system/containerd.service.d/60-twinstack-rdma.conf",
    }
    assert found["k1"].own_files["/etc/twinstack/sriov"] == "ib0 4 02:00:0a:00:00:03:00\n"


def test_plain_ethernet_needs_no_rdma() -> None:
    assert roles(site("ethernet"))["s1"].spec.packages == ("ifupdown",)
    assert "rdma-core" in roles(site("roce"))["s1"].spec.packages


def test_profiles_of_network_manager_are_roots_alone() -> None:
    found = roles(site(distribution="rocky"))["s1"]
    modes = {file.dest: file.mode for file in found.spec.files if file.dest.endswith(".nmconnection")}
    assert modes == {"/etc/NetworkManager/system-connections/twinstack-ib0.nmconnection": "0600"}
    assert "libibverbs-utils" in found.spec.packages


def test_bringing_ports_down_disturbs_jobs() -> None:
    assert roles(site())["s1"].spec.drain
