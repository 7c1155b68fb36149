"""Spack's configuration: of the site's installation (its scope `site`) and of each host (the scope `system`).

Scopes and sections as in Spack's documentation, configuration.rst, packages_yaml.rst, module_file_support.rst and
chain.rst; checked against the schemas of spack/schemas.
"""

from __future__ import annotations

from collections.abc import Mapping

from twinstack.inventory.model import OperatingSystem, Site, Spack
from twinstack.rendering.yaml_text import text

SYSTEM = "/etc/spack"
_SYSTEM_GCC = {"debian 12": "12", "ubuntu 22.04": "11", "ubuntu 24.04": "13"}
"""Major version of the distribution's own GCC; that of all of RHEL 9's family is 11."""


def install_tree(spack: Spack) -> str:
    """Where software is installed: beside the releases of Spack, so that a new one finds what the old one built."""
    return f"{spack.root.rstrip('/')}/opt"


def of_site(site: Site, spack: Spack) -> Mapping[str, str]:
    """The files of the scope `site`, by name."""
    found: dict[str, Mapping[str, object]] = {
        "config.yaml": {"config": {"install_tree": {"root": install_tree(spack)}}},
        # The system scope names this very installation for people's own ones: two colons replace it here.
        "upstreams.yaml": {"upstreams:": {}},
    }
    if site.software.lmod:
        found["modules.yaml"] = modules(site.software.lmod.root, site.os)
    if any(hardware.target for hardware in site.hardware.values()):
        # A login host builds for the targets of other machines, too.
        found["concretizer.yaml"] = {"concretizer": {"targets": {"host_compatible": False}}}
    return {name: text(document) for name, document in found.items()}


def modules(root: str, system: OperatingSystem) -> Mapping[str, object]:
    """Lmod modules in the site's tree: what the distribution's compiler built is in its core, MPI opens a branch."""
    gcc = _SYSTEM_GCC.get(f"{system.distribution} {system.release}", "11")
    lmod = {"core_compilers": [f"gcc@{gcc}"], "hierarchy": ["mpi"], "exclude_implicits": True}
    enabled = {"enable": ["lmod"], "arch_folder": False, "roots": {"lmod": root}, "lmod": lmod}
    return {"modules": {"default": enabled}}


def of_host(spack: Spack, target: str | None) -> Mapping[str, str]:
    """The files of the scope `system` on hosts of one target, by name."""
    found: dict[str, Mapping[str, object]] = {
        "upstreams.yaml": {"upstreams": {"site": {"install_tree": install_tree(spack)}}}
    }
    if target:
        found["packages.yaml"] = {"packages": {"all": {"prefer": [f"target={target}"]}}}
    return {name: text(document) for name, document in found.items()}
