from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox.cgroups import Hierarchies, discover


def group(path: Path, *pids: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    (path / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in pids))


def test_one_hierarchy_is_told_by_its_controllers(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu memory\n")
    assert discover(tmp_path) == Hierarchies((tmp_path,), unified=True)


def test_old_hierarchies_are_directories_and_not_their_aliases(tmp_path: Path) -> None:
    group(tmp_path / "cpu,cpuacct")
    group(tmp_path / "memory")
    (tmp_path / "cpu").symlink_to("cpu,cpuacct")
    (tmp_path / "stray").mkdir()
    assert discover(tmp_path) == Hierarchies((tmp_path / "cpu,cpuacct", tmp_path / "memory"), unified=False)


def test_a_machine_without_control_groups_has_no_roots(tmp_path: Path) -> None:
    assert discover(tmp_path).roots == ()


def test_power_and_machine_get_groups_of_their_own_in_each_hierarchy(tmp_path: Path) -> None:
    for name in ("cpu", "memory"):
        group(tmp_path / name)
    groups = discover(tmp_path).create("ts-a-h")
    assert groups.power == (str(tmp_path / "cpu/ts-a-h/power"), str(tmp_path / "memory/ts-a-h/power"))
    assert all(Path(path).is_dir() for path in groups.machine)


def test_old_cpusets_inherit_cpus_at_each_level(tmp_path: Path) -> None:
    root = tmp_path / "cpuset"
    for path in (root, root / "ts-a-h", root / "ts-a-h/power", root / "ts-a-h/machine"):
        group(path)
        for name in ("cpuset.cpus", "cpuset.mems"):
            (path / name).write_text("\n")
    (root / "cpuset.cpus").write_text("0-1\n")
    (root / "cpuset.mems").write_text("0\n")
    discover(tmp_path).create("ts-a-h")
    assert (root / "ts-a-h/machine/cpuset.cpus").read_text() == "0-1\n"
    assert (root / "ts-a-h/power/cpuset.mems").read_text() == "0\n"


def test_one_hierarchy_passes_its_controllers_down(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "ts-a-h"):
        path.mkdir(exist_ok=True)
        (path / "cgroup.controllers").write_text("memory\n")
        (path / "cgroup.subtree_control").write_text("")
    discover(tmp_path).create("ts-a-h")
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+memory"
    assert (tmp_path / "ts-a-h/cgroup.subtree_control").read_text() == "+memory"


def test_members_are_those_of_all_levels_and_hierarchies(tmp_path: Path) -> None:
    for name, pid in (("cpu", 11), ("memory", 12)):
        group(tmp_path / name)
        group(tmp_path / name / "ts-a-h", 10)
        group(tmp_path / name / "ts-a-h/machine/deep", pid)
    assert discover(tmp_path).members("ts-a-h") == {10, 11, 12}
    assert discover(tmp_path).members("ts-a-other") == frozenset()


def test_remove_takes_the_deepest_first_and_forgives_absence(tmp_path: Path) -> None:
    (tmp_path / "ts-a-h/machine/deep/er").mkdir(parents=True)
    hierarchies = Hierarchies((tmp_path,), unified=True)
    hierarchies.remove("ts-a-h")
    hierarchies.remove("ts-a-h")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("prefix", "found"), [("ts-a-", {"ts-a-h1", "ts-a-h2"}), ("ts-b-", set())])
def test_named(tmp_path: Path, prefix: str, found: set[str]) -> None:
    for name in ("cpu/ts-a-h1", "memory/ts-a-h1", "memory/ts-a-h2", "cpu/ts-ab-h1"):
        (tmp_path / name).mkdir(parents=True)
    assert Hierarchies((tmp_path / "cpu", tmp_path / "memory"), unified=False).named(prefix) == found
