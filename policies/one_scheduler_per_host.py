"""A core has one scheduler."""

from __future__ import annotations

from collections.abc import Iterator

from policies.seen import HOST, Resource, Site, Violation, items, known
from twinstack.rulebook import ONE_SCHEDULER_PER_HOST

RULE = ONE_SCHEDULER_PER_HOST

SLURM = "slurm-compute"
KUBERNETES = "kubernetes-worker"


def judge(resources: list[Resource], site: Site) -> Iterator[Violation]:
    """Hosts with two schedulers on the same cores, and nodes that stand for a host of Slurm."""
    hosts = [found for found in resources if found.type == HOST]
    for host in hosts:
        if {SLURM, KUBERNETES} <= host.roles:
            yield from _both(host, site)
    in_slurm = {host.name for host in hosts if SLURM in host.roles}
    for found in resources:
        if found.in_kubernetes and found.kind == "Node" and found.object_name in in_slurm:
            yield found.violation("is declared for a host that Slurm schedules.")


def _both(host: Resource, site: Site) -> Iterator[Violation]:
    if known(host.props, "stack") != "split":
        yield host.violation(f"has both roles {SLURM} and {KUBERNETES}, but its pool is not split.")
        return
    slurm, kubernetes = (set(items(site.split, host.name, stack)) for stack in ("slurm", "kubernetes"))
    if not slurm or not kubernetes:
        yield host.violation("is split, but nothing says which cores are whose.")
    if slurm & kubernetes:
        yield host.violation(f"gives cores {_listed(slurm & kubernetes)} to both Slurm and Kubernetes.")


def _listed(cores: set[object]) -> str:
    return ", ".join(sorted((f"{core:g}" if isinstance(core, float) else str(core) for core in cores), key=int))
