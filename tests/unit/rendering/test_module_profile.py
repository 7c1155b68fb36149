from __future__ import annotations

import subprocess

import pytest

from twinstack.rendering import module_profile
from twinstack.rendering.distribution import DEBIAN, REDHAT


@pytest.mark.parametrize(("given", "found"), [("", "/apps/modules/Core"), ("/mine", "/mine")])
def test_a_shell_prepends_the_tree_unless_somebody_chose(given: str, found: str) -> None:
    script = f"{module_profile.sh('/apps/modules/')}echo $LMOD_SITE_MODULEPATH"
    environment = {"LMOD_SITE_MODULEPATH": given}
    done = subprocess.run(["sh", "-euc", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{found}\n"


def test_our_profile_is_read_before_the_packages() -> None:
    assert module_profile.SH < "/etc/profile.d/lmod.sh"
    assert module_profile.SH < "/etc/profile.d/z00_lmod.sh"


def test_what_the_package_lacks_is_added() -> None:
    debian, redhat = module_profile.files(DEBIAN, "/opt/modules"), module_profile.files(REDHAT, "/opt/modules")
    assert "source /usr/share/lmod/lmod/init/cshrc\n" in debian["/etc/csh/login.d/twinstack-modules"]
    assert "/etc/zsh/zprofile" in debian
    assert set(redhat) == {module_profile.SH, "/etc/profile.d/00-twinstack-modules.csh"}


def test_a_spack_module_puts_the_release_on_the_path() -> None:
    text = module_profile.spack_module("1.0.2", "/home/software/spack")
    assert 'prepend_path("PATH", "/home/software/spack/1.0.2/bin")' in text
