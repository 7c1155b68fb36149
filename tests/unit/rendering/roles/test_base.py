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


def test_ssh_is_checked_before_it_is_reloaded_and_never_restarted() -> None:
    file = next(file for file in base_of(one_host()).spec.files if "sshd_config.d" in file.dest)
    assert file.validate == "/usr/sbin/sshd -t -f %s"
    assert file.reloads == ("ssh.service",)
    assert file.restarts == ()


def test_ssh_keeps_root_with_a_key() -> None:
    assert "PermitRootLogin prohibit-password\n" in sshd_conf.text()
    assert "AllowUsers" not in sshd_conf.text()


@pytest.mark.skipif(shutil.which("sshd") is None, reason="no sshd here")
def test_sshd_takes_the_options(tmp_path: Path) -> None:
    config = tmp_path / "sshd.conf"
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    config.write_text(sshd_conf.text() + f"HostKey {key}\n")
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


def test_time_comes_from_the_sites_servers_or_not_from_us() -> None:
    timed = one_host(networks=(sites.network(ntp=("10.0.0.2", "10.0.0.3")), sites.network("b", ntp=("10.0.0.2",))))
    renderer = Renderer(plan(timed))
    spec = base.render(renderer, renderer.plan.hosts["a"]).spec
    assert renderer.artefacts["base/timesyncd.conf"].text == "[Time]\nNTP=10.0.0.2 10.0.0.3\n"
    assert "systemd-timesyncd.service" in {unit.name for unit in spec.units}
    assert "systemd-timesyncd.service" not in {unit.name for unit in base_of(one_host()).spec.units}


def test_the_time_zone_is_the_sites() -> None:
    assert base_of(one_host(timezone="Europe/Madrid")).spec.params == {"timezone": "Europe/Madrid"}


def test_facts_of_the_site_do_not_change_when_hosts_come() -> None:
    more = sites.dual()
    fewer = replace(more, hosts={name: host for name, host in more.hosts.items() if name != "c2"})
    assert base_of(more, "c1").spec.text == base_of(fewer, "c1").spec.text
