from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from tests.unit import sites
from twinstack.inventory.model import (
    Artifacts,
    Lmod,
    NfsMount,
    OperatingSystem,
    Service,
    Software,
    Spack,
    Stack,
)
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import apptainer, lmod, spack

HOME = NfsMount("home", "nas", "/srv/home", "/home", ())
SOFTWARE = Software(lmod=Lmod("/home/software/modules"), spack=Spack("1.0.2", "/home/software/spack"))
TREE = "/srv/home/software"


def renderer(software: Software = SOFTWARE, **changes: Any) -> Renderer:
    """A file server, a login host, and a host for jobs that has a target and GPUs."""
    hosts = (
        sites.host("nas", None, Service.NFS_SERVER),
        sites.host("front", None, Service.LOGIN),
        sites.host("n1", "batch", hardware="node"),
    )
    fields = {
        "hardware": (sites.hardware(), sites.hardware("node", target="zen4", gpus=sites.gpus())),
        "slurm": sites.slurm("batch"),
        "storage": sites.storage(nfs=(HOME,)),
        "software": software,
    }
    return Renderer(plan(sites.site(hosts, (sites.pool("batch", Stack.SLURM),), **(fields | changes))))


def role(module: Any, made: Renderer, host: str) -> HostRole:
    return module.render(made, made.plan.hosts[host])


def dests(found: HostRole) -> set[str]:
    return {file.dest for file in found.spec.files}


def document(made: Renderer, name: str) -> Any:
    return yaml.safe_load(made.artefacts[name].text)


def test_roles_are_where_there_is_something_to_place() -> None:
    with_software = {name: set(host.roles) & {"lmod", "spack"} for name, host in renderer().plan.hosts.items()}
    assert set(with_software) == {"nas", "front", "n1"}
    assert all(roles == {"lmod", "spack"} for roles in with_software.values())
    without = renderer(Software(lmod=None, spack=None)).plan
    assert not any({"lmod", "spack", "apptainer"} & set(host.roles) for host in without.hosts.values())


def test_shells_find_modules_where_people_are_and_the_server_makes_the_tree() -> None:
    made = renderer()
    people, server = role(lmod, made, "n1"), role(lmod, made, "nas")
    assert people.spec.packages == ("lmod",)
    assert "/etc/profile.d/00-twinstack-modules.sh" in dests(people)
    assert people.spec.directories == ()
    assert people is role(lmod, made, "front")
    assert server.spec.packages == ()
    assert [directory.dest for directory in server.spec.directories] == [f"{TREE}/modules/Core"]
    assert dests(server) == {f"{TREE}/modules/Core/spack/1.0.2.lua"}


def test_a_tree_on_no_mount_is_on_every_host_with_people() -> None:
    found = role(lmod, renderer(Software(lmod=Lmod("/opt/modules"), spack=None)), "n1")
    assert [directory.dest for directory in found.spec.directories] == ["/opt/modules/Core"]


def test_spack_is_installed_once_where_its_root_is_served() -> None:
    made = renderer()
    server = role(spack, made, "nas").spec
    release = server.params["release"]
    assert isinstance(release, dict)
    assert (release["dest"], release["git"]) == (f"{TREE}/spack/1.0.2", spack.UPSTREAM)
    assert server.packages == ("git",)
    assert [directory.dest for directory in server.directories] == [f"{TREE}/spack", f"{TREE}/spack/opt"]
    assert [role(spack, made, host).spec.params["release"] for host in ("front", "n1")] == [None, None]


def test_a_release_links_to_the_configuration_beside_it() -> None:
    server = role(spack, renderer(), "nas").spec
    release: Any = server.params["release"]
    placed = {file.dest for file in server.files}
    assert {f"{TREE}/spack/etc/{name}" for name in release["config"]} == placed
    assert set(release["config"].values()) == {f"../../../etc/{name}" for name in release["config"]}


def test_a_mirror_gives_an_archive_by_its_checksum() -> None:
    software = replace(SOFTWARE, spack=Spack("1.0.2", "/home/software/spack", owner="ana", sha256="ab"))
    made = renderer(software, artifacts=Artifacts("upstream", "upstream", "https://mirror.example.org/src/"))
    server = role(spack, made, "nas").spec
    release: Any = server.params["release"]
    assert release["archive"] == "https://mirror.example.org/src/spack-1.0.2.tar.gz"
    assert (release["git"], release["sha256"], release["owner"]) == (None, "ab", "ana")
    assert server.packages == ()
    assert {directory.owner for directory in server.directories} == {"ana"}


def test_software_is_built_for_the_hardwares_target_where_people_build() -> None:
    made = renderer()
    front, node = role(spack, made, "front").spec, role(spack, made, "n1").spec
    assert "gfortran" in front.packages
    assert node.packages == ()
    assert document(made, "spack/zen4/packages.yaml") == {"packages": {"all": {"prefer": ["target=zen4"]}}}
    assert dests(role(spack, made, "front")) == {"/etc/spack/upstreams.yaml"}


def test_modules_go_to_the_sites_tree_with_the_distributions_compiler_in_its_core() -> None:
    made = renderer(os=OperatingSystem("ubuntu", "24.04"))
    role(spack, made, "nas")
    modules = document(made, "spack/site/modules.yaml")["modules"]["default"]
    assert modules["roots"] == {"lmod": "/home/software/modules"}
    assert modules["lmod"]["core_compilers"] == ["gcc@13"]


def test_peoples_own_spack_uses_the_sites_and_the_sites_not_itself() -> None:
    made = renderer()
    role(spack, made, "nas")
    role(spack, made, "n1")
    assert document(made, "spack/site/upstreams.yaml") == {"upstreams:": {}}
    site = document(made, "spack/zen4/upstreams.yaml")["upstreams"]["site"]
    assert site["install_tree"] == document(made, "spack/site/config.yaml")["config"]["install_tree"]["root"]


def test_containers_see_the_sites_mounts_and_gpus() -> None:
    made = renderer(replace(SOFTWARE, apptainer=True), os=OperatingSystem("rocky", "9"))
    node = role(apptainer, made, "n1").spec
    assert node.packages == ("apptainer",)
    text = made.artefacts["apptainer/nvidia.conf"].text
    assert "bind path = /home\n" in text
    assert "always use nv = yes\n" in text
    role(apptainer, made, "front")
    assert "always use nv = no\n" in made.artefacts["apptainer/none.conf"].text
    assert "apptainer" not in made.plan.hosts["nas"].roles
