from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from twinstack.planning.tuning import HostTuning, Pages
from twinstack.rendering import tuning

WANTED = HostTuning(
    governor="performance",
    numa_balancing=False,
    transparent_hugepages="madvise",
    hugepages=(Pages(0, 2 << 20, 512), Pages(1, 1 << 30, 4)),
    quiet_cpus=(2, 3, 4, 7),
    system_cpus=(0, 1),
    sysctl={"vm.swappiness": "1", "net.ipv4.tcp_rmem": "4096 87380 16777216"},
)


def test_huge_pages_come_first_by_node_and_size() -> None:
    assert tuning.tmpfiles(WANTED).splitlines() == [
        "w /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages - - - - 512",
        "w /sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages - - - - 4",
        "w /sys/kernel/mm/transparent_hugepage/enabled - - - - madvise",
        "w /sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor - - - - performance",
    ]


def test_settings_are_sorted() -> None:
    assert tuning.sysctl(WANTED) == (
        "kernel.numa_balancing = 0\nnet.ipv4.tcp_rmem = 4096 87380 16777216\nvm.swappiness = 1\n"
    )
    assert tuning.sysctl(HostTuning()) == tuning.tmpfiles(HostTuning()) == ""


def test_cpus_are_ranges() -> None:
    assert tuning.irqbalance(WANTED) == "IRQBALANCE_BANNED_CPULIST=2-4,7\n"
    assert tuning.user_slice(WANTED) == "[Slice]\nAllowedCPUs=0-1\n"


@pytest.mark.skipif(shutil.which("systemd-tmpfiles") is None, reason="no systemd here")
def test_systemd_writes_what_is_there_and_passes_over_what_is_not(tmp_path: Path) -> None:
    pages = tmp_path / "sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages"
    governors = [tmp_path / f"sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor" for cpu in range(2)]
    for path in (pages, *governors):
        path.parent.mkdir(parents=True)
        path.write_text("0\n")
    config = tmp_path / "etc/tmpfiles.d/a.conf"
    config.parent.mkdir(parents=True)
    config.write_text(tuning.tmpfiles(WANTED))
    subprocess.run(["systemd-tmpfiles", "--create", f"--root={tmp_path}", config], check=True)
    assert [path.read_text().strip() for path in (pages, *governors)] == ["512", "performance", "performance"]
    assert not (tmp_path / "sys/kernel").exists()
