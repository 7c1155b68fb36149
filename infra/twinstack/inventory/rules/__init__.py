"""Rules beyond the schema: what must hold between the parts of a site."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from twinstack.inventory.model import Site
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules import (
    addresses,
    ceph,
    hardware,
    hosts,
    kubernetes,
    names,
    networks,
    policy,
    pools,
    projects,
    services,
    slurm,
    slurm_files,
    storage,
)
from twinstack.inventory.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    names.host_names,
    names.rack_names,
    names.storage_names,
    names.entry_names,
    names.project_names,
    names.user_names,
    names.partition_names,
    names.label_names,
    addresses.unique,
    addresses.reachable,
    addresses.endpoint,
    hosts.known_hardware,
    hosts.known_pool,
    hosts.simulated,
    hosts.release,
    hardware.gpu_numa,
    hardware.cores_and_numa,
    hardware.nic_networks,
    hardware.rdma,
    hardware.mtu,
    hardware.hugepages,
    hardware.disks,
    pools.settings,
    pools.stacks,
    pools.cores,
    pools.pinned,
    pools.gpus,
    pools.memory,
    pools.taints,
    services.control_planes,
    services.slurm_services,
    services.accounting,
    services.shared_state,
    services.nfs_servers,
    slurm.release,
    slurm.packaged_release,
    slurm.package_source,
    slurm.partition_pools,
    slurm.empty_partitions,
    slurm.unused_pools,
    slurm.default_partition,
    slurm.partition_qos,
    slurm.preemption,
    slurm_files.parameters,
    slurm_files.scripts,
    slurm_files.health_check,
    slurm_files.power_pools,
    slurm_files.abilities,
    networks.overlaps,
    networks.pod_range,
    networks.service_range,
    networks.secondary_networks,
    kubernetes.release,
    kubernetes.pod_network,
    kubernetes.needed,
    kubernetes.pod_count,
    kubernetes.untuned,
    kubernetes.image_mirror,
    storage.shadowing,
    storage.exports,
    storage.class_names,
    storage.default_class,
    storage.dataset_sources,
    storage.dataset_projects,
    storage.spack,
    ceph.hosts,
    ceph.devices,
    ceph.replicas,
    projects.members,
    projects.uids,
    projects.qos,
    policy.known_rules,
)
"""Every rule, in the order in which the inventory's sections stand."""


def findings(site: Site, doubts: Collection[Place] = ()) -> Iterator[Finding]:
    """What breaks a rule; a rule that reads a place in `doubts` waits until that is mended."""
    for rule in RULES:
        if not rule.waits(doubts):
            yield from rule.check(site)
