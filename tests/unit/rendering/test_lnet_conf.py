from __future__ import annotations

from ipaddress import IPv4Network

import pytest
import yaml

from twinstack.planning.lnet import Local
from twinstack.rendering import lnet_conf


def test_each_port_is_an_interface_of_its_own_of_one_network() -> None:
    (net,) = yaml.safe_load(lnet_conf.text([Local("o2ib", ("ib0", "ib1"), None)]))["net"]
    assert net["net type"] == "o2ib"
    assert net["local NI(s)"] == [{"interfaces": {0: "ib0"}}, {"interfaces": {0: "ib1"}}]


def test_without_a_name_the_interface_is_found_by_address() -> None:
    document = yaml.safe_load(lnet_conf.text([Local("tcp", (), IPv4Network("10.10.0.0/16"))]))
    assert document == {"ip2nets": [{"net-spec": "tcp", "ip-range": {0: "10.10.*.*"}}]}


@pytest.mark.parametrize(
    ("network", "pattern"),
    [
        ("10.0.0.0/8", "10.*.*.*"),
        ("10.32.16.0/20", "10.32.[16-31].*"),
        ("192.168.40.0/24", "192.168.40.*"),
        ("192.168.40.128/26", "192.168.40.[128-191]"),
        ("10.0.0.7/32", "10.0.0.7"),
        ("0.0.0.0/0", "*.*.*.*"),
    ],
)
def test_addresses_are_written_as_lnet_does(network: str, pattern: str) -> None:
    assert list(lnet_conf.ranges(IPv4Network(network))) == [pattern]
