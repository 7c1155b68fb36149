"""Software for users: what can be installed on the site's distribution, by whom and from where."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.defaults import APPTAINER_IN, SOFTWARE_OWNER, UPSTREAM
from twinstack.inventory.model import Site
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.rules.storage import is_system
from twinstack.inventory.wording import did_you_mean


@rule("software.lmod")
def module_root(site: Site) -> Iterator[Finding]:
    """The module tree has a directory of its own."""
    lmod = site.software.lmod
    if lmod and is_system(lmod.root):
        what, hint = (
            f"modules would lie in the system's own {lmod.root}",
            "a directory of its own, such as /opt/modules",
        )
        yield Finding(("software", "lmod", "root"), what, hint)


@rule("software.spack", "artifacts.sources")
def spack_archive(site: Site) -> Iterator[Finding]:
    """What comes from a mirror is known by its checksum."""
    spack = site.software.spack
    if spack and site.artifacts.sources != UPSTREAM and spack.sha256 is None:
        what = f"missing, and spack-{spack.version}.tar.gz comes from {site.artifacts.sources}"
        yield Finding(("software", "spack", "sha256"), what, "what sha256sum says of the release's archive")


@rule("software.spack", "identity.users.*")
def spack_owner(site: Site) -> Iterator[Finding]:
    """Who installs software is somebody."""
    spack = site.software.spack
    if spack and spack.owner not in {SOFTWARE_OWNER, *site.users}:
        hint = did_you_mean(spack.owner, site.users)
        yield Finding(("software", "spack", "owner"), f"there is no user {spack.owner}", hint)


@rule("software.apptainer", "os.distribution")
def apptainer(site: Site) -> Iterator[Finding]:
    """Apptainer is installed where the distribution has it."""
    if site.software.apptainer and site.os.distribution not in APPTAINER_IN:
        what = f"{site.os.distribution} {site.os.release} has no package of Apptainer"
        hint = f"leave it away, or one of {', '.join(APPTAINER_IN)} (EPEL)"
        yield Finding(("software", "apptainer"), what, hint)
