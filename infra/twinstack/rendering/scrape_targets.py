"""Targets of Prometheus as a file that it reads again by itself (file_sd_configs).

Source: prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from twinstack.planning.model import HostPlan, Plan

NODE_PORT = 9100


def text(plan: Plan) -> str:
    """All hosts with a node exporter, those with the same labels together."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for host in plan.with_role("node-exporter"):
        groups.setdefault(tuple(_labels(plan, host)), []).append(f"{host.host.address}:{NODE_PORT}")
    found = [{"targets": targets, "labels": dict(labels)} for labels, targets in groups.items()]
    return json.dumps(found, indent=1) + "\n"


def _labels(plan: Plan, host: HostPlan) -> Iterable[tuple[str, str]]:
    yield "job", "node"
    yield "site", plan.site.name
    yield "stack", host.stack
    if host.pool:
        yield "pool", host.pool.name
    if host.host.rack:
        yield "rack", host.host.rack
    if plan.site.slurm and "slurm-exporter" in host.roles:
        yield "slurm_cluster", plan.site.slurm.cluster
