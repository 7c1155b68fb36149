from __future__ import annotations

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import HERE
from twinstack.rendering import kernel_settings


def test_modules_are_loaded_by_the_kernels_owner_only() -> None:
    assert kernel_settings.modules_text(sites.hardware()) == "overlay\nbr_netfilter\n"
    assert kernel_settings.modules_text(sites.hardware(absent=HERE)) is None


def test_every_setting_belongs_to_the_hosts_own_network() -> None:
    settings = [line.partition("=")[0].strip() for line in kernel_settings.SYSCTL_TEXT.splitlines()]
    assert "net.ipv4.ip_forward" in settings
    assert all(name.startswith("net.") for name in settings)
