"""Stacks and services: the words that say who uses a machine."""

from __future__ import annotations

from enum import StrEnum


class Stack(StrEnum):
    """Who may schedule on a pool's machines."""

    SLURM = "slurm"
    KUBERNETES = "kubernetes"
    SPLIT = "split"
    FLEXIBLE = "flexible"


class Service(StrEnum):
    """What a host runs for the site, placed by hand."""

    SLURM_CONTROLLER = "slurm-controller"
    SLURM_ACCOUNTING = "slurm-accounting"
    KUBERNETES_CONTROL_PLANE = "kubernetes-control-plane"
    NFS_SERVER = "nfs-server"
    MONITORING = "monitoring"
    LOGGING = "logging"
    LOGIN = "login"
