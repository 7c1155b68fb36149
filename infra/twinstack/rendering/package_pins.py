"""Pinned packages read back: which name and which version an installer's word for a package stands for."""

from __future__ import annotations

from functools import cache

from twinstack.rendering.distribution import FAMILIES, Distribution
from twinstack.rendering.slurm_packages import NAMES


@cache
def known(family: str) -> frozenset[str]:
    """Every package name that this program gives to hosts of a family."""
    own = next(each for each in FAMILIES.values() if each.family == family)
    tables = (own.packages, *(table for (_, of), table in NAMES.items() if of == family))
    return frozenset(name for table in tables for names in table.values() for name in names)


def unpinned(names: Distribution, package: str) -> tuple[str, str]:
    """The name and the version of a package as the installer takes it; the version is empty where none is pinned.

    An rpm's name has dashes as its pin has (`slurm-slurmd-24.05.3`): the longest known name that it begins with is its.
    """
    if package in known(names.family):
        return package, ""
    beginnings = {names.pin.format(name=name, version=""): name for name in known(names.family)}
    found = max((beginning for beginning in beginnings if package.startswith(beginning)), key=len, default=None)
    return (beginnings[found], package.removeprefix(found)) if found else (package, "")
