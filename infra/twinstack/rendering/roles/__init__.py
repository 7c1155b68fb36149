"""What each role places and starts: one module a role, in one visible registry."""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.rendering.renderer import RoleFunction
from twinstack.rendering.roles import (
    apptainer,
    base,
    containerd,
    fabric,
    gpfs_mount,
    gpu,
    kubernetes_control_plane,
    kubernetes_endpoint,
    kubernetes_worker,
    lmod,
    lustre_client,
    munge,
    nfs_client,
    nfs_server,
    node_exporter,
    slurm_accounting,
    slurm_compute,
    slurm_controller,
    slurm_login,
    slurm_packages,
    slurm_rest,
    spack,
    tuning,
    users,
)

ROLES: Mapping[str, RoleFunction] = {
    "base": base.render,
    "users": users.render,
    "tuning": tuning.render,
    "fabric": fabric.render,
    "gpu": gpu.render,
    "munge": munge.render,
    "nfs-server": nfs_server.render,
    "nfs-client": nfs_client.render,
    "lustre-client": lustre_client.render,
    "gpfs-mount": gpfs_mount.render,
    "slurm-packages": slurm_packages.render,
    "slurm-accounting": slurm_accounting.render,
    "slurm-controller": slurm_controller.render,
    "slurm-compute": slurm_compute.render,
    "slurm-login": slurm_login.render,
    "slurm-rest": slurm_rest.render,
    "containerd": containerd.render,
    "kubernetes-endpoint": kubernetes_endpoint.render,
    "kubernetes-control-plane": kubernetes_control_plane.render,
    "kubernetes-worker": kubernetes_worker.render,
    "lmod": lmod.render,
    "spack": spack.render,
    "apptainer": apptainer.render,
    "node-exporter": node_exporter.render,
}
