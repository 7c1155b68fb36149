from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory.defaults import RELEASES
from twinstack.inventory.model import OperatingSystem, Site
from twinstack.rendering import chrony_conf


def timed(*ntp: str, **changes: object) -> Site:
    networks = (sites.network(ntp=ntp), sites.network("b", "192.168.0.0/24", ntp=ntp[:1]))
    return sites.site([sites.host("a"), sites.host("b")], networks=networks, **changes)


def test_servers_are_those_of_all_networks_each_once() -> None:
    assert chrony_conf.servers(timed("10.9.9.9", "time.example")) == ("10.9.9.9", "time.example")


def test_clients_ask_the_sites_servers_and_nobody_else() -> None:
    text = chrony_conf.text(timed("10.9.9.9", "time.example"))
    assert text.startswith("server 10.9.9.9 iburst\nserver time.example iburst\ndriftfile ")
    assert "pool" not in text
    assert "allow" not in text


@pytest.mark.parametrize("name", ["b", "b.test.example", "10.0.0.2"])
def test_a_host_that_is_named_as_server_serves_and_asks_others(name: str) -> None:
    site = timed(name)
    server = site.hosts["b"]
    assert chrony_conf.serves_time(site, server)
    assert not chrony_conf.serves_time(site, site.hosts["a"])
    text = chrony_conf.text(site, server)
    assert text.startswith("pool 2.debian.pool.ntp.org iburst\n")
    assert text.endswith("allow 10.0.0.0/8\nallow 192.168.0.0/24\nlocal stratum 10 orphan\n")


def test_two_servers_of_the_site_ask_each_other() -> None:
    site = timed("10.0.0.1", "10.0.0.2")
    assert chrony_conf.text(site, site.hosts["a"]).startswith("server 10.0.0.2 iburst\n")


@pytest.mark.parametrize("distribution", sorted(RELEASES))
def test_without_servers_the_distributions_pool_is_asked(distribution: str) -> None:
    text = chrony_conf.text(timed(os=OperatingSystem(distribution, "9")))
    assert text.startswith(f"pool {chrony_conf.POOLS[distribution]} iburst\n")


def test_a_clock_of_another_is_not_set() -> None:
    assert chrony_conf.has_clock(sites.hardware())
    assert not chrony_conf.has_clock(sites.hardware(absent=frozenset({"clock"})))
    assert chrony_conf.options("/etc/default/chrony") == 'DAEMON_OPTS="-F 1 -x"\n'
    assert chrony_conf.options("/etc/sysconfig/chronyd") == 'OPTIONS="-F 1 -x"\n'


@pytest.mark.skipif(shutil.which("chronyd") is None, reason="no chronyd here")
def test_chronyd_takes_it(tmp_path: Path) -> None:
    config = tmp_path / "chrony.conf"
    site = timed("10.0.0.1", "10.0.0.2")
    config.write_text(chrony_conf.text(site, site.hosts["a"]))
    subprocess.run(["chronyd", "-p", "-f", config], check=True, capture_output=True)
