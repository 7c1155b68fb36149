"""Options of the node exporter: its unit's environment file."""

from __future__ import annotations

TEXTFILES = "/var/lib/prometheus/node-exporter"
"""Where other programs leave figures: the default of Debian's package."""

OPTIONS = (
    "--web.listen-address=:9100",
    "--collector.systemd",
    f"--collector.textfile.directory={TEXTFILES}",
    # Mounts and interfaces of pods come and go by the hundred: they are the kubelet's to report.
    "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|var/lib/(containerd|kubelet)/.+)($|/)",
    "--collector.netclass.ignored-devices=^(veth|cali|lxc|cilium).*",
    "--collector.netdev.device-exclude=^(veth|cali|lxc|cilium).*",
)


def text() -> str:
    """The file's text: one variable, which Debian's and Red Hat's units both pass on."""
    return f'ARGS="{" ".join(OPTIONS)}"\n'
