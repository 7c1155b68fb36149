"""Which packages are installed, asked of dpkg or rpm directly: that takes milliseconds and needs no index."""

from __future__ import annotations

import subprocess
from pathlib import Path

DPKG = Path("/usr/bin/dpkg-query")
FORM = "${db:Status-Abbrev}${Package} ${Version}\n"


def installed_by_dpkg(listing: str) -> dict[str, str]:
    """Versions of the installed packages in dpkg-query's `status package version` lines."""
    rows = [line.split(" ") for line in listing.splitlines()]
    return {name: version for status, name, version in rows if status == "ii"}


def lacks(package: str, versions: dict[str, str]) -> bool:
    """Whether a package, given as `name`, `name=version` or `name=beginning*`, is not installed so."""
    name, _, version = package.partition("=")
    if version.endswith("*"):
        return not versions.get(name, "").startswith(version[:-1])
    return name not in versions or version not in {"", versions[name]}


def versions_by_dpkg(packages: list[str]) -> dict[str, str]:
    """The installed versions of packages."""
    names = [package.partition("=")[0] for package in packages]
    asked = subprocess.run([DPKG, "-W", "-f", FORM, *names], capture_output=True, text=True, check=False)
    return installed_by_dpkg(asked.stdout)


def missing_by_dpkg(packages: list[str]) -> list[str]:
    """Packages that dpkg does not know as installed."""
    versions = versions_by_dpkg(packages)
    return [package for package in packages if lacks(package, versions)]


def missing_by_rpm(packages: list[str]) -> list[str]:
    """Packages that rpm does not know as installed."""
    return [
        package
        for package in packages
        if subprocess.run(["rpm", "-q", package], capture_output=True, check=False).returncode
    ]
