"""Pools: every core, GPU and byte of a machine has exactly one owner."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.division import memory_of, owner_of_hugepages, parts_of
from twinstack.inventory.model import Hardware, Pool, Site, Slice, Split, Stack
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import rule

MIB = 1 << 20


@rule("pools.*.stack", "pools.*.split", "pools.*.owner")
def settings(site: Site) -> Iterator[Finding]:
    """A split says how, and only a split does."""
    for pool in site.pools.values():
        if pool.stack is Stack.SPLIT and pool.split is None:
            hint = "split: {slurm: {cores: 44}, kubernetes: {cores: 48}}"
            yield Finding(("pools", pool.name), "stack is split, and nothing says how", hint)
        elif pool.stack is not Stack.SPLIT and pool.split is not None:
            what = f"the pool belongs to {pool.stack.value} as a whole"
            yield Finding(("pools", pool.name, "split"), what, "stack: split, or leave split away")


@rule("pools.*.stack", "slurm.*", "kubernetes.*")
def stacks(site: Site) -> Iterator[Finding]:
    """A pool's stack is one that the site has."""
    for pool in site.pools.values():
        for stack, there in ((Stack.SLURM, site.slurm is not None), (Stack.KUBERNETES, site.kubernetes is not None)):
            if not there and pool.stack in {stack, Stack.SPLIT, Stack.FLEXIBLE}:
                what = f"stack is {pool.stack.value}, and the inventory has no section {stack.value}"
                yield Finding(("pools", pool.name, "stack"), what, f"add {stack.value}: or change the pool")


@rule("pools.*.stack", "pools.*.split", "hosts.*.pool", "hosts.*.hardware", "hardware.*")
def cores(site: Site) -> Iterator[Finding]:
    """The split's cores are the machine's: none twice, and none left over where `system` is given."""
    for pool, split, hardware in _splits(site):
        for stack, part in (("slurm", split.slurm), ("kubernetes", split.kubernetes)):
            if part.cores == 0:
                yield Finding(
                    ("pools", pool.name, "split", stack, "cores"),
                    f"nothing is left for {stack}",
                    "give it a core, or change stack",
                )
        yield from _adds_up(pool, hardware, "cores", [part.cores for part in _parts(split)], hardware.cores)


@rule("pools.*.stack", "pools.*.tuning")
def pinned(site: Site) -> Iterator[Finding]:
    """A split pool's kubelets keep off Slurm's cores, which only the static CPU manager does."""
    for pool in site.pools.values():
        if pool.stack is Stack.SPLIT and pool.tuning.cpu_manager != "static":
            what = "pods would run on the cores that are Slurm's"
            yield Finding(("pools", pool.name, "tuning", "cpu_manager"), what, "cpu_manager: static, or leave it away")


@rule("pools.*.stack", "pools.*.split", "hosts.*.pool", "hosts.*.hardware", "hardware.*.gpus")
def gpus(site: Site) -> Iterator[Finding]:
    """The split's GPUs are the machine's."""
    for pool, split, hardware in _splits(site):
        yield from _adds_up(pool, hardware, "GPUs", [part.gpus for part in _parts(split)], hardware.gpu_count)


@rule("pools.*.stack", "pools.*.split", "hosts.*.pool", "hosts.*.hardware", "hardware.*.memory")
def memory(site: Site) -> Iterator[Finding]:
    """The split's memory is the machine's, with some left for whoever is not given any."""
    for pool, split, hardware in _splits(site):
        given = [part.memory for part in (split.system, split.slurm, split.kubernetes) if part and part.memory]
        total, everyone = sum(given), len(given) == 3  # noqa: PLR2004 - system, slurm, kubernetes
        sums = (
            f"{' + '.join(_mib(part) for part in given)} = {_mib(total)}, {hardware.name} has {_mib(hardware.memory)}"
        )
        if total > hardware.memory:
            yield Finding(_place(pool), f"more memory is given away than {hardware.name} has", sums)
        elif total == hardware.memory and not everyone:
            yield Finding(_place(pool), "no memory is left for the operating system", sums)


@rule(
    *(f"pools.*.{name}" for name in ("stack", "split", "owner", "tuning")),
    *(f"hosts.*.{name}" for name in ("pool", "hardware")),
    *(f"hardware.*.{name}" for name in ("sockets", "cores_per_socket", "memory", "hugepages")),
)
def hugepages(site: Site) -> Iterator[Finding]:
    """Huge pages lie within the memory of whoever has them, and leave it some."""
    for pool in site.pools.values():
        stacks = sorted(set(pool.owners.values())) if pool.stack is Stack.FLEXIBLE else [pool.stack]
        for hardware in _hardware(site, pool):
            for stack in stacks:
                if pool.split or stack is not Stack.SPLIT:
                    yield from _hugepages(pool, hardware, stack)


def _hugepages(pool: Pool, hardware: Hardware, stack: Stack) -> Iterator[Finding]:
    parts = parts_of(hardware, pool, stack)
    owner, pages = owner_of_hugepages(parts), hardware.hugepage_memory
    share = memory_of(hardware, parts)[owner]
    if 0 < share <= pages < hardware.memory:
        given = stack is Stack.SPLIT and parts[owner].memory is not None
        place = (*_place(pool), owner, "memory") if given else ("hardware", hardware.name, "hugepages")
        what = f"huge pages take {_mib(pages)}, and {owner}'s part of {hardware.name} in {pool.name} is {_mib(share)}"
        yield Finding(place, what, f"they lie within it: give {owner} more memory, or the machine fewer pages")


@rule("pools.*.taints")
def taints(site: Site) -> Iterator[Finding]:
    """Kubernetes refuses a taint that is there twice."""
    for pool in site.pools.values():
        marks = [(taint.key, taint.effect) for taint in pool.taints]
        for index, mark in enumerate(marks):
            if mark in marks[:index]:
                what = f"a second taint {mark[0]} of effect {mark[1]}"
                yield Finding(("pools", pool.name, "taints", index), what, "one of a key and effect")


def _splits(site: Site) -> Iterator[tuple[Pool, Split, Hardware]]:
    """Each split pool with each hardware class in it."""
    for pool in site.pools.values():
        if pool.stack is Stack.SPLIT and pool.split:
            for hardware in _hardware(site, pool):
                yield pool, pool.split, hardware


def _hardware(site: Site, pool: Pool) -> Iterator[Hardware]:
    """Each hardware class in a pool, once."""
    for name in dict.fromkeys(site.hosts[host].hardware for host in pool.hosts):
        if name in site.hardware:
            yield site.hardware[name]


def _parts(split: Split) -> list[Slice]:
    return [part for part in (split.system, split.slurm, split.kubernetes) if part]


def _adds_up(pool: Pool, hardware: Hardware, what: str, parts: list[int], whole: int) -> Iterator[Finding]:
    total = sum(parts)
    sums = f"{' + '.join(map(str, parts))} = {total}, {hardware.name} has {whole}"
    if total > whole:
        yield Finding(_place(pool), f"more {what} are given away than {hardware.name} has", sums)
    elif pool.split and pool.split.system and total < whole:
        hint = f"{sums}; give them to someone, or leave system away: it then has the rest"
        yield Finding(_place(pool), f"{whole - total} {what} of {hardware.name} belong to nobody", hint)


def _place(pool: Pool) -> Place:
    return ("pools", pool.name, "split")


def _mib(size: int) -> str:
    return f"{size // MIB}MiB"
