"""The Plan as JSON for programs; lists of cores and GPUs are written as ranges (`0-3,8`), memory in bytes.

`memory` is without huge pages; these are counted by their size in bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from twinstack.choices import choices
from twinstack.planning.model import HostPlan, Plan, Share
from twinstack.rendering.hostlists import ranges


def text(plan: Plan) -> str:
    """The whole Plan."""
    document = {
        "site": plan.site.name,
        "hosts": {name: host(one) for name, one in plan.hosts.items()},
        "choices": [asdict(choice) for choice in choices(plan)],
        "components": {
            name: {"on": component.on, "why": component.why, "settings": dict(component.settings)}
            for name, component in plan.components.items()
        },
        "quotas": {name: dict(quota.resources) for name, quota in plan.quotas.items()},
    }
    return json.dumps(document, indent=1)


def host_text(plan: HostPlan) -> str:
    """One host of the Plan."""
    return json.dumps({plan.name: host(plan)}, indent=1)


def host(plan: HostPlan) -> dict[str, object]:
    """One host as JSON's types."""
    allocation = plan.allocation
    return {
        "address": str(plan.host.address),
        "hardware": plan.hardware.name,
        "rack": plan.host.rack,
        "pool": plan.pool.name if plan.pool else None,
        "stack": plan.stack,
        "services": sorted(plan.host.services),
        "simulated": plan.host.simulated,
        "maintenance": plan.host.maintenance,
        "roles": list(plan.roles),
        "owners": {
            "system": _share(allocation.system),
            "slurm": _share(allocation.slurm),
            "kubernetes": _share(allocation.kubernetes),
        },
        "nics": {name: owner.value for name, owner in plan.nics.items()},
        "disks": {name: owner.value for name, owner in plan.disks.items()},
        "pod_cidr": plan.pod_cidr,
    }


def _share(share: Share | None) -> dict[str, object] | None:
    if share is None:
        return None
    pages = {str(size): count for size, count in sorted(share.hugepages.items())}
    return {"cores": ranges(share.cores), "gpus": ranges(share.gpus), "memory": share.memory, "hugepages": pages}
