"""Whose driver a host's GPUs run with, and so which hosts are asked for their GPUs."""

from __future__ import annotations

from twinstack.inventory.model import Host, Site
from twinstack.planning.model import Allocation

OPERATOR = "gpu-operator"
ASKABLE = frozenset({"nvidia", "amd"})
"""Vendors whose tool is known: nvidia-smi, rocm-smi."""


def has_own_driver(site: Site, host: Host, allocation: Allocation) -> bool:
    """Whether the host itself must have a working driver: everywhere but where the operator brings one in a container.

    Slurm's jobs see the host's driver, so a host with a part for Slurm has one of its own in any case.
    """
    gpus = site.hardware_of(host).gpus
    if gpus is None or gpus.vendor not in ASKABLE:
        return False
    return allocation.slurm is not None or (allocation.kubernetes is not None and not _in_containers(site))


def _in_containers(site: Site) -> bool:
    settings = (site.kubernetes.components.get(OPERATOR) if site.kubernetes else None) or {}
    return settings.get("driver") == "container"
