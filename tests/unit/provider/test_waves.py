from __future__ import annotations

from dataclasses import dataclass

from twinstack.provider.waves import waves


@dataclass(frozen=True)
class Change:
    name: str
    pool: str = "batch"
    max_unavailable: int = 2
    in_service: bool = True
    roles: tuple[str, ...] = ("slurm-compute",)


def names(changes: list[Change]) -> list[list[str]]:
    return [[change.name for change in wave] for wave in waves(changes)]


def test_a_wave_disturbs_no_more_hosts_of_a_pool_than_allowed() -> None:
    assert names([Change(f"c{n}") for n in range(5)]) == [["c0", "c1"], ["c2", "c3"], ["c4"]]


def test_pools_are_counted_apart() -> None:
    changes = [Change("a", max_unavailable=1), Change("b", max_unavailable=1), Change("k", "services", 1)]
    assert names(changes) == [["a", "k"], ["b"]]


def test_new_hosts_and_harmless_roles_all_go_first() -> None:
    changes = [
        Change("a", max_unavailable=1),
        Change("b", max_unavailable=1),
        Change("new", max_unavailable=1, in_service=False),
        Change("calm", max_unavailable=1, roles=("base", "node-exporter")),
    ]
    assert names(changes) == [["a", "new", "calm"], ["b"]]


def test_a_limit_of_nothing_still_lets_one_through() -> None:
    assert names([Change("a", max_unavailable=0), Change("b", max_unavailable=0)]) == [["a"], ["b"]]


def test_no_changes_are_one_empty_wave() -> None:
    assert names([]) == [[]]
