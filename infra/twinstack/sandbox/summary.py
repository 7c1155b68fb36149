"""What a sandbox's owner wants to know at the end: what runs where, how to look, what is not real."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from ClusterShell.NodeSet import NodeSet

from twinstack.gaps import gaps
from twinstack.planning.model import HostPlan, Plan
from twinstack.sandbox.layout import Layout


def summary(plan: Plan, layout: Layout) -> Iterator[str]:
    """Lines for a terminal; the text says all, colour adds nothing."""
    yield "What runs where"
    yield from table([("hosts", "stack", "pool", "runs"), *rows(plan)])
    components = ", ".join(name for name, component in plan.components.items() if component.on) or "none"
    yield f"  Kubernetes components: {components}; projects: {', '.join(plan.site.projects) or 'none'}"
    yield ""
    yield "How to look"
    yield from table(looks(layout))
    yield ""
    yield "What is simulated or left out, and why"
    yield from (f"  {gap.what} ({gap.where}): {gap.why}" for gap in gaps(plan))


def rows(plan: Plan) -> Iterator[tuple[str, ...]]:
    """One row for hosts that are alike."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for host in plan.hosts.values():
        alike.setdefault(kind(host), []).append(host.name)
    for (stack, pool, runs), names in alike.items():
        yield (str(NodeSet.fromlist(names)), stack, pool, runs)


def kind(host: HostPlan) -> tuple[str, str, str]:
    """What two hosts must share to stand in one row."""
    if host.host.simulated:
        return (f"{host.stack} (simulated)", host.pool.name if host.pool else "", "KWOK answers, nothing runs")
    services = sorted(service.value for service in host.host.services)
    daemons = [name for name, here in (("slurmd", host.in_slurm), ("kubelet", host.in_kubernetes)) if here]
    return (host.stack, host.pool.name if host.pool else "", ", ".join([*services, *daemons]))


def looks(layout: Layout) -> list[tuple[str, ...]]:
    """Commands that show the running stacks."""
    option = "" if layout.name == "sandbox" else f" NAME={layout.name}"
    twinstack = "twinstack" if shutil.which("twinstack") else ".venv/bin/twinstack"
    on = f"{twinstack} sandbox exec --name {layout.name}"
    return [
        (f"make sandbox-shell{option}", "a shell that reaches the hosts, with pulumi, kubectl and ssh"),
        (f"{on} --host ctl1 -- sinfo", "Slurm's nodes and partitions"),
        (f"{on} -- kubectl get nodes,clusterqueues -A", "Kubernetes' nodes and queues"),
        (str(layout.kubeconfig), "kubeconfig, for use in that shell"),
        (f"{twinstack} conform -s {layout.name}", "check everything against the inventory"),
        (f"make sandbox-down{option}", "remove every trace"),
    ]


def table(lines: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as their longest cell."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
