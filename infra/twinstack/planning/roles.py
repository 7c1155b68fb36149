"""Which roles a host has, in the one order in which roles are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from twinstack.inventory.model import Host, NfsMount, Service, Site
from twinstack.inventory.ports import MANAGEMENT
from twinstack.planning.endpoint import virtual_address
from twinstack.planning.file_systems import Mount, holding, lustre_of
from twinstack.planning.gpus import has_own_driver
from twinstack.planning.model import Allocation
from twinstack.planning.trees import place_of
from twinstack.planning.tuning import is_tuned

ORDER = (
    "slurm-packages",  # before any drain: a version that Slurm may not move to must not cost anybody a node
    "base",  # names, limits and SSH first: everything else runs on them
    "users",  # owners of files and jobs before anything is owned
    "tuning",  # huge pages while memory is in one piece, limits before daemons start
    "fabric",  # what mounts and schedulers reach each other by
    "gpu",  # schedulers count GPUs that answer
    "munge",  # Slurm's daemons refuse to start without it
    "nfs-server",  # exports exist before anyone mounts them
    "nfs-client",  # shared state and homes exist before daemons use them
    "lustre-client",
    "gpfs-mount",
    "slurm-accounting",  # the controller registers with the database
    "slurm-controller",  # compute nodes fetch their configuration from it
    "slurm-compute",
    "slurm-login",
    "slurm-rest",  # asks the controller
    "containerd",  # the kubelet needs a runtime
    "kubernetes-endpoint",  # kubeadm finds the shared address when it makes the first control plane
    "kubernetes-control-plane",  # workers join it
    "kubernetes-worker",
    "lmod",  # people's software comes last: no daemon needs it
    "spack",
    "apptainer",
    "node-exporter",  # nothing depends on what follows
    "slurm-exporter",
    "scrape-targets",
    "log-shipper",
)


def roles_of(site: Site, host: Host, allocation: Allocation) -> tuple[str, ...]:
    """The roles of a host, in ORDER; a simulated host has none, for there is no machine."""
    if host.simulated:
        return ()
    return tuple(role for role in ORDER if _HAS[role](site, host, allocation))


def _always(_site: Site, _host: Host, _allocation: Allocation) -> bool:
    return True


def _serves(service: Service) -> Callable[[Site, Host, Allocation], bool]:
    return lambda _site, host, _allocation: service in host.services


def _slurm(service: Service) -> Callable[[Site, Host, Allocation], bool]:
    return lambda site, host, _allocation: site.slurm is not None and service in host.services


def _in_slurm(_site: Site, _host: Host, allocation: Allocation) -> bool:
    return allocation.slurm is not None


def _tuned(site: Site, host: Host, allocation: Allocation) -> bool:
    return is_tuned(site.hardware_of(host), site.pools[host.pool] if host.pool else None, allocation)


def _on_fabric(site: Site, host: Host, _allocation: Allocation) -> bool:
    return any(nic.network != MANAGEMENT for nic in site.hardware_of(host).nics)


def _rest(site: Site, host: Host, _allocation: Allocation) -> bool:
    return site.slurm is not None and site.slurm.rest is not None and Service.SLURM_CONTROLLER in host.services


def _munge(site: Site, host: Host, allocation: Allocation) -> bool:
    slurm = ("slurm-accounting", "slurm-controller", "slurm-compute", "slurm-login")
    return any(_HAS[role](site, host, allocation) for role in slurm)


def _slurm_packages(site: Site, host: Host, allocation: Allocation) -> bool:
    """Packages that the inventory names, or whose account is made before them, as on the RHEL family."""
    named = site.slurm is not None and site.slurm.packages is not None
    return (named or site.os.family == "redhat") and _munge(site, host, allocation)


def _mounts(site: Site, host: Host, allocation: Allocation) -> bool:
    needs = works(host, allocation) or keeps_state(site, host, site.storage.nfs)
    return needs and bool(mounts_of(site, host))


def _lustre(site: Site, host: Host, allocation: Allocation) -> bool:
    needs = works(host, allocation) or keeps_state(site, host, site.storage.lustre)
    return needs and bool(lustre_of(site, host, site.hardware_of(host)))


def _gpfs(site: Site, host: Host, allocation: Allocation) -> bool:
    needs = works(host, allocation) or keeps_state(site, host, site.storage.gpfs)
    return needs and bool(site.storage.gpfs)


def works(host: Host, allocation: Allocation) -> bool:
    """Whether jobs, pods or people work on the site's files on a host."""
    return has_users(host, allocation) or allocation.kubernetes is not None


