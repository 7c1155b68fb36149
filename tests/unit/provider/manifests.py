"""Hosts and manifests for the provider's tests."""

from __future__ import annotations

from typing import Any

from twinstack.provider.store import Store
from twinstack.rendering.model import PlacedFile, RoleSpec, Unit

KEY = "/etc/munge/munge.key"
CONF = "/etc/slurm/cgroup.conf"


def spec(text_digest: str, **settings: Any) -> RoleSpec:
    """A role with a shared file, a secret and a slot for an own file."""
    files = (
        PlacedFile(CONF, "slurm/cgroup.conf", text_digest, restarts=("slurmd.service",)),
        PlacedFile(KEY, secret="munge-key", mode="0400"),
        PlacedFile("/etc/hostname"),
    )
    return RoleSpec("slurm-compute", "batch", files=files, units=(Unit("slurmd.service"),), **settings)


def host(store: Store, text: str = "one\n", *, drain: bool = False, **changes: Any) -> dict[str, Any]:
    """The inputs of a Host with one role, its texts put into the store; `drain` as of the role."""
    manifest = spec(store.put(text), packages=("slurmd",), params={"port": 1}, drain=drain)
    return {
        "name": "cpu1",
        "address": "10.0.0.1",
        "port": 22,
        "user": "root",
        "hostKey": "ssh-ed25519 AAA",
        "stack": "slurm",
        "pool": "batch",
        "maxUnavailable": 1,
        "maintenance": False,
        "roles": {"slurm-compute": f"digest of {text.strip()}"},
        "specs": {"slurm-compute": store.put(manifest.text)},
        "ownFiles": {"slurm-compute:/etc/hostname": "cpu1\n"},
        "own": {"slurm-compute": {"cores": [0, 1]}},
        "secrets": {"slurm-compute": {"munge-key": "hush"}},
        "units": ["slurm-compute:slurmd.service"],
        "controllers": {"slurm": {"name": "ctl1", "address": "10.0.0.2", "hostKey": "ssh-ed25519 CCC"}},
        **changes,
    }
