"""Slurm: scripts can be read, parameters are known to the release, and nobody else sets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.inventory.model import Script, Site, Slurm, Stack
from twinstack.inventory.problems import Finding, Place
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.slurm_parameters import find, known, words_of
from twinstack.inventory.slurm_releases import Trait, has
from twinstack.inventory.wording import did_you_mean

_OWNERS: Mapping[str, str] = {
    "AccountingStorageHost": "services: [slurm-accounting]",
    "AccountingStorageType": "services: [slurm-accounting]",
    "AuthAltParameters": "slurm.rest",
    "AuthAltTypes": "slurm.rest",
    "AuthType": "twinstack, with the stack's munge key",
    "ClusterName": "slurm.cluster",
    "ConstrainCores": "twinstack, which keeps owners of cores apart",
    "ConstrainDevices": "twinstack, which keeps owners of GPUs apart",
    "DbdAddr": "services: [slurm-accounting]",
    "DbdHost": "services: [slurm-accounting]",
    "DbdPort": "twinstack",
    "DownNodes": "hosts: maintenance",
    "Epilog": "slurm.hooks.epilog",
    "EpilogSlurmctld": "slurm.hooks.controller_epilog",
    "GresTypes": "hardware.gpus",
    "HealthCheckInterval": "slurm.health_check.interval",
    "HealthCheckProgram": "slurm.hooks.health_check",
    "JobSubmitPlugins": "slurm.hooks.job_submit",
    "NodeName": "hosts",
    "PartitionName": "slurm.partitions",
    "PreemptMode": "slurm.scheduling.preempt_mode",
    "PreemptType": "slurm.scheduling.preempt_mode",
    "Prolog": "slurm.hooks.prolog",
    "PrologSlurmctld": "slurm.hooks.controller_prolog",
    "RebootProgram": "slurm.reboot",
    "ResumeFailProgram": "slurm.power.resume_fail",
    "ResumeProgram": "slurm.power.resume",
    "ResumeRate": "slurm.power.resume_rate",
    "ResumeTimeout": "slurm.power.resume_timeout",
    "SelectType": "slurm.scheduling.select",
    "SlurmUser": "twinstack",
    "SlurmctldHost": "services: [slurm-controller]",
    "SlurmctldPort": "twinstack",
    "SlurmdSpoolDir": "twinstack",
    "StateSaveLocation": "slurm.state_location",
    "StorageHost": "twinstack",
    "StorageLoc": "twinstack",
    "StoragePass": "the stack secret slurmdbd-password",
    "StorageType": "twinstack",
    "StorageUser": "twinstack",
    "SuspendExcNodes": "slurm.power.pools",
    "SuspendProgram": "slurm.power.suspend",
    "SuspendRate": "slurm.power.suspend_rate",
    "SuspendTime": "slurm.power.idle",
    "SuspendTimeout": "slurm.power.suspend_timeout",
    "TaskEpilog": "slurm.hooks.task_epilog",
    "TaskProlog": "slurm.hooks.task_prolog",
    "TopologyPlugin": "hosts: rack",
}
"""Parameters that follow from something else in the inventory, and from what."""


@rule("slurm.parameters", "slurm.version")
def parameters(site: Site) -> Iterator[Finding]:
    """A parameter is one that the release knows and that nothing else decides."""
    for file, given in site.slurm.parameters.items() if site.slurm else ():
        for name, value in given.items():
            yield from _parameter(file, name, value, site.slurm.version if site.slurm else "")


def _parameter(file: str, name: str, value: str, version: str) -> Iterator[Finding]:
    place, span = ("slurm", "parameters", file, name), find(file, name)
    if span is None:
        yield Finding(place, f"{file} has no parameter {name}", did_you_mean(name, known(file, version)))
    elif not span.holds(version):
        yield Finding(place, f"Slurm {version} does not know {span.name}", span.words)
    elif span.name in _OWNERS:
        yield Finding(place, f"{span.name} is not given here", f"it follows from {_OWNERS[span.name]}")
    else:
        for word in words_of(span.name, value):
            if not word.holds(version):
                yield Finding(place, f"Slurm {version} does not know {span.name}={word.name}", word.words)


@rule("slurm.hooks", "slurm.power")
def scripts(site: Site) -> Iterator[Finding]:
    """Scripts are there, and the kernel can tell what runs them."""
    for place, script in _scripts(site.slurm) if site.slurm else ():
        if not script.text:
            yield Finding(place, f"{script.path} is empty or cannot be read", "a path relative to the inventory")
        elif not script.text.startswith("#!") and place[-1] != "job_submit":
            yield Finding(place, f"{script.path} does not say what runs it", "#!/bin/sh in its first line")


@rule("slurm.hooks.job_submit")
def job_submit(site: Site) -> Iterator[Finding]:
    """The Lua script has both functions: slurmctld ends where one is missing (tried with 22.05.8, 24.11.5, 26.05.5)."""
    script = site.slurm.hooks.get("job_submit") if site.slurm else None
    for name in ("slurm_job_submit", "slurm_job_modify") if script and script.text else ():
        if script and name not in script.text:
            yield Finding(
                ("slurm", "hooks", "job_submit"), f"{script.path} has no function {name}", "slurmctld ends without it"
            )


def _scripts(slurm: Slurm) -> Iterator[tuple[Place, Script]]:
    for event, script in slurm.hooks.items():
        yield ("slurm", "hooks", event), script
    if slurm.power:
        programs = {
            "suspend": slurm.power.suspend,
            "resume": slurm.power.resume,
            "resume_fail": slurm.power.resume_fail,
        }
        for name, program in programs.items():
            if program:
                yield ("slurm", "power", name), program


@rule("slurm.hooks.health_check", "slurm.health_check")
def health_check(site: Site) -> Iterator[Finding]:
    """A health check of the operator's runs at an interval."""
    if site.slurm and "health_check" in site.slurm.hooks and not site.slurm.health_check_interval:
        yield Finding(("slurm", "hooks", "health_check"), "it never runs", "slurm.health_check: {interval: 300s}")


