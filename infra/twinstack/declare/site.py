"""The site as the first resource of a stack: what the policies must know of the inventory."""

from __future__ import annotations

import pulumi

from twinstack.planning.model import Plan

TYPE = "twinstack:index:Site"


class SiteComponent(pulumi.ComponentResource):
    """The root of a stack; its inputs are what the policy pack goes by."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(TYPE, plan.site.name, facts(plan))
        self.register_outputs({})


def facts(plan: Plan) -> dict[str, object]:
    """The site's choices for each rule, its projects, and how split pools divide their cores."""
    kubernetes = plan.site.kubernetes
    return {
        "policy": {
            name: {key: value for key, value in (("level", choice.level), ("until", choice.until)) if value}
            for name, choice in plan.site.policy.items()
        },
        "projects": list(plan.site.projects),
        "kubernetesVersion": kubernetes.version if kubernetes else "",
        "split": split_cores(plan),
    }


def split_cores(plan: Plan) -> dict[str, dict[str, list[int]]]:
    """The core numbers of each stack by host, for hosts that serve both."""
    return {
        host.name: {
            "slurm": list(host.allocation.slurm.cores),
            "kubernetes": list(host.allocation.kubernetes.cores),
        }
        for host in plan.hosts.values()
        if host.allocation.slurm and host.allocation.kubernetes
    }
