from __future__ import annotations

from typing import Any

from tests.unit import sites
from twinstack.inventory.model import NfsMount, Service, Stack
from twinstack.planning import plan
from twinstack.rendering.model import HostRole
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import nfs_client, nfs_server

HOME = NfsMount("home", "nas", "/srv/home", "/home", ())
DATA = NfsMount("data", "nas", "/data", "/data", ())


def renderer(*services: Service, absent: tuple[str, ...] = (), mounts: Any = (HOME,), **slurm: Any) -> Renderer:
    """A site of a server `nas` with further services and of two clients."""
    hosts = (
        sites.host("nas", None, Service.NFS_SERVER, *services),
        sites.host("n1", "batch"),
        sites.host("n2", "batch"),
    )
    return Renderer(
        plan(
            sites.site(
                hosts,
                (sites.pool("batch", Stack.SLURM),),
                hardware=(sites.hardware(absent=frozenset(absent)),),
                slurm=sites.slurm("batch", **slurm),
                storage=sites.storage(nfs=mounts),
            )
        )
    )


def role(module: Any, made: Renderer, host: str) -> HostRole:
    return module.render(made, made.plan.hosts[host])


def dests(found: HostRole) -> set[str]:
    return {file.dest for file in found.spec.files}


def units(found: HostRole) -> list[str]:
    return [unit.name for unit in found.spec.units]


def test_the_kernel_serves_where_it_can_and_takes_up_exports_by_a_reload() -> None:
    found = role(nfs_server, renderer(), "nas")
    assert found.spec.packages == ("nfs-kernel-server",)
    assert dests(found) == {"/etc/exports.d/twinstack.exports"}
    assert found.spec.files[0].reloads == ("nfs-server.service",)
    assert [directory.dest for directory in found.spec.directories] == ["/srv/home"]


def test_ganesha_serves_where_the_kernel_cannot() -> None:
    found = role(nfs_server, renderer(absent=("kernel-nfs-server",)), "nas")
    assert found.spec.packages == ("nfs-ganesha", "nfs-ganesha-vfs")
    settings, exports = found.spec.files
    assert (settings.dest, settings.restarts) == ("/etc/ganesha/ganesha.conf", ("nfs-ganesha.service",))
    assert (exports.restarts, exports.reloads) == ((), ("nfs-ganesha.service",))
    assert units(found) == ["nfs-ganesha.service"]


def test_the_kernel_is_asked_only_for_what_it_has_to_do() -> None:
    asked = {"nas": (nfs_server, "nfsd"), "n1": (nfs_client, "nfs4")}
    absent = renderer(absent=("kernel-nfs-server", "kernel-nfs-client"))
    for host, (module, filesystem) in asked.items():
        kernel = role(module, renderer(), host).spec.params["kernel"]
        assert isinstance(kernel, dict)
        assert kernel["filesystem"] == filesystem
        assert role(module, absent, host).spec.params["kernel"] is None


def test_people_on_the_server_find_its_exports_where_all_others_do() -> None:
    found = role(nfs_server, renderer(Service.LOGIN, mounts=(HOME, DATA)), "nas")
    assert "/etc/systemd/system/home.mount" in dests(found)
    assert units(found) == ["nfs-server.service", "remote-fs.target", "home.mount"]
    assert "home.mount" not in units(role(nfs_server, renderer(), "nas"))


def test_the_controllers_shared_state_is_made_where_it_is_served() -> None:
    found = role(nfs_server, renderer(state_location="/home/slurm/state"), "nas")
    state = found.spec.directories[-1]
    assert (state.dest, state.owner, state.mode) == ("/srv/home/slurm/state", "64030", "0700")


def test_clients_mount_on_first_use() -> None:
    made = renderer(mounts=(HOME, DATA))
    found = role(nfs_client, made, "n1")
    assert units(found) == ["remote-fs.target", "home.automount", "data.automount"]
    assert len(found.spec.files) == 4
    assert role(nfs_client, made, "n2") is found


def test_a_kernel_without_a_client_gets_the_tools_and_says_so() -> None:
    found = role(nfs_client, renderer(absent=("kernel-nfs-client",)), "n1")
    assert found.spec.packages == ("libnfs-utils",)
    assert found.spec.units == ()
    assert found.spec.files == ()
