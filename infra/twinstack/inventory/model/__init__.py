"""The site as typed, frozen records: what the inventory says after defaults, before any decision."""

from __future__ import annotations

from twinstack.inventory.model.cluster import Kubernetes, Networking, SecondaryNetwork
from twinstack.inventory.model.machines import (
    Access,
    Gpus,
    Hardware,
    Host,
    Network,
    Nic,
    OperatingSystem,
    Sriov,
    Timeouts,
)
from twinstack.inventory.model.platform import Artifacts, Lmod, Observability, PolicyChoice, Software, Spack
from twinstack.inventory.model.pools import KernelTuning, Pool, Slice, Split, Taint, Tuning
from twinstack.inventory.model.site import Site
from twinstack.inventory.model.slurm import Partition, Power, Qos, Rest, Scheduling, Script, Slurm, SlurmPackages
from twinstack.inventory.model.stacks import Service, Stack
from twinstack.inventory.model.storage import (
    Ceph,
    CephPool,
    Dataset,
    GpfsMount,
    Longhorn,
    LustreMount,
    NfsMount,
    ObjectStore,
    Storage,
)
from twinstack.inventory.model.tenants import Project, User

__all__ = [
    "Access",
    "Artifacts",
    "Ceph",
    "CephPool",
    "Dataset",
    "GpfsMount",
    "Gpus",
    "Hardware",
    "Host",
    "KernelTuning",
    "Kubernetes",
    "Lmod",
    "Longhorn",
    "LustreMount",
    "Network",
    "Networking",
    "NfsMount",
    "Nic",
    "ObjectStore",
    "Observability",
    "OperatingSystem",
    "Partition",
    "PolicyChoice",
    "Pool",
    "Power",
    "Project",
    "Qos",
    "Rest",
    "Scheduling",
    "Script",
    "SecondaryNetwork",
    "Service",
    "Site",
    "Slice",
    "Slurm",
    "SlurmPackages",
    "Software",
    "Spack",
    "Split",
    "Sriov",
    "Stack",
    "Storage",
    "Taint",
    "Timeouts",
    "Tuning",
    "User",
]
