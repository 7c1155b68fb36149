from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit import sites
from twinstack.inventory.model import Service, Site
from twinstack.planning import plan
from twinstack.rendering import syslog_ng_conf
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import log_shipper


def site(*services: Service, url: str | None = None) -> Site:
    found = sites.site([sites.host("log", None, *services), sites.host("c1")])
    return replace(found, observability=replace(found.observability, logs_url=url))


def test_logs_go_where_the_inventory_says() -> None:
    address = site(Service.LOGGING).hosts["log"].address
    assert syslog_ng_conf.url(site(Service.LOGGING)) == f"http://{address}:3100"
    assert syslog_ng_conf.url(site(Service.LOGGING, url="https://loki.example.org")) == "https://loki.example.org"
    assert syslog_ng_conf.url(site()) is None


def test_every_host_ships_or_none() -> None:
    assert not plan(site()).with_role("log-shipper")
    assert [host.name for host in plan(site(Service.LOGGING)).with_role("log-shipper")] == ["log", "c1"]


def test_nothing_waits_for_loki() -> None:
    text = syslog_ng_conf.text(site(url="http://loki.example.org:3100"))
    assert 'url("http://loki.example.org:3100/loki/api/v1/push")' in text
    assert "disk-buffer(reliable(no) disk-buf-size(67108864)" in text
    assert "flow-control" not in text
    assert "400 => drop" in text


def test_lines_carry_host_unit_and_site() -> None:
    text = syslog_ng_conf.text(site(Service.LOGGING))
    assert "site=test host=${HOST} unit=${.journald._SYSTEMD_UNIT} level=${LEVEL}" in text


def test_syslog_ng_checks_the_file_before_it_is_placed() -> None:
    decided = plan(site(Service.LOGGING))
    found: Any = log_shipper.render(Renderer(decided), decided.hosts["c1"]).spec
    assert found.files[0].validate == "/usr/sbin/syslog-ng --syntax-only --no-caps --cfgfile=%s"
    assert found.files[0].restarts == ("syslog-ng.service",)
