"""All that the inventory may leave out: the only place where a value is chosen for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network

from twinstack.inventory.model import (
    Host,
    NfsMount,
    OperatingSystem,
    Pool,
    Qos,
    Scheduling,
    Service,
    Spack,
    Stack,
    Timeouts,
    Tuning,
)

API_VERSIONS = ("twinstack/v1",)
"""Versions of the vocabulary that can be read."""

CAPABILITIES = (
    "apparmor",
    "cgroup2",
    "clock",
    "kernel-nfs-client",
    "kernel-nfs-server",
    "numa",
    "oom-score-adjust",
    "own-memory",
)
"""What `hardware.*.absent` may name: capabilities that machines usually have."""

RELEASES = {
    "debian": ("12",),
    "ubuntu": ("22.04", "24.04"),
    "rhel": ("9",),
    "rocky": ("9",),
    "alma": ("9",),
}
"""Supported releases by distribution."""

SLURM_RELEASES = ("21.08", "22.05", "23.02", "23.11", "24.05", "24.11", "25.05")
"""Releases of Slurm that the roles know, oldest first."""

SLURM_OF: Mapping[tuple[str, str], str] = {
    ("debian", "12"): "22.05",
    ("ubuntu", "22.04"): "21.08",
    ("ubuntu", "24.04"): "23.11",
    ("rhel", "9"): "22.05",
    ("rocky", "9"): "22.05",
    ("alma", "9"): "22.05",
}
"""Slurm's release by distribution: slurm-wlm of packages.debian.org and packages.ubuntu.com, slurm of EPEL 9."""

PACKAGE_NAMING = "distribution"
APT_SUITE = "./"

KUBERNETES_MINORS = ("1.34", "1.35", "1.36")
"""Minor versions of Kubernetes that the roles know."""

TIMEZONE = "UTC"
NETWORK_KIND = "ethernet"
SSH_PORT = 22
UNKNOWN_HOSTS = "refuse"
TIMEOUTS = Timeouts(connect=10, task=300, install=1800)
"""A live host answers in a second; a unit has 90 s to stop and 90 s to start (systemd); mirrors can be slow."""
MAX_UNAVAILABLE = "10%"
DRAIN_TIMEOUT = "1h"
TUNING = Tuning(cpu_manager="none", topology_manager="none", memory_manager="None")
SPLIT_TUNING = Tuning(cpu_manager="static", topology_manager="none", memory_manager="None")
"""Only the static policy keeps pods off the cores that are Slurm's (kubelet: reservedSystemCPUs)."""
QOS = Qos(name="normal", priority=0, preempt=(), max_jobs_per_user=None)
SCHEDULING = Scheduling(select="cons_tres", preempt_mode="off", fair_share=True)
HOOKS = {
    "prolog": "on each node before a job, as root",
    "epilog": "on each node after a job, as root",
    "task_prolog": "on each node before a task, as the user; its output sets the task's environment",
    "task_epilog": "on each node after a task, as the user",
    "controller_prolog": "on the controller before a job, as Slurm's user",
    "controller_epilog": "on the controller after a job, as Slurm's user",
    "health_check": "on each node at the health check's interval, as root, in place of the built-in check",
    "job_submit": "on the controller for each submitted job: Lua (job_submit.lua)",
}
"""Events on which Slurm runs scripts, where and as whom (prolog_epilog.html)."""

SLURM_REBOOT = "/usr/bin/systemctl reboot"
SLURM_REST_AUTH = "local"
SLURM_POWER_TIMES = {"idle": "30m", "suspend_timeout": "120s", "resume_timeout": "600s"}
SLURM_POWER_RATE = 60
CNI = "cilium"
POD_CIDR = IPv4Network("10.244.0.0/16")
SERVICE_CIDR = IPv4Network("10.96.0.0/12")
API_PORT = 6443
REPLICAS = 3
GATEWAYS = 1
SHARE = 1
RETENTION = "15d"
UPSTREAM = "upstream"
SOFTWARE_OWNER = "root"

APPTAINER_IN = ("rhel", "rocky", "alma")
"""Distributions that have a package of Apptainer (EPEL 9); Debian 12 and Ubuntu have none of their own."""


REPLACE_KUBE_PROXY_FROM = 10
"""Kubernetes hosts from which Cilium takes kube-proxy's place unless the inventory says otherwise."""


def kube_proxy(cni: str, hosts: Iterable[Host], pools: Iterable[Pool]) -> bool:
    """Whether kube-proxy runs: not where Cilium does its work on a cluster that is worth it.

    Hosts of flexible pools count wherever they are now: moving one must not rebuild the cluster's network.
    """
    kubernetes = {pool.name for pool in pools if pool.stack is not Stack.SLURM}
    count = sum(
        not host.simulated and (host.pool in kubernetes or Service.KUBERNETES_CONTROL_PLANE in host.services)
        for host in hosts
    )
    return cni != "cilium" or count < REPLACE_KUBE_PROXY_FROM


def endpoint(hosts: Iterable[Host]) -> str:
    """The API server's address: the first control plane's own; empty where there is none."""
    planes = (host for host in hosts if Service.KUBERNETES_CONTROL_PLANE in host.services)
    return next((f"{host.address}:{API_PORT}" for host in planes), "")


def slurm_version(system: OperatingSystem) -> str:
    """The release of Slurm that a distribution has; the latest known one for a system that rules refuse."""
    return SLURM_OF.get((system.distribution, system.release), SLURM_RELEASES[-1])


def module_root(spack: Spack | None) -> str:
    """The root of the module tree: beside Spack's, or on each host by itself where there is no Spack."""
    return f"{spack.root.rstrip('/').rpartition('/')[0]}/modules" if spack else "/opt/modules"


def state_location(cluster: str, hosts: Iterable[Host], mounts: Iterable[NfsMount]) -> str | None:
    """Where several slurm-controllers share their state: on the first NFS mount; None for a single one."""
    controllers = sum(Service.SLURM_CONTROLLER in host.services for host in hosts)
    mount = next(iter(mounts), None)
    return f"{mount.mount.rstrip('/')}/.slurm/{cluster}" if controllers > 1 and mount else None
