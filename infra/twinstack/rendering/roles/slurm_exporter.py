"""Role slurm-exporter: figures of nodes, jobs and the scheduler, on the first controller's node exporter."""

from __future__ import annotations

from importlib.resources import files

from twinstack.planning.model import HostPlan
from twinstack.rendering.model import HostRole, RoleSpec, Unit
from twinstack.rendering.node_exporter_env import TEXTFILES
from twinstack.rendering.renderer import Renderer

ROLE = "slurm-exporter"
PROGRAM = "/usr/local/sbin/twinstack-slurm-metrics"
UNIT = "twinstack-slurm-metrics"
INTERVAL = 30


def render(renderer: Renderer, host: HostPlan) -> HostRole:
    """The same at every site."""
    del host
    return renderer.role(ROLE, "all", lambda: _spec(renderer))


def _spec(renderer: Renderer) -> RoleSpec:
    timer = f"{UNIT}.timer"
    units = "/etc/systemd/system"
    return RoleSpec(
        role=ROLE,
        profile="all",
        files=(
            renderer.file(PROGRAM, "slurm-exporter/metrics", program, mode="0755"),
            renderer.file(f"{units}/{UNIT}.service", "slurm-exporter/metrics.service", service),
            renderer.file(f"{units}/{timer}", "slurm-exporter/metrics.timer", schedule, restarts=(timer,)),
        ),
        units=(Unit(timer),),
    )


def program() -> str:
    """The program as it stands in this project, where it is tested."""
    text = files("twinstack.placed").joinpath("slurm_metrics.py").read_text(encoding="utf-8")
    return f"#!/usr/bin/python3\n{text}"


def service() -> str:
    """One run; it may write where the node exporter reads, and nowhere else."""
    return (
        "[Unit]\nDescription=Figures of Slurm for the node exporter\nAfter=slurmctld.service\n\n"
        f"[Service]\nType=oneshot\nExecStart={PROGRAM} {TEXTFILES}/slurm.prom\n"
        "Nice=10\nNoNewPrivileges=yes\nPrivateTmp=yes\nProtectHome=yes\nProtectSystem=strict\n"
        f"ReadWritePaths={TEXTFILES}\nTimeoutStartSec=90\n"
    )


def schedule() -> str:
    """Every half minute, counted from the end of the last run: slow answers never pile up."""
    return (
        "[Unit]\nDescription=Figures of Slurm for the node exporter\n\n"
        f"[Timer]\nOnActiveSec=1\nOnUnitInactiveSec={INTERVAL}\nAccuracySec=1\n\n[Install]\nWantedBy=timers.target\n"
    )
