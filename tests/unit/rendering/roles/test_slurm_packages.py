from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit import sites
from tests.unit.rendering.test_slurm_packages import DISTRIBUTION, SITE
from twinstack.inventory.model import OperatingSystem, Service, SlurmPackages, Stack
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import slurm_accounting, slurm_compute, slurm_controller, slurm_packages

DAEMONS = {"slurm-accounting", "slurm-controller", "slurm-compute"}
BATCH = sites.pool("batch", Stack.SLURM)


ROCKY = OperatingSystem("rocky", "9")


def renderer(packages: SlurmPackages | None = SITE, version: str = "24.11", **site: Any) -> Renderer:
    hosts = [
        sites.host("head", None, Service.SLURM_CONTROLLER, Service.SLURM_ACCOUNTING),
        sites.host("second", None, Service.SLURM_CONTROLLER),
        sites.host("c1", "batch"),
    ]
    section = sites.slurm("batch", version=version, packages=packages)
    return Renderer(plan(sites.site(hosts, [BATCH], slurm=section, **site)))


def role(module: Any, made: Renderer, host: str) -> HostRole:
    found: HostRole = module.render(made, made.plan.hosts[host])
    return found


def test_hosts_have_the_role_only_where_the_inventory_names_packages() -> None:
    assert "slurm-packages" not in renderer(None).plan.hosts["c1"].roles
    roles = renderer().plan.hosts["head"].roles
    assert roles.index("slurm-packages") < roles.index("slurm-accounting")


def test_source_key_and_pin_are_placed() -> None:
    found = [file.dest for file in role(slurm_packages, renderer(), "c1").spec.files]
    assert found == [
        "/etc/apt/keyrings/twinstack-slurm.asc",
        "/etc/apt/sources.list.d/twinstack-slurm.sources",
        "/etc/apt/preferences.d/twinstack-slurm",
    ]


def test_the_distributions_packages_are_only_pinned() -> None:
    found = role(slurm_packages, renderer(DISTRIBUTION, "22.05"), "c1").spec
    assert [file.dest for file in found.files] == ["/etc/apt/preferences.d/twinstack-slurm"]
    assert found.params["account"] is None


ACCOUNT = {"name": "slurm", "id": 64030, "home": "/var/lib/slurm"}


def test_schedmds_packages_need_an_account() -> None:
    assert role(slurm_packages, renderer(), "c1").spec.params["account"] == ACCOUNT


@pytest.mark.parametrize("packages", [None, DISTRIBUTION, SITE, replace(SITE, naming="openhpc")])
def test_on_the_rhel_family_the_account_is_made_before_packages_give_none_or_another(
    packages: SlurmPackages | None,
) -> None:
    made = renderer(packages, os=ROCKY)
    for host in ("head", "second", "c1"):
        roles = made.plan.hosts[host].roles
        assert roles.index("slurm-packages") < min(roles.index(name) for name in roles if name in DAEMONS)
        assert role(slurm_packages, made, host).spec.params["account"] == ACCOUNT


def test_a_distributions_packages_as_they_come_are_neither_held_nor_moved() -> None:
    found = role(slurm_packages, renderer(None, "22.05", os=ROCKY), "c1").spec
    assert (found.packages, found.files, "upgrade" in found.params) == ((), (), False)


def test_only_the_first_controller_keeps_the_state() -> None:
    made = renderer()
    states = [role(slurm_packages, made, host).spec.params.get("state") for host in ("head", "second", "c1")]
    assert states == ["/var/lib/slurm/slurmctld", None, None]


def test_every_daemon_knows_whether_it_may_move_and_is_installed_at_the_version() -> None:
    made = renderer()
    for module, host in ((slurm_accounting, "head"), (slurm_controller, "head"), (slurm_compute, "c1")):
        spec = role(module, made, host).spec
        assert "slurm-smd=24.11.5-1" in spec.packages
        assert spec.params["upgrade"] == role(slurm_packages, made, host).spec.params["upgrade"]


def test_a_conversion_of_tables_has_hours() -> None:
    assert role(slurm_accounting, renderer(None), "head").spec.params["deadline"] == 60
    assert role(slurm_accounting, renderer(), "head").spec.params["deadline"] == 21600


def test_the_first_role_that_moves_brings_all_packages_of_its_host() -> None:
    found = role(slurm_accounting, renderer(), "head").spec.packages
    assert {"slurm-smd-slurmdbd=24.11.5-1", "slurm-smd-slurmctld=24.11.5-1", "slurm-smd-client=24.11.5-1"} <= set(found)
    assert "slurm-smd-slurmd=24.11.5-1" not in found
    assert "slurmctld" not in role(slurm_accounting, renderer(None), "head").spec.packages


def test_another_version_changes_the_digest_of_every_role_that_moves() -> None:
    newer = replace(SITE, version="24.11.6-1")
    for module, host in ((slurm_packages, "c1"), (slurm_compute, "c1"), (slurm_accounting, "head")):
        assert role(module, renderer(), host).digest != role(module, renderer(newer), host).digest
