"""Where Slurm's packages come from, what they are called there, and what keeps them at the planned version.

Names: `debian/control` of SchedMD's slurm-23.11 to master (slurm.schedmd.com/quickstart_admin.html#debuild), its
`slurm.spec` (#rpmbuild), and the package list of OpenHPC 3 (Install guide, appendix "Package Manifest").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from twinstack.inventory.model import Slurm, SlurmPackages
from twinstack.planning.model import HostPlan
from twinstack.rendering import slurm_paths
from twinstack.rendering.distribution import FAMILIES, Distribution

# All packages of a host are to be of one version (upgrades.html: "must be upgraded together instead of piecewise"), so
# what the daemons share is named, too.
_SCHEDMD_DEBIAN = {
    "slurm-controller": ("slurm-smd", "slurm-smd-slurmctld"),
    "slurm-accounting": ("slurm-smd", "slurm-smd-slurmdbd"),
    "slurm-compute": ("slurm-smd", "slurm-smd-slurmd"),
    "slurm-client": ("slurm-smd", "slurm-smd-client"),
    "slurm-sackd": ("slurm-smd", "slurm-smd-sackd"),
    "slurm-rest": ("slurm-smd", "slurm-smd-slurmrestd"),
    "slurm-jwt": ("slurm-smd",),
}
_SCHEDMD_REDHAT = {
    "slurm-controller": ("slurm", "slurm-slurmctld"),
    "slurm-accounting": ("slurm", "slurm-slurmdbd"),
    "slurm-compute": ("slurm", "slurm-slurmd"),
    "slurm-client": ("slurm",),
    "slurm-sackd": ("slurm", "slurm-sackd"),
    "slurm-rest": ("slurm", "slurm-slurmrestd"),
    "slurm-jwt": ("slurm",),
}
_OPENHPC = {word: tuple(f"{name}-ohpc" for name in names) for word, names in _SCHEDMD_REDHAT.items()}

NAMES: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("schedmd", "debian"): _SCHEDMD_DEBIAN,
    ("schedmd", "redhat"): _SCHEDMD_REDHAT,
    ("openhpc", "redhat"): _OPENHPC,
}
"""Packages by our word, for each naming and family of distributions."""

_CORE = ("slurm-accounting", "slurm-controller", "slurm-compute", "slurm-client")
_WORDS_OF = {
    "slurm-accounting": ("slurm-accounting",),
    "slurm-controller": ("slurm-controller", "slurm-client"),
    "slurm-compute": ("slurm-compute", "slurm-client"),
    "slurm-login": ("slurm-client",),
}

# What apt calls all binary packages of one source package (apt_preferences(5), "src:").
_SOURCE = {"distribution": "slurm-wlm", "schedmd": "slurm-smd"}
ACCOUNT = {"name": slurm_paths.USER, "id": int(slurm_paths.UID), "home": "/var/lib/slurm"}


def account(names: Distribution, packages: SlurmPackages | None) -> Mapping[str, object] | None:
    """Slurm's account where no package makes it, or not with the number that all hosts agree on; None: packages do.

    Debian's own make it with this number. SchedMD's make none, nor do EPEL's (Fedora's slurm.spec has no %pre and no
    sysusers file). OpenHPC's give it 202 unless it is there (components/rms/slurm/SPECS/slurm.spec, %pre).
    """
    theirs = names.family == "debian" and (packages is None or packages.naming == "distribution")
    return None if theirs else ACCOUNT


def words(naming: str, names: Distribution) -> Mapping[str, tuple[str, ...]]:
    """Slurm's packages by our word."""
    if naming == "distribution":
        return {word: found for word, found in names.packages.items() if word.startswith("slurm-")}
    return NAMES[naming, names.family]


def of_site(names: Distribution, slurm: Slurm | None) -> Distribution:
    """A distribution in which Slurm's packages are those, and at the version, that the inventory names."""
    if slurm is None or slurm.packages is None:
        return names
    found = {
        word: tuple(names.pin.format(name=name, version=slurm.packages.version) for name in each)
        for word, each in words(slurm.packages.naming, names).items()
    }
    return replace(names, packages={**names.packages, **found})


def of_host(names: Distribution, host: HostPlan) -> tuple[str, ...]:
    """All packages of Slurm's that a host will have: where namings change, those of one daemon oust the others'."""
    return names.install(*dict.fromkeys(word for role in host.roles for word in _WORDS_OF.get(role, ())))


def every_name(family: str) -> tuple[str, ...]:
    """Names under which the daemons and commands may be installed, which are all of one version on a host.

    Not those of further programs: one that another naming left behind would count as one that never moves.
    """
    own = next(each for each in FAMILIES.values() if each.family == family)
    namings = ("distribution", *(naming for naming, of in NAMES if of == family))
    return tuple(sorted({name for naming in namings for word in _CORE for name in words(naming, own)[word]}))


def pin_text(names: Distribution, packages: SlurmPackages) -> str:
    """What holds every package of Slurm at the version, whatever else upgrades the system.

    apt: preferences with a priority above 1,000. dnf: the list of its plugin versionlock.
    """
    if names.family == "debian":
        source = _SOURCE[packages.naming]
        return f"Package: src:{source}\nPin: version {packages.version}\nPin-Priority: 1001\n"
    locked = sorted({name for each in words(packages.naming, names).values() for name in each})
    return "".join(f"{name}-0:{packages.version}.*\n" for name in locked)


def repository_text(names: Distribution, packages: SlurmPackages) -> str:
    """The repository as apt or dnf has it."""
    keyring = names.paths["slurm-keyring"]
    if names.family == "debian":
        trust = f"Signed-By: {keyring}" if packages.key else "Trusted: yes"
        components = f"Components: {' '.join(packages.components)}\n" if packages.components else ""
        return f"Types: deb\nURIs: {packages.repository}\nSuites: {packages.suite}\n{components}{trust}\n"
    checked = f"gpgcheck=1\ngpgkey=file://{keyring}\n" if packages.key else "gpgcheck=0\n"
    return f"[twinstack-slurm]\nname=Slurm\nbaseurl={packages.repository}\nenabled=1\n{checked}"
