"""Plans of hosts with a kubelet, for the tests of what is rendered for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit import sites
from twinstack.inventory.model import Hardware, Pool, Site, Slice, Stack, Tuning
from twinstack.planning import plan
from twinstack.planning.model import HostPlan

GIB = sites.GIB
HERE = frozenset({"cgroup2", "oom-score-adjust", "apparmor", "own-memory", "numa"})
STATIC = Tuning(cpu_manager="static", topology_manager="restricted", memory_manager="Static")


def host(pool: Pool, hardware: Hardware | None = None, **changes: Any) -> HostPlan:
    """The plan of the only host, with `changes` to its hardware."""
    machine = replace(hardware or sites.hardware(), **changes)
    site = sites.site([sites.host("n1", pool.name)], [pool], hardware=[machine], kubernetes=sites.kubernetes())
    return plan(site).hosts["n1"]


def kubernetes_pool(**changes: Any) -> Pool:
    """A pool that is all Kubernetes'."""
    return sites.pool("work", Stack.KUBERNETES, **changes)


def split_pool(slurm: Slice, kubernetes: Slice, system: Slice | None = None, **changes: Any) -> Pool:
    """A pool of machines that both stacks have parts of."""
    return sites.pool("both", Stack.SPLIT, split=sites.split(slurm, kubernetes, system), **changes)


def cluster(**changes: Any) -> Site:
    """A site with a control plane, a worker and a split host on the bridge."""
    half = Slice(cores=4, gpus=0, memory=None)
    fields: dict[str, Any] = {
        "hosts": (
            sites.host("head", None, sites.Service.KUBERNETES_CONTROL_PLANE),
            sites.host("k1", "work"),
            sites.host("s1", "both"),
        ),
        "pools": (kubernetes_pool(labels={"tier": "services"}), split_pool(half, half)),
        "kubernetes": sites.kubernetes(),
    }
    return sites.site(**(fields | changes))
