from __future__ import annotations

from ipaddress import IPv4Address

from twinstack.rendering import keepalived_conf

PLANES = [IPv4Address(f"10.0.0.{number}") for number in (1, 2, 3)]
SHARED = IPv4Address("10.0.0.10")


def conf(own: int) -> str:
    return keepalived_conf.text(SHARED, 6443, PLANES[own], PLANES)


def test_advertisements_go_to_the_other_control_planes() -> None:
    peers = conf(1).partition("unicast_peer {")[2].partition("}")[0].split()
    assert peers == ["10.0.0.1", "10.0.0.3"]
    assert "unicast_src_ip 10.0.0.2\n" in conf(1)


def test_the_only_control_plane_has_nobody_to_tell() -> None:
    assert "unicast" not in keepalived_conf.text(SHARED, 6443, PLANES[2], PLANES[2:])


def test_a_ready_api_server_outweighs_the_place_among_the_control_planes() -> None:
    priorities = [int(conf(own).partition("  priority ")[2].split()[0]) for own in range(3)]
    assert priorities == [100, 99, 98]
    assert "weight 100\n" in conf(0)
    assert max(priorities) < min(priorities) + 100 <= 254


def test_each_asks_its_own_api_server() -> None:
    assert "https://10.0.0.2:6443/readyz" in conf(1)


def test_a_virtual_router_has_a_number_that_vrrp_knows() -> None:
    addresses = [IPv4Address(number) for number in range(int(SHARED), int(SHARED) + 600)]
    assert {keepalived_conf.router_of(address) for address in addresses} == set(range(1, 256))


def test_the_interface_is_found_by_the_hosts_own_address() -> None:
    text = keepalived_conf.drop_in_text(PLANES[0])
    assert "address show to 10.0.0.1 " in text
    assert f"> {keepalived_conf.INTERFACE}" in text
    assert f"vrrp_instance kubernetes {{\n  state BACKUP\n  include {keepalived_conf.INTERFACE}\n" in conf(0)
