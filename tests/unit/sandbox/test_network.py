from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from twinstack.sandbox import network
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.network import Addresses

ADDRESSES = Addresses(IPv4Network("10.78.0.0/24"))
HOST = IPv4Address("10.78.0.11")


def test_the_first_two_addresses_are_the_sandbox_s_own() -> None:
    assert (str(ADDRESSES.gateway), str(ADDRESSES.operator)) == ("10.78.0.1", "10.78.0.2")


def test_hosts_elsewhere_in_the_network_are_fine() -> None:
    ADDRESSES.check([("ctl1", HOST)])


@pytest.mark.parametrize(
    ("address", "words"),
    [("10.78.0.1", "ctl1: 10.78.0.1 is taken"), ("10.78.0.2", "is taken"), ("10.79.0.9", "outside of the management")],
)
def test_hosts_on_other_addresses_are_refused(address: str, words: str) -> None:
    with pytest.raises(SandboxError, match=words):
        ADDRESSES.check([("ctl1", IPv4Address(address))])


def test_hardware_addresses_follow_the_address() -> None:
    assert network.hardware_address(HOST) == "02:00:0a:4e:00:0b"


def test_the_switch_is_a_bridge_that_routes_in_a_namespace_of_its_own() -> None:
    lines = [" ".join(argv) for argv in network.switch_commands("ts-a-sw", ADDRESSES)]
    assert lines[0] == "ip netns add ts-a-sw"
    assert "ip -n ts-a-sw addr add 10.78.0.1/24 dev br0" in lines
    assert lines[-1] == "nsenter --net=/run/netns/ts-a-sw -- sysctl -qw net.ipv4.ip_forward=1"


def test_a_host_is_plugged_in_before_it_gets_its_route() -> None:
    commands = network.plug_commands("ts-a-sw", "ts-a-ctl1", HOST, ADDRESSES)
    lines = [" ".join(argv) for argv in commands]
    plugged = lines.index("ip -n ts-a-sw link set p0a4e000b master br0 up")
    assert plugged < lines.index("ip -n ts-a-ctl1 route add default via 10.78.0.1")
    assert "ip -n ts-a-ctl1 addr add 10.78.0.11/24 dev eth0" in lines


def test_nothing_touches_the_machine_s_own_network() -> None:
    commands = (
        *network.switch_commands("ts-a-sw", ADDRESSES),
        *network.plug_commands("ts-a-sw", "ts-a-ctl1", HOST, ADDRESSES),
    )
    for argv in commands:
        named = any(word.endswith(("ts-a-sw", "ts-a-ctl1")) for word in argv)
        assert named, argv


def test_interface_names_fit_the_kernel_s_limit() -> None:
    words = [
        word for argv in network.plug_commands("s", "h", IPv4Address("255.255.255.255"), ADDRESSES) for word in argv
    ]
    assert max(len(word) for word in words if word.startswith("p")) <= 15


@pytest.mark.parametrize("whole", [True, False])
def test_a_whole_switch_is_left_alone_and_a_broken_one_made_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, whole: bool
) -> None:
    made: list[str] = []
    monkeypatch.setattr(network, "exists", lambda _name: True)
    monkeypatch.setattr(network, "succeeds", lambda *_argv: whole)
    monkeypatch.setattr(network, "run", lambda *argv: made.append(" ".join(argv)))
    monkeypatch.setattr(network, "run_all", lambda commands: made.extend(" ".join(argv) for argv in commands))
    assert network.make_switch(Layout.of("a", tmp_path), ADDRESSES) is not whole
    assert bool(made) is not whole
    assert whole or made[:2] == ["ip netns del ts-a-sw", "ip netns del ts-a-op"]