@rule("slurm.power", "pools.*.stack")
def power_pools(site: Site) -> Iterator[Finding]:
    """Only machines that are all Slurm's are switched off."""
    for index, name in enumerate(site.slurm.power.pools if site.slurm and site.slurm.power else ()):
        place, pool = ("slurm", "power", "pools", index), site.pools.get(name)
        if pool is None:
            yield Finding(place, f"there is no pool {name}", did_you_mean(name, site.pools))
        elif pool.stack is not Stack.SLURM:
            yield Finding(place, f"pool {name} is of stack {pool.stack.value}", "pods would go down with its hosts")


@rule("os", "slurm.version", "slurm.scheduling.select", "hardware.*", "hosts.*.hardware")
def abilities(site: Site) -> Iterator[Finding]:
    """The release can do what the inventory asks of it."""
    if site.slurm is None:
        return
    if site.slurm.scheduling.select == "cons_res" and not has(site.slurm.version, Trait.CONS_RES):
        what = f"Slurm {site.slurm.version} has no select/cons_res"
        yield Finding(("slurm", "scheduling", "select"), what, "cons_tres, which does the same and more")
    slurm = {pool.name for pool in site.pools.values() if pool.stack is not Stack.KUBERNETES}
    used = {host.hardware for host in site.hosts.values() if host.pool in slurm}
    modern = [name for name in site.hardware if name in used and "cgroup2" not in site.hardware[name].absent]
    known = site.slurm.version in SLURM_RELEASES
    if known and modern and not has(site.slurm.version, Trait.CGROUP_AUTODETECT):
        what = f"Slurm {site.slurm.version} cannot use version 2 of control groups, which {', '.join(modern)} has"
        hint = "a later slurm.version, or boot with version 1 and say so: absent: [cgroup2]"
        yield Finding(("slurm", "version"), what, hint)
