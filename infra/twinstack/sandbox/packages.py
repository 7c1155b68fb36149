"""What is in the image of a host, as data."""

from __future__ import annotations

SUITE = "bookworm"
SYSTEM = ("debian", "12")

# What a bare-metal installer of the site would leave, and what roles would spend minutes on installing. Nothing of
# it is configured or enabled, so that roles do on these hosts all that they do on metal.
BASE = (
    *("systemd-sysv", "dbus", "openssh-server", "python3", "python3-apt", "ca-certificates"),
    *("iproute2", "iputils-ping", "ethtool", "netbase", "iptables", "nftables", "conntrack", "socat"),
    *("kmod", "procps", "less", "curl", "busybox-static", "mount", "util-linux", "sudo"),
    *("chrony", "ifupdown"),
)
SLURM = (
    "munge",
    "slurmctld",
    "slurmd",
    "slurmdbd",
    "slurm-client",
    "slurmrestd",
    "slurm-wlm-jwt-plugin",
    "mariadb-server",
)
STORAGE = ("nfs-ganesha", "nfs-ganesha-vfs", "nfs-common", "rpcbind")
CONTAINERS = ("containerd", "runc", "containernetworking-plugins")
INSTALLED = (*BASE, *SLURM, *STORAGE, *CONTAINERS)

# Left to the roles: installing a package from the site's repository is a part of the path that must be walked.
IN_REPOSITORY = (
    *("prometheus-node-exporter", "keepalived", "lmod", "syslog-ng-core", "syslog-ng-mod-http", "irqbalance"),
    "libnfs-utils",
    # What Spack builds with.
    *("bzip2", "file", "g++", "gcc", "gfortran", "git", "gnupg", "make", "patch", "python3-venv"),
    *("unzip", "xz-utils", "zip", "zstd"),
)

# Installed on top, when the toolchain has built them.
KUBERNETES = ("kubeadm", "kubelet", "kubectl")

# What runs on an installed machine before any role.
ENABLED = ("ssh.service",)
# What a machine without screen, disks and clock of its own has no use for.
MASKED = (
    *("console-getty.service", "getty@tty1.service", "getty.target"),
    *("systemd-udevd.service", "systemd-udev-trigger.service", "systemd-pstore.service"),
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "fstrim.timer"),
    *("e2scrub_all.timer", "e2scrub_reap.service", "systemd-tmpfiles-clean.timer"),
    # The kernel's debugging belongs to the machine.
    *("sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount"),
)
