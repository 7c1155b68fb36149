"""How shells find Lmod and the site's modules, for login shells of sh, bash, zsh and csh.

The packages bring a profile for sh and bash that prepends LMOD_SITE_MODULEPATH to MODULEPATH and exports the `module`
function and BASH_ENV to what is started from there, batch jobs among it (Lmod's init/profile). What they lack is added.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from twinstack.rendering.distribution import Distribution

SH = "/etc/profile.d/00-twinstack-modules.sh"
"""Read before the package's own profile, whose name sorts later in both families (lmod.sh, z00_lmod.sh)."""


def core(root: str) -> str:
    """The directory of the modules that need no other one: where a hierarchical tree begins."""
    return f"{root.rstrip('/')}/Core"


def files(names: Distribution, root: str) -> Mapping[str, str]:
    """The texts by their place."""
    if names.family == "redhat":
        return {SH: sh(root), "/etc/profile.d/00-twinstack-modules.csh": csh(root)}
    init = f"source {names.paths['lmod']}/init/cshrc\n"
    return {SH: sh(root), "/etc/csh/login.d/twinstack-modules": csh(root) + init, "/etc/zsh/zprofile": ZSH}


def sh(root: str) -> str:
    """For sh and bash; someone who has set the variable keeps it."""
    path = shlex.quote(core(root))
    return f'if [ -z "${{LMOD_SITE_MODULEPATH:-}}" ]; then\n  export LMOD_SITE_MODULEPATH={path}\nfi\n'


def csh(root: str) -> str:
    """For csh and tcsh."""
    return f"if ( ! $?LMOD_SITE_MODULEPATH ) setenv LMOD_SITE_MODULEPATH {shlex.quote(core(root))}\n"


ZSH = f"""\
# zsh reads no profile.d of its own on this distribution.
emulate sh -c '. {SH}; . /etc/profile.d/lmod.sh'
"""


def spack_module(version: str, root: str) -> str:
    """A module file that puts a release of Spack on the path."""
    release = f"{root.rstrip('/')}/{version}"
    return (
        f"help([[Spack {version}: builds software and its modules.]])\n"
        f'whatis("Name: spack")\nwhatis("Version: {version}")\n'
        f'setenv("SPACK_ROOT", "{release}")\nprepend_path("PATH", "{release}/bin")\n'
    )
