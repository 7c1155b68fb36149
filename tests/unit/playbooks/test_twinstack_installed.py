from __future__ import annotations

import pytest

from playbooks.plugins.module_utils.twinstack_installed import installed_by_dpkg, lacks

LISTING = "ii bash 5.2.15-2+b2\nrc slurmd 22.05.8-4\nun munge \nii kubeadm 1.35.4-1.1\n"


def test_only_whole_installations_count() -> None:
    assert installed_by_dpkg(LISTING) == {"bash": "5.2.15-2+b2", "kubeadm": "1.35.4-1.1"}


@pytest.mark.parametrize(
    ("package", "missing"),
    [
        ("bash", False),
        ("slurmd", True),
        ("munge", True),
        ("kubeadm=1.35.4-1.1", False),
        ("kubeadm=1.35.5-1.1", True),
        ("kubeadm=1.35.4-*", False),
        ("kubeadm=1.36.0-*", True),
        ("zsh=5.9-*", True),
        ("zsh", True),
    ],
)
def test_a_package_is_missing_when_absent_or_of_another_version(package: str, missing: bool) -> None:  # noqa: FBT001
    assert lacks(package, installed_by_dpkg(LISTING)) is missing
