from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory.model import OperatingSystem, Site
from twinstack.planning import plan
from twinstack.rendering import limits_conf, sshd_conf, sysctl_conf
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import base


def base_of(site: Site, host: str = "a") -> HostRole:
    return base.render(Renderer(plan(site)), plan(site).hosts[host])


def one_host(**changes: object) -> Site:
    return sites.site([sites.host("a")], **changes)


def file_of(role: HostRole, dest: str) -> object:
    return next(file for file in role.spec.files if file.dest == dest)


def test_the_name_is_the_hosts_own_and_the_rest_is_shared() -> None:
    renderer = Renderer(plan(sites.dual()))
    one, other = (base.render(renderer, renderer.plan.hosts[name]) for name in ("c1", "k1"))
    assert one.spec is other.spec
    assert one.own_files == {"/etc/hostname": "c1\n"}
    assert one.digest != other.digest


def test_ssh_is_checked_as_a_whole_before_it_is_reloaded_and_never_restarted() -> None:
    file = next(file for file in base_of(one_host()).spec.files if "sshd_config.d" in file.dest)
    assert file.validate == "@sshd --user root %s"
    assert file.reloads == ("ssh.service",)
    assert file.restarts == ()


@pytest.mark.parametrize(("jump", "forward"), [("ana@a:2222", True), ("10.0.0.1", True), ("gate.example.org", False)])
def test_a_host_through_which_the_way_leads_must_forward(jump: str, forward: bool) -> None:  # noqa: FBT001
    access = replace(one_host().access, user="admin", jump=jump)
    expected = "@sshd --user admin --forward %s" if forward else "@sshd --user admin %s"
    assert sshd_conf.check(one_host(access=access)) == expected


def test_ssh_keeps_root_with_a_key_and_every_key_of_an_agent() -> None:
    for login in (True, False):
        text = sshd_conf.text(login=login)
        assert "PermitRootLogin prohibit-password\n" in text
        assert not {"AllowUsers", "AllowGroups", "MaxAuthTries"} & set(text.split())


def test_passwords_are_for_login_hosts() -> None:
    assert "PasswordAuthentication no\n" in sshd_conf.text(login=False)
    assert "PasswordAuthentication" not in sshd_conf.text(login=True)
    renderer = Renderer(plan(sites.dual()))
    profiles = {name: base.render(renderer, renderer.plan.hosts[name]).spec.profile for name in ("head", "c1")}
    assert profiles == {"head": "own-kernel.login", "c1": "own-kernel"}


@pytest.mark.skipif(shutil.which("sshd") is None, reason="no sshd here")
def test_sshd_takes_the_options(tmp_path: Path) -> None:
    config = tmp_path / "sshd.conf"
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    config.write_text(sshd_conf.text(login=False) + f"HostKey {key}\n")
    shown = subprocess.run(
        [shutil.which("sshd") or "", "-t", "-f", config], capture_output=True, text=True, check=False
    )
    assert "Bad configuration option" not in shown.stderr


def test_red_hat_calls_the_daemon_otherwise() -> None:
    role = base_of(one_host(os=OperatingSystem("rocky", "9")))
    assert "sshd.service" in {unit for file in role.spec.files for unit in file.reloads}


def test_a_host_on_a_shared_kernel_leaves_the_kernel_alone() -> None:
    shared = one_host(hardware=(sites.hardware(absent=frozenset({"own-memory"})),))
    assert base_of(shared).spec.profile == "shared-kernel"
    assert base_of(one_host()).spec.profile == "own-kernel"
    assert not set(sysctl_conf.KERNEL) & set(sysctl_conf.text(own_kernel=False).split())
    assert set(sysctl_conf.KERNEL) <= set(sysctl_conf.text(own_kernel=True).split())


def test_limits_are_both_soft_and_hard() -> None:
    assert "* soft memlock unlimited\n* hard memlock unlimited\n" in limits_conf.text()


def test_time_is_kept_by_chrony_which_checks_its_own_file() -> None:
    spec = base_of(one_host()).spec
    file = next(file for file in spec.files if file.dest == "/etc/chrony/chrony.conf")
    assert file.validate == "/usr/sbin/chronyd -p -f %s"
    assert file.restarts == ("chrony.service",)
    assert "chrony" in spec.packages
    assert "chrony.service" in {unit.name for unit in spec.units}
    red_hat = base_of(one_host(os=OperatingSystem("rocky", "9"))).spec
    assert {"/etc/chrony.conf"} <= {file.dest for file in red_hat.files}
    assert "chronyd.service" in {unit.name for unit in red_hat.units}


def test_a_time_server_of_the_site_has_a_file_of_its_own() -> None:
    site = sites.site([sites.host("a"), sites.host("b")], networks=(sites.network(ntp=("10.0.0.1",)),))
    renderer = Renderer(plan(site))
    server, client = (base.render(renderer, renderer.plan.hosts[name]).spec for name in ("a", "b"))
    assert (server.profile, client.profile) == ("own-kernel.time-server-a", "own-kernel")
    assert "local stratum" in renderer.artefacts["base/chrony-a.conf"].text
    assert "local stratum" not in renderer.artefacts["base/chrony.conf"].text


def test_a_clock_of_another_is_left_alone() -> None:
    role = base_of(one_host(hardware=(sites.hardware(absent=frozenset({"clock"})),)))
    assert role.spec.profile == "own-kernel.no-clock"
    places = {file.dest for file in role.spec.files}
    assert {"/etc/default/chrony", "/etc/systemd/system/chrony.service.d/50-twinstack.conf"} <= places


def test_names_come_from_dns_or_not_from_us() -> None:
    assert "/etc/resolv.conf" not in {file.dest for file in base_of(one_host()).spec.files}
    named = one_host(networks=(sites.network(dns=("10.0.0.2",)),))
    assert "/etc/resolv.conf" in {file.dest for file in base_of(named).spec.files}
    assert not any("hosts" in file.dest for file in base_of(named).spec.files)


def test_the_time_zone_is_the_sites() -> None:
    assert base_of(one_host(timezone="Europe/Madrid")).spec.params == {"timezone": "Europe/Madrid"}


def test_facts_of_the_site_do_not_change_when_hosts_come() -> None:
    more = sites.dual()
    fewer = replace(more, hosts={name: host for name, host in more.hosts.items() if name != "c2"})
    assert base_of(more, "c1").spec.text == base_of(fewer, "c1").spec.text
