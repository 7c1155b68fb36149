"""The Plan for people: hosts that are alike in one row, however many they are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from twinstack.choices import Choice, choices
from twinstack.planning.model import Allocation, HostPlan, Owner, Plan, Share
from twinstack.rendering.hostlists import fold, ranges

WIDTH = 160
UNITS = ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"))


def text(plan: Plan) -> str:
    """Hosts by kind, owners by kind, choices, components and quotas."""
    kinds = _kinds(plan)
    tables = [_hosts(kinds), _owners(kinds)]
    chosen = choices(plan)
    tables += [_choices(chosen)] if chosen else []
    tables += [_components(plan)] if plan.components else []
    tables += [_quotas(plan)] if plan.quotas else []
    return _printed(*tables)


def host_text(plan: HostPlan) -> str:
    """One host: what it is, its roles in order, and the owner of each part."""
    return _printed(_facts(plan), _parts(plan))


def size(amount: int) -> str:
    """Bytes in the largest unit in which they are at least 1, with at most one decimal."""
    unit, word = next(((unit, word) for unit, word in UNITS if amount >= unit), UNITS[-1])
    return f"{round(amount / unit, 1):g} {word}"


def _printed(*tables: Table) -> str:
    page = io.StringIO()
    console = Console(file=page, width=WIDTH, highlight=False, markup=False, emoji=False)
    for table in tables:
        console.print(table)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def _table(title: str, *columns: str) -> Table:
    table = Table(*columns, title=title, title_justify="left", title_style="", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    return table


def _kinds(plan: Plan) -> Sequence[Sequence[HostPlan]]:
    """Hosts grouped by all that the tables show of them."""
    kinds: dict[tuple[object, ...], list[HostPlan]] = {}
    for host in plan.hosts.values():
        pool = host.pool.name if host.pool else None
        disks, nics = tuple(host.disks.items()), tuple(host.nics.items())
        key = (pool, host.hardware.name, host.stack, host.roles, host.host.services, _state(host), disks, nics)
        kinds.setdefault(key, []).append(host)
    return list(kinds.values())


def _state(host: HostPlan) -> str:
    if host.host.simulated:
        return "simulated"
    return "maintenance" if host.host.maintenance else ""


def _names(kind: Iterable[HostPlan]) -> str:
    return fold(host.name for host in kind)


def _hosts(kinds: Iterable[Sequence[HostPlan]]) -> Table:
    table = _table("Hosts", "hosts", "count", "pool", "hardware", "stack", "state", "roles, in order")
    for kind in kinds:
        one = kind[0]
        pool = one.pool.name if one.pool else "-"
        roles = " ".join(one.roles) or "-"
        table.add_row(_names(kind), str(len(kind)), pool, one.hardware.name, one.stack, _state(one) or "-", roles)
    return table


def _owners(kinds: Sequence[Sequence[HostPlan]]) -> Table:
    """A row an owner; huge pages have a column where a host has any."""
    paged = any(share.hugepages for kind in kinds for _, share in _shares(kind[0].allocation))
    parts = ("cores", "GPUs", "memory", "huge pages")[: 4 if paged else 3]
    table = _table("Owners, on each host", "hosts", "owner", *parts, "NICs", "disks")
    for kind in kinds:
        names = _names(kind)
        for owner, share in _shares(kind[0].allocation):
            owned = (_owned(kind[0].nics, owner), _owned(kind[0].disks, owner))
            table.add_row(names, owner.value, *_share(share)[: len(parts)], *owned)
            names = ""
        if Owner.CEPH in kind[0].disks.values():
            table.add_row(names, "ceph", *["-"] * len(parts), "-", _owned(kind[0].disks, Owner.CEPH))
    return table


def _shares(allocation: Allocation) -> Iterator[tuple[Owner, Share]]:
    yield Owner.SYSTEM, allocation.system
    if allocation.slurm:
        yield Owner.SLURM, allocation.slurm
    if allocation.kubernetes:
        yield Owner.KUBERNETES, allocation.kubernetes


def _share(share: Share) -> tuple[str, str, str, str]:
    """Cores, GPUs, memory and, beside it, huge pages."""
    pages = ", ".join(f"{count} x {size(page)}" for page, count in sorted(share.hugepages.items()))
    memory = size(share.memory) if share.memory else "-"
    return ranges(share.cores) or "-", ranges(share.gpus) or "-", memory, pages or "-"


def _owned(parts: Mapping[str, Owner], owner: Owner) -> str:
    return fold(name for name, has in parts.items() if has is owner) or "-"


def _components(plan: Plan) -> Table:
    """Components that are on, and those that the inventory switches off."""
    table = _table("Components", "component", "on", "why")
    for component in plan.components.values():
        if component.on or component.name in (plan.site.kubernetes.components if plan.site.kubernetes else ()):
            table.add_row(component.name, "on" if component.on else "off", component.why)
    return table


def _choices(chosen: Iterable[Choice]) -> Table:
    table = _table("Choices", "what", "hosts", "chosen", "why")
    for choice in chosen:
        table.add_row(choice.what, choice.where, choice.chosen, choice.why)
    return table


def _quotas(plan: Plan) -> Table:
    table = _table("Quotas in Kubernetes", "project", "quota")
    for quota in plan.quotas.values():
        parts = (f"{name} {size(amount) if name == 'memory' else amount}" for name, amount in quota.resources.items())
        table.add_row(quota.project, ", ".join(parts))
    return table


def _facts(plan: HostPlan) -> Table:
    table = _table(plan.name, "what", "value")
    table.show_header = False
    facts = {
        "address": str(plan.host.address),
        "rack": plan.host.rack or "-",
        "hardware": f"{plan.hardware.name}: {plan.hardware.cores} cores, {plan.hardware.cpus} CPUs, "
        f"{plan.hardware.gpu_count} GPUs, {size(plan.hardware.memory)}",
        "lacks": ", ".join(sorted(plan.hardware.absent)) or "-",
        "pool": f"{plan.pool.name} ({plan.pool.stack})" if plan.pool else "-",
        "stack": plan.stack,
        "state": _state(plan) or "in service",
        "services": ", ".join(sorted(plan.host.services)) or "-",
        "roles, in order": ", ".join(plan.roles) or "-",
        "pod range": plan.pod_cidr or "-",
    }
    for name, value in facts.items():
        table.add_row(name, value)
    return table


def _parts(plan: HostPlan) -> Table:
    table = _table("Owners", "part", "owner", "which")
    for owner, share in _shares(plan.allocation):
        for part, which in zip(("cores", "GPUs", "memory", "huge pages"), _share(share), strict=True):
            if which != "-":
                table.add_row(part, owner.value, which)
    for part, owners in (("NIC", plan.nics), ("disk", plan.disks)):
        for name, owner in owners.items():
            table.add_row(part, owner.value, name)
    return table
