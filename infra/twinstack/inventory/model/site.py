"""The whole inventory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from twinstack.inventory.model.cluster import Kubernetes
from twinstack.inventory.model.machines import Access, Hardware, Host, Network, OperatingSystem
from twinstack.inventory.model.platform import Artifacts, Observability, PolicyChoice, Software
from twinstack.inventory.model.pools import Pool
from twinstack.inventory.model.slurm import Slurm
from twinstack.inventory.model.stacks import Service
from twinstack.inventory.model.storage import Storage
from twinstack.inventory.model.tenants import Project, User


@dataclass(frozen=True)
class Site:
    """The whole inventory; `path` is the file that it was read from."""

    path: Path
    name: str
    domain: str
    timezone: str
    os: OperatingSystem
    networks: Mapping[str, Network]
    hardware: Mapping[str, Hardware]
    hosts: Mapping[str, Host]
    access: Access
    pools: Mapping[str, Pool]
    slurm: Slurm | None
    kubernetes: Kubernetes | None
    storage: Storage
    projects: Mapping[str, Project]
    users: Mapping[str, User]
    software: Software
    observability: Observability
    artifacts: Artifacts
    policy: Mapping[str, PolicyChoice]

    @cached_property
    def by_service(self) -> Mapping[Service, tuple[Host, ...]]:
        """Hosts of each service, in the inventory's order."""
        found: dict[Service, list[Host]] = {service: [] for service in Service}
        for host in self.hosts.values():
            for service in host.services:
                found[service].append(host)
        return {service: tuple(hosts) for service, hosts in found.items()}

    def hardware_of(self, host: Host) -> Hardware:
        """The hardware class of a host."""
        return self.hardware[host.hardware]
