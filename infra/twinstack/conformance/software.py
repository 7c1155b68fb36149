"""Conditions of people's software: a login shell finds the site's modules, the pinned Spack runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.model import Plan
from twinstack.planning.roles import has_users
from twinstack.planning.trees import place_of
from twinstack.rendering.module_profile import core

_ASK = "module --terse avail >/dev/null 2>&1 && echo $MODULEPATH"


def conditions(plan: Plan) -> Iterator[Condition]:
    """Every host where people work is asked for modules, the one that holds Spack for its version."""
    lmod, spack = plan.site.software.lmod, plan.site.software.spack
    for host in plan.with_role("lmod"):
        if lmod and has_users(host.host, host.allocation):
            check = partial(has_modules, core(lmod.root))
            yield Condition("software", host.name, "login shells have the site's modules", check)
    for host in plan.with_role("spack"):
        place = place_of(plan.site, spack.root) if spack else None
        if spack and place and place.on(host.name):
            check = partial(runs, f"{place.path}/{spack.version}/bin/spack", spack.version)
            yield Condition("software", host.name, f"Spack is {spack.version}", check)


def has_modules(directory: str, shell: Shell) -> Verdict:
    """A login shell has the `module` command, and the site's tree is on its path."""
    seen = shell.run("bash", "--login", "-c", _ASK)
    path = seen.stdout.strip()
    return Verdict.of(seen.rc == 0 and directory in path.split(":"), f"MODULEPATH is {path or 'not set'}")


def runs(program: str, version: str, shell: Shell) -> Verdict:
    """Spack tells its version (a clone adds the commit to it)."""
    seen = shell.run(program, "--version")
    told = seen.stdout.strip()
    return Verdict.of(seen.rc == 0 and told.split(" ")[0] == version, told or seen.stderr.strip())
