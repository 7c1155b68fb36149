"""What distributions call things: package, unit and path names, one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twinstack.inventory.model import OperatingSystem


@dataclass(frozen=True, slots=True)
class Distribution:
    """Names of one family of distributions; `packages`, `units` and `paths` map our word to theirs.

    `pin` formats a package with its version as the family's installer takes it; `containerd` is the major version of
    the one that its releases have.
    """

    family: str
    packages: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]
    paths: Mapping[str, str]
    pin: str
    containerd: str

    def install(self, *words: str) -> tuple[str, ...]:
        """The packages behind our words, sorted, each once."""
        return tuple(sorted({name for word in words for name in self.packages[word]}))

    def pinned(self, word: str, version: str) -> tuple[str, ...]:
        """The packages behind one word at a version, as the installer takes them."""
        return tuple(self.pin.format(name=name, version=version) for name in self.packages[word])


DEBIAN = Distribution(
    family="debian",
    packages={
        "base": ("ca-certificates", "hostname", "openssh-server", "procps", "python3", "tzdata"),
        "time-sync": ("chrony",),
        "interrupts": ("irqbalance",),
        "rdma": ("ibverbs-providers", "ibverbs-utils", "infiniband-diags", "perftest", "rdma-core", "rdmacm-utils"),
        "ifupdown": ("ifupdown",),
        "network-manager": ("network-manager",),
        "node-exporter": ("prometheus-node-exporter",),
        "munge": ("munge",),
        "slurm-controller": ("slurmctld",),
        "slurm-accounting": ("slurmdbd",),
        "slurm-compute": ("slurmd",),
        "slurm-client": ("slurm-client",),
        "version-lock": (),
        "log-shipper": ("syslog-ng-core", "syslog-ng-mod-http"),
        "slurm-sackd": ("sackd",),
        "slurm-rest": ("slurmrestd",),
        "slurm-jwt": ("slurm-wlm-jwt-plugin",),
        "database": ("mariadb-server",),
        "nfs-server": ("nfs-kernel-server",),
        "nfs-server-userspace": ("nfs-ganesha", "nfs-ganesha-vfs"),
        "nfs-client": ("nfs-common",),
        "nfs-client-userspace": ("libnfs-utils",),
        "lmod": ("lmod",),
        # The inventory's rules refuse it where the distribution has no package of that name.
        "apptainer": ("apptainer",),
        "lustre-client": ("lustre-client-modules-dkms", "lustre-client-utils"),
        "git": ("git",),
        # Spack's getting_started.rst, "System Prerequisites".
        "spack-build": (
            *("bzip2", "ca-certificates", "curl", "file", "g++", "gcc", "gfortran", "git", "gnupg", "make", "patch"),
            *("python3", "python3-venv", "tar", "unzip", "xz-utils", "zip", "zstd"),
        ),
        "containerd": ("containerd", "runc", "containernetworking-plugins"),
        "kubernetes-endpoint": ("curl", "keepalived"),
        "kubernetes-needs": ("conntrack", "ethtool", "iptables", "kmod", "nftables", "socat"),
        "kubeadm": ("kubeadm",),
        "kubelet": ("kubelet",),
        "kubectl": ("kubectl",),
    },
    units={
        "ssh": "ssh.service",
        "time-sync": "chrony.service",
        "interrupts": "irqbalance.service",
        "node-exporter": "prometheus-node-exporter.service",
        "log-shipper": "syslog-ng.service",
        "munge": "munge.service",
        "slurm-controller": "slurmctld.service",
        "slurm-accounting": "slurmdbd.service",
        "slurm-compute": "slurmd.service",
        "slurm-sackd": "sackd.service",
        "slurm-rest": "slurmrestd.service",
        "database": "mariadb.service",
        "nfs-server": "nfs-server.service",
        "nfs-server-userspace": "nfs-ganesha.service",
        "containerd": "containerd.service",
        "kubernetes-endpoint": "keepalived.service",
        "kubelet": "kubelet.service",
    },
    paths={
        "node-exporter": "/etc/default/prometheus-node-exporter",
        "cni-plugins": "/usr/lib/cni",
        "kubelet-flags": "/etc/default/kubelet",
        "kubernetes-keyring": "/etc/apt/keyrings/twinstack-kubernetes.asc",
        "kubernetes-source": "/etc/apt/sources.list.d/twinstack-kubernetes.sources",
        "slurm-keyring": "/etc/apt/keyrings/twinstack-slurm.asc",
        "slurm-source": "/etc/apt/sources.list.d/twinstack-slurm.sources",
        "slurm-pin": "/etc/apt/preferences.d/twinstack-slurm",
        "slurm": "/etc/slurm",
        "environment": "/etc/default",
        "lmod": "/usr/share/lmod/lmod",
        "database": "/etc/mysql/mariadb.conf.d",
        "interrupts": "/etc/default/irqbalance",
        "time-sync": "/etc/chrony/chrony.conf",
        "time-sync-options": "/etc/default/chrony",
    },
    pin="{name}={version}",
    containerd="1",  # Debian 12 has 1.6.20, Ubuntu 22.04 and 24.04 have 1.7, which is configured alike
)

REDHAT = Distribution(
    family="redhat",
    packages={
        **DEBIAN.packages,
        "base": ("ca-certificates", "hostname", "openssh-server", "procps-ng", "python3", "tzdata"),
        "rdma": ("infiniband-diags", "libibverbs", "libibverbs-utils", "librdmacm-utils", "perftest", "rdma-core"),
        "network-manager": ("NetworkManager",),
        # EPEL 9; its unit and its settings are called as Debian's (the role's README).
        "node-exporter": ("node-exporter",),
        "slurm-controller": ("slurm-slurmctld",),
        "slurm-accounting": ("slurm-slurmdbd",),
        "slurm-compute": ("slurm-slurmd",),
        "slurm-client": ("slurm",),
        "version-lock": ("python3-dnf-plugin-versionlock",),
        "log-shipper": ("syslog-ng", "syslog-ng-http"),
        "slurm-sackd": ("slurm-sackd",),
        "slurm-rest": ("slurm-slurmrestd",),
        "slurm-jwt": ("slurm",),
        "nfs-server": ("nfs-utils",),
        "nfs-client": ("nfs-utils",),
        "containerd": ("containerd.io", "containernetworking-plugins"),
        # Lmod and apptainer are EPEL's, which the site has enabled (for Slurm's build, too).
        "lmod": ("Lmod",),
        "lustre-client": ("kmod-lustre-client", "lustre-client"),
        # Without curl: dnf depends on the command, so it is there, and the package conflicts with the curl-minimal of
        # minimal systems (rocky-linux/sig-cloud-instance-images#41, voxpupuli/beaker#1854).
        "spack-build": (
            *("bzip2", "ca-certificates", "file", "gcc", "gcc-c++", "gcc-gfortran", "git", "gnupg2", "make"),
            *("patch", "python3", "tar", "unzip", "xz", "zip", "zstd"),
        ),
        "kubernetes-endpoint": ("keepalived",),
        "kubernetes-needs": ("conntrack-tools", "ethtool", "iptables-nft", "kmod", "nftables", "socat"),
    },
    units={**DEBIAN.units, "ssh": "sshd.service", "time-sync": "chronyd.service"},
    paths={
        **DEBIAN.paths,
        "cni-plugins": "/usr/libexec/cni",
        "database": "/etc/my.cnf.d",  # /etc/my.cnf of RHEL includes it
        "environment": "/etc/sysconfig",  # all that slurmd.service of 22.05 reads (etc/slurmd.service.in)
        "kubelet-flags": "/etc/sysconfig/kubelet",
        "kubernetes-keyring": "/etc/pki/rpm-gpg/twinstack-kubernetes.asc",
        "kubernetes-source": "/etc/yum.repos.d/twinstack-kubernetes.repo",
        "interrupts": "/etc/sysconfig/irqbalance",
        "time-sync": "/etc/chrony.conf",
        "time-sync-options": "/etc/sysconfig/chronyd",
        "slurm-keyring": "/etc/pki/rpm-gpg/twinstack-slurm.asc",
        "slurm-source": "/etc/yum.repos.d/twinstack-slurm.repo",
        "slurm-pin": "/etc/dnf/plugins/versionlock.list",
    },
    pin="{name}-{version}",
    containerd="2",  # containerd.io of Docker's repository, 2.1 or later
)

FAMILIES: Mapping[str, Distribution] = {
    "debian": DEBIAN,
    "ubuntu": DEBIAN,
    "rhel": REDHAT,
    "rocky": REDHAT,
    "alma": REDHAT,
}


def distribution_of(system: OperatingSystem) -> Distribution:
    """The names that an operating system of the inventory uses."""
    return FAMILIES[system.distribution]
