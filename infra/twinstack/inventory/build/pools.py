"""Pools: their hosts, their split, who owns flexible hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twinstack.inventory import defaults
from twinstack.inventory.build.notes import Notes, Section
from twinstack.inventory.hostlists import doubles, expand, fold
from twinstack.inventory.model import Host, KernelTuning, Pool, Slice, Split, Stack, Taint, Tuning
from twinstack.inventory.problems import Place
from twinstack.inventory.units import duration, size


def pools(section: Section, hosts: Iterable[Host], notes: Notes) -> Mapping[str, Pool]:
    """The pools by name, each with its hosts in the inventory's order."""
    members: dict[str, list[str]] = {name: [] for name in section}
    for host in hosts:
        if host.pool in members:
            members[host.pool].append(host.name)
    return {name: _pool(name, each, tuple(members[name]), notes) for name, each in section.items()}


def _pool(name: str, section: Section, hosts: tuple[str, ...], notes: Notes) -> Pool:
    stack = Stack(section["stack"])
    flexible = stack is Stack.FLEXIBLE
    return Pool(
        name=name,
        stack=stack,
        hosts=hosts,
        split=_split(section["split"]) if "split" in section else None,
        owners=_owners(section.get("owner"), hosts, ("pools", name, "owner"), notes) if flexible else {},
        max_unavailable=str(section.get("max_unavailable", defaults.MAX_UNAVAILABLE)),
        drain_timeout=duration(section.get("drain_timeout", defaults.DRAIN_TIMEOUT)),
        labels=dict(section.get("labels", {})),
        taints=tuple(Taint(each["key"], each.get("value", ""), each["effect"]) for each in section.get("taints", ())),
        tuning=_tuning(section.get("tuning", {}), defaults.SPLIT_TUNING if stack is Stack.SPLIT else defaults.TUNING),
        kernel=_kernel(section.get("tuning", {})),
    )


def _tuning(section: Section, usual: Tuning) -> Tuning:
    return Tuning(
        cpu_manager=section.get("cpu_manager", usual.cpu_manager),
        topology_manager=section.get("topology_manager", usual.topology_manager),
        memory_manager=section.get("memory_manager", usual.memory_manager),
        topology_scope=section.get("topology_scope", usual.topology_scope),
        max_pods=section.get("max_pods"),
        eviction_memory=size(section["eviction_memory"]) if "eviction_memory" in section else None,
        shutdown_grace=duration(section["shutdown_grace"]) if "shutdown_grace" in section else None,
    )


def _kernel(section: Section) -> KernelTuning:
    return KernelTuning(
        governor=section.get("governor"),
        numa_balancing=section.get("numa_balancing"),
        transparent_hugepages=section.get("transparent_hugepages"),
        interrupts=section.get("interrupts"),
        sysctl={key: str(value) for key, value in section.get("sysctl", {}).items()},
    )


def _split(section: Section) -> Split:
    return Split(
        system=_slice(section["system"]) if "system" in section else None,
        slurm=_slice(section["slurm"]),
        kubernetes=_slice(section["kubernetes"]),
    )


def _slice(section: Section) -> Slice:
    memory = size(section["memory"]) if "memory" in section else None
    return Slice(cores=section["cores"], gpus=section.get("gpus", 0), memory=memory)


def _owners(owner: Any, hosts: tuple[str, ...], place: Place, notes: Notes) -> Mapping[str, Stack]:  # noqa: ANN401
    """The stack that has each host; hosts that nobody was given are Slurm's, after telling."""
    if isinstance(owner, str):
        return dict.fromkeys(hosts, Stack(owner))
    given = {stack: expand(text) for stack, text in (owner or {}).items()}
    if owner is None:
        hint = "owner: slurm, owner: kubernetes, or a host list for each"
        notes.refuse(place, "a flexible pool needs an owner", hint, f"pools.{place[1]}.stack")
    else:
        _tell_cover(given, hosts, place, notes)
    found = dict.fromkeys(hosts, Stack.SLURM)
    members = set(hosts)
    return found | {host: Stack(stack) for stack, names in given.items() for host in names if host in members}


def _tell_cover(given: Mapping[str, list[str]], hosts: tuple[str, ...], place: Place, notes: Notes) -> None:
    """Each host of the pool must be named once, and no other."""
    named = [host for names in given.values() for host in names]
    for wrong, what in (
        (doubles(named), "owned twice"),
        (set(named) - set(hosts), "not in this pool"),
        (set(hosts) - set(named), "owned by nobody"),
    ):
        if wrong:
            reads = (".".join(map(str, place)), f"pools.{place[1]}.stack", "hosts.*.name", "hosts.*.pool")
            notes.tell(place, f"{fold(wrong)} {what}", "name each host of the pool once", *reads)
