"""How projects' quotas are spread over flavors, such that no flavor is promised more than its pool owns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from twinstack.planning.model import Plan
from twinstack.tenancy.apportion import apportion
from twinstack.tenancy.flavors import CPU, MEMORY, Flavor, flavors, resources

Shares: TypeAlias = dict[tuple[str, str, str], int]
"""Whole units (memory in bytes) by (project, flavor, resource); what is not there is 0."""

_MIB = 2**20


def shares(plan: Plan) -> Shares:
    """Every project's nominal part of every flavor.

    A quota counts real machines in proportion to what each pool owns. Only what no real machine has (in
    a sandbox: GPUs) is counted on simulated hosts; their CPUs and memory follow the GPUs on top of the quota, because
    a job that gets a pretended GPU needs pretended CPUs beside it, and real ones must not pay for them.
    """
    every = flavors(plan)
    real = tuple(flavor for flavor in every if not flavor.simulated)
    simulated = tuple(flavor for flavor in every if flavor.simulated)
    found: Shares = {}
    for resource in resources(plan):
        demands = {name: quota.resources.get(resource, 0) for name, quota in plan.quotas.items()}
        is_real = any(flavor.capacity.get(resource) for flavor in real)
        found |= _spread(resource, demands, real if is_real else simulated)
    for flavor in simulated:
        found |= _companions(flavor, plan, found)
    return found


def _spread(resource: str, demands: Mapping[str, int], over: Iterable[Flavor]) -> Shares:
    unit = _MIB if resource == MEMORY else 1
    stores = {flavor.name: flavor.capacity.get(resource, 0) // unit for flavor in over}
    parts = apportion({project: demand // unit for project, demand in demands.items()}, stores)
    return {(project, flavor, resource): part * unit for (project, flavor), part in parts.items()}


def _companions(flavor: Flavor, plan: Plan, found: Shares) -> Shares:
    """CPUs and memory beside what each project has of a simulated flavor's GPUs (without GPUs: of the shares)."""
    leading = {
        project: sum(found.get((project, flavor.name, gpu), 0) for gpu in flavor.gpus) for project in plan.quotas
    }
    whole = sum(flavor.capacity[gpu] for gpu in flavor.gpus)
    if not flavor.gpus:
        leading = {project: plan.site.projects[project].share for project in plan.quotas}
        whole = sum(leading.values())
    return {
        (project, flavor.name, resource): _part(flavor.capacity[resource], part, whole, resource)
        for project, part in leading.items()
        for resource in (CPU, MEMORY)
    }


def _part(held: int, part: int, whole: int, resource: str) -> int:
    unit = _MIB if resource == MEMORY else 1
    return held // unit * part // whole * unit if whole else 0