def keeps_state(site: Site, host: Host, mounts: Iterable[Mount]) -> bool:
    """Whether a host runs a slurmctld whose state lies on one of these file systems."""
    state = site.slurm.state_location if site.slurm else None
    return bool(holding(state, mounts)) and Service.SLURM_CONTROLLER in host.services


def mounts_of(site: Site, host: Host) -> tuple[NfsMount, ...]:
    """The NFS mounts of a host: all but those that it serves itself."""
    return tuple(mount for mount in site.storage.nfs if mount.server != host.name)


def _control_plane(site: Site, host: Host, _allocation: Allocation) -> bool:
    return site.kubernetes is not None and Service.KUBERNETES_CONTROL_PLANE in host.services


def _endpoint(site: Site, host: Host, allocation: Allocation) -> bool:
    return _control_plane(site, host, allocation) and virtual_address(site) is not None


def _containerd(site: Site, host: Host, allocation: Allocation) -> bool:
    return _control_plane(site, host, allocation) or allocation.kubernetes is not None


def _worker(site: Site, host: Host, allocation: Allocation) -> bool:
    return allocation.kubernetes is not None and not _control_plane(site, host, allocation)


def _monitored(site: Site, _host: Host, _allocation: Allocation) -> bool:
    """A monitoring host scrapes exporters, or the cluster's own Prometheus does."""
    components = site.kubernetes.components if site.kubernetes else {"kube-prometheus-stack": None}
    return bool(site.by_service[Service.MONITORING]) or components.get("kube-prometheus-stack", {}) is not None


def _slurm_figures(site: Site, host: Host, allocation: Allocation) -> bool:
    first = site.by_service[Service.SLURM_CONTROLLER][:1]
    return site.slurm is not None and host in first and _monitored(site, host, allocation)


def _ships_logs(site: Site, _host: Host, _allocation: Allocation) -> bool:
    return bool(site.observability.logs_url or site.by_service[Service.LOGGING])


def has_users(host: Host, allocation: Allocation) -> bool:
    """Whether people work on a host: they log in there, or their jobs run there."""
    return allocation.slurm is not None or Service.LOGIN in host.services


def _lmod(site: Site, host: Host, allocation: Allocation) -> bool:
    lmod = site.software.lmod
    return lmod is not None and (has_users(host, allocation) or place_of(site, lmod.root).host == host.name)


def _spack(site: Site, host: Host, allocation: Allocation) -> bool:
    spack = site.software.spack
    return spack is not None and (has_users(host, allocation) or place_of(site, spack.root).host == host.name)


def _apptainer(site: Site, host: Host, allocation: Allocation) -> bool:
    return site.software.apptainer and has_users(host, allocation)


_HAS: Mapping[str, Callable[[Site, Host, Allocation], bool]] = {
    "base": _always,
    "users": _always,
    "tuning": _tuned,
    "fabric": _on_fabric,
    "gpu": has_own_driver,
    "munge": _munge,
    "nfs-server": _serves(Service.NFS_SERVER),
    "nfs-client": _mounts,
    "lustre-client": _lustre,
    "gpfs-mount": _gpfs,
    "slurm-packages": _slurm_packages,
    "slurm-accounting": _slurm(Service.SLURM_ACCOUNTING),
    "slurm-controller": _slurm(Service.SLURM_CONTROLLER),
    "slurm-compute": _in_slurm,
    "slurm-login": _slurm(Service.LOGIN),
    "slurm-rest": _rest,
    "containerd": _containerd,
    "kubernetes-endpoint": _endpoint,
    "kubernetes-control-plane": _control_plane,
    "kubernetes-worker": _worker,
    "lmod": _lmod,
    "spack": _spack,
    "apptainer": _apptainer,
    "node-exporter": _monitored,
    "slurm-exporter": _slurm_figures,
    "scrape-targets": _serves(Service.MONITORING),
    "log-shipper": _ships_logs,
}
