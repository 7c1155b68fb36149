from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from tests.unit.inventory.breaking import VALID, broken
from twinstack.inventory import load as loading
from twinstack.inventory.load import load
from twinstack.inventory.model import PolicyChoice, Service, Site, Stack
from twinstack.inventory.problems import InventoryError

REPOSITORY = Path(__file__).resolve().parents[3]
CONTRACT = REPOSITORY.parent / "shared" / "contract"
STACKS = sorted(REPOSITORY.glob("stacks/*/site.yaml"))


def loaded(text: str, folder: Path) -> Site:
    (folder / "site.yaml").write_text(text)
    return load(folder / "site.yaml")


@pytest.mark.parametrize("path", STACKS, ids=lambda path: str(path.parent.name))
def test_stacks_are_accepted(path: Path) -> None:
    assert load(path).hosts


@pytest.mark.parametrize(("name", "hosts"), [("site.yaml", 595), ("lab.yaml", 4)])
def test_the_contract_is_accepted_as_it_is(name: str, hosts: int) -> None:
    if not (CONTRACT / name).exists():
        pytest.skip("the contract's examples are not here")
    assert len(load(CONTRACT / name).hosts) == hosts


def test_there_are_stacks_of_every_size() -> None:
    sizes = {path.parent.name: len(load(path).hosts) for path in STACKS}
    assert sizes["lab"] == 4
    assert sizes["production"] > 1000


def unreadable(file: Path) -> str:
    with pytest.raises(InventoryError) as raised:
        load(file)
    (problem,) = raised.value.problems
    assert problem.file == file
    return f"{problem.line}: {problem.what}"


def test_files_that_are_none(tmp_path: Path) -> None:
    assert unreadable(tmp_path / "none.yaml") == "1: no such file or directory"
    assert unreadable(tmp_path) == "1: is a directory"
    assert "embedded null byte" in unreadable(Path("a\0b"))
    assert unreadable(Path("x" * 5000)) == "1: file name too long"


def test_files_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_bytes(b"name: x\ndomain: caf\xe9\n")
    assert unreadable(file) == "2: not text in UTF-8"
    file.write_bytes("name: x".encode("utf-16"))
    assert unreadable(file) == "1: not text in UTF-8"


def test_files_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LARGEST", 10)
    file = tmp_path / "site.yaml"
    file.write_text("# " + "x" * 10)
    assert "this is no inventory" in unreadable(file)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert loaded(f"\ufeff{VALID}", tmp_path).name == "testbed"


def test_problems_come_by_line_and_once(tmp_path: Path) -> None:
    with pytest.raises(InventoryError) as raised:
        loaded(
            broken(("uid: 20003", "uid: 20001"), ("cidr: 10.2.0.0/16", "cidr: x"), ("count: 4", "count: x")), tmp_path
        )
    lines = [problem.line for problem in raised.value.problems]
    assert lines == sorted(lines)
    assert len(lines) == 3
    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]


def test_everything_is_typed(tmp_path: Path) -> None:
    site = loaded(VALID, tmp_path)
    assert site.networks["fabric"].cidr == IPv4Network("10.2.0.0/16")
    assert site.hardware["large"].hugepages == {1 << 30: 32}
    assert (site.hardware["large"].cores, site.hardware["small"].cpus, site.hardware["large"].gpu_count) == (32, 16, 4)
    assert site.hardware["small"].disks == ("/dev/disk/by-id/data1", "/dev/disk/by-id/data2")
    assert site.hosts["cpu05"].address == IPv4Address("10.1.1.5")
    assert [site.hosts[f"cpu0{number}"].rack for number in (1, 4, 5, 8)] == ["r1", "r1", "r2", "r2"]
    assert [host.name for host in site.by_service[Service.SLURM_CONTROLLER]] == ["ctl1", "ctl2", "ctl3"]
    assert site.pools["swing"].owners == dict.fromkeys(("flex1", "flex2", "flex3"), Stack.SLURM) | {
        "flex4": Stack.KUBERNETES
    }
    assert site.access.host_keys == tmp_path / "known_hosts"
    assert site.artifacts.charts == str(tmp_path / "charts")
    assert site.artifacts.images == "/srv/images"
    assert site.projects["climate"].quota == {"cpu": 100, "memory": 1 << 40, "nvidia.com/gpu": 2}
    assert site.observability.retention == 30 * 86400
    assert site.storage.longhorn is not None
    assert site.policy["project-quota"] == PolicyChoice("off", "quotas are agreed by mail until autumn", "2031-12-31")


def test_what_is_left_out_is_filled_in(tmp_path: Path) -> None:
    site = loaded(VALID, tmp_path)
    assert site.projects["genomics"].qos == ("normal",)
    assert site.projects["genomics"].quota is None
    assert site.projects["genomics"].share == 1
    assert site.slurm is not None
    assert site.slurm.cluster == "testbed"
    assert site.pools["batch"].max_unavailable == "10%"
    assert site.kubernetes is not None
    assert site.kubernetes.networking.kube_proxy
