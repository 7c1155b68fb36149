from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit import sites
from twinstack.inventory.model import KernelTuning, OperatingSystem, Site, Slice, Stack
from twinstack.planning import plan
from twinstack.rendering.model import RoleSpec
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import tuning


def split_site(**hardware: Any) -> Site:
    parts = sites.split(Slice(3, 0, None), Slice(3, 0, None), Slice(2, 0, None))
    pool = sites.pool("both", Stack.SPLIT, split=parts, kernel=KernelTuning(sysctl={"net.core.somaxconn": "9"}))
    return sites.site([sites.host("a", "both")], [pool], hardware=(sites.hardware(**hardware),))


def spec_of(site: Site) -> RoleSpec:
    renderer = Renderer(plan(site))
    return tuning.render(renderer, renderer.plan.hosts["a"]).spec


def places(spec: RoleSpec) -> set[str]:
    return {file.dest for file in spec.files}


def test_a_split_host_has_a_file_for_each_kind_of_setting() -> None:
    spec = spec_of(split_site())
    assert places(spec) == {
        "/etc/sysctl.d/91-twinstack-tuning.conf",
        "/etc/tmpfiles.d/90-twinstack-tuning.conf",
        "/etc/systemd/system/twinstack-tuning.service",
        "/etc/default/irqbalance",
        "/etc/systemd/system/user.slice.d/90-twinstack.conf",
    }
    assert [unit.name for unit in spec.units] == ["twinstack-tuning.service", "irqbalance.service"]
    assert spec.packages == ("irqbalance",)


def test_cpus_of_a_slice_need_control_groups_version_2() -> None:
    assert not any("user.slice" in dest for dest in places(spec_of(split_site(absent=frozenset({"cgroup2"})))))


def test_a_shared_kernel_leaves_only_the_hosts_own_network() -> None:
    spec = spec_of(split_site(absent=frozenset({"own-memory"})))
    assert places(spec) == {"/etc/sysctl.d/91-twinstack-tuning.conf"}
    assert (spec.packages, spec.units) == ((), ())


def test_red_hat_keeps_the_options_elsewhere() -> None:
    site = replace(split_site(), os=OperatingSystem("rocky", "9"))
    assert "/etc/sysconfig/irqbalance" in places(spec_of(site))


def test_hosts_that_are_alike_share_one_spec_and_a_flexible_one_follows_its_stack() -> None:
    renderer = Renderer(plan(sites.dual()))
    c1, c2, f1, f2 = (tuning.render(renderer, renderer.plan.hosts[name]).spec for name in ("c1", "c2", "f1", "f2"))
    assert c1 is c2
    assert (f1.profile, f2.profile) == ("swing.server.slurm", "swing.server.kubernetes")
    assert "tuning" not in renderer.plan.hosts["head"].roles
