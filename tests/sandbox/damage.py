"""For every role how a person could damage it on a host of some site, and the words in which a refresh tells it.

A role without a case fails tests/architecture. One that no site here has anything of says why.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Damage:
    """What is run on a host (or on another one that has a say over it), and what is then found."""

    host: str
    command: str
    found: str
    by: str | None = None


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

SANDBOX: dict[str, Damage] = {
    "base": deleted("cpu1", "/etc/twinstack/site.json"),
    "fabric": deleted("cpu2", "/etc/network/interfaces.d/twinstack-fabric"),
    "tuning": Damage("cpu1", "sysctl -w net.ipv4.tcp_keepalive_time=60", "net.ipv4.tcp_keepalive_time is 60, not 600"),
    "users": Damage("cpu2", "gpasswd --delete bo climate", "group climate lost bo"),
    "munge": opened("cpu1", "/etc/munge/munge.key", "0400"),
    "nfs-server": altered("stor1", "/etc/ganesha/ganesha.conf"),
    "nfs-client": removed("cpu2", "libnfs-utils"),
    "slurm-accounting": disabled("ctl1", "slurmdbd.service"),
    "slurm-controller": altered("ctl1", "/etc/slurm/slurm.conf"),
    "slurm-compute": stopped("flex1", "slurmd.service"),
    "containerd": stopped("kube1", "containerd.service"),
    "kubernetes-control-plane": disabled("ctl1", "kubelet.service"),
    "kubernetes-worker": Damage("kube2", f"{KUBECTL} label node kube2 tier-", "label tier missing", by="ctl1"),
    "node-exporter": removed("stor1", "prometheus-node-exporter"),
    "slurm-exporter": stopped("ctl1", "twinstack-slurm-metrics.timer"),
    "scrape-targets": altered("stor1", "/etc/prometheus/file_sd/twinstack.json"),
}
"""On stacks/sandbox."""

PAIR: dict[str, Damage] = {
    "gpu": Damage("cpu1", "nvidia-smi --persistence-mode=0", "2 of 2 GPUs without persistence mode"),
    "lustre-client": altered("cpu1", "/etc/lnet.conf"),
    "gpfs-mount": disabled("ctl2", "twinstack-gpfs-gpfs.service"),
    "slurm-login": stopped("login1", "slurmd.service"),
    "slurm-rest": stopped("ctl2", "slurmrestd.service"),
    "lmod": removed("cpu1", "lmod"),
    "spack": removed("login1", "gfortran"),
    "log-shipper": altered("ctl1", "/etc/syslog-ng/syslog-ng.conf"),
}
"""On tests/sandbox/pair."""

PLANES: dict[str, Damage] = {"kubernetes-endpoint": stopped("ctl2", "keepalived.service")}
"""On tests/sandbox/sites/planes.yaml."""

UPGRADE: dict[str, Damage] = {"slurm-packages": altered("cpu1", "/etc/apt/preferences.d/twinstack-slurm")}
"""On tests/sandbox/upgrade.yaml, once it names packages."""

NOT_HERE = {"apptainer": "Debian 12, which hosts of a sandbox run, has no package of it"}
