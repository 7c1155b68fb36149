"""For every role how a person could damage it on a host of the sandbox, and the words in which a refresh tells it.

A role without a case fails tests/architecture. One that the sandbox has nothing of says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Damage:
    """What is run on a host (or on another one that has a say over it), and what is then found."""

    host: str
    command: str
    found: str
    by: str | None = None


@dataclass(frozen=True)
class NotHere:
    """Why nothing of a role can be damaged on the sandbox."""

    why: str


Case: TypeAlias = Damage | NotHere


def altered(host: str, path: str) -> Damage:
    return Damage(host, f"echo '# by hand' >> {path}", f"{path} changed")


def deleted(host: str, path: str) -> Damage:
    return Damage(host, f"rm {path}", f"{path} missing")


def opened(host: str, path: str, mode: str) -> Damage:
    return Damage(host, f"chmod 0666 {path}", f"{path} has mode 0666, not {mode}")


def stopped(host: str, unit: str) -> Damage:
    return Damage(host, f"systemctl stop {unit}", f"{unit} stopped")


def disabled(host: str, unit: str) -> Damage:
    return Damage(host, f"systemctl disable {unit}", f"{unit} disabled")


def removed(host: str, package: str) -> Damage:
    return Damage(host, f"apt-get remove -y {package}", f"package {package} removed")


KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf"

UNUSED = NotHere("the sandbox's inventory asks for none")

CASES: dict[str, Case] = {
    "base": deleted("cpu1", "/etc/twinstack/site.json"),
    "fabric": deleted("cpu2", "/etc/network/interfaces.d/twinstack-fabric"),
    "tuning": altered("cpu1", "/etc/sysctl.d/91-twinstack-tuning.conf"),
    "users": Damage("cpu2", "gpasswd --delete bo climate", "group climate lost bo"),
    "munge": opened("cpu1", "/etc/munge/munge.key", "0400"),
    "nfs-server": altered("stor1", "/etc/ganesha/ganesha.conf"),
    "nfs-client": NotHere("the kernel mounts nothing, and what the role is then comes with the hosts' image"),
    "slurm-packages": NotHere("Slurm's packages are the distribution's"),
    "slurm-accounting": disabled("ctl1", "slurmdbd.service"),
    "slurm-controller": altered("ctl1", "/etc/slurm/slurm.conf"),
    "slurm-compute": stopped("flex1", "slurmd.service"),
    "slurm-login": NotHere("the only login host is the controller, whose own role holds all that it needs"),
    "containerd": stopped("kube1", "containerd.service"),
    "kubernetes-control-plane": disabled("ctl1", "kubelet.service"),
    "kubernetes-worker": Damage("kube2", f"{KUBECTL} label node kube2 tier-", "label tier missing", by="ctl1"),
    "gpu": UNUSED,
    "kubernetes-endpoint": UNUSED,
    "lustre-client": UNUSED,
    "gpfs-mount": UNUSED,
    "slurm-rest": UNUSED,
    "lmod": UNUSED,
    "spack": UNUSED,
    "apptainer": UNUSED,
    "node-exporter": removed("stor1", "prometheus-node-exporter"),
    "slurm-exporter": stopped("ctl1", "twinstack-slurm-metrics.timer"),
    "scrape-targets": altered("stor1", "/etc/prometheus/file_sd/twinstack.json"),
    "log-shipper": UNUSED,
}
