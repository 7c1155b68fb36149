"""What a host may know of its site: /etc/twinstack/site.json, for local scripts."""

from __future__ import annotations

import json

from twinstack.inventory.model import Site


def text(site: Site) -> str:
    """The file's text: names only, nothing that changes when hosts come and go."""
    facts = {
        "site": site.name,
        "domain": site.domain,
        "timezone": site.timezone,
        "slurm_cluster": site.slurm.cluster if site.slurm else None,
        "kubernetes_endpoint": site.kubernetes.endpoint if site.kubernetes else None,
    }
    return json.dumps(facts, indent=1, sort_keys=True) + "\n"
