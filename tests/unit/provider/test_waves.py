from __future__ import annotations

from dataclasses import dataclass

from twinstack.provider.waves import waves


@dataclass(frozen=True)
class Change:
    name: str
    pool: str = "batch"
    max_unavailable: int = 2
    disturbs: tuple[str, ...] = ("slurm-compute",)


def names(changes: list[Change]) -> list[list[str]]:
    return [[change.name for change in wave] for wave in waves(changes)]


def test_a_wave_disturbs_no_more_hosts_of_a_pool_than_allowed() -> None:
    assert names([Change(f"c{n}") for n in range(5)]) == [["c0", "c1"], ["c2", "c3"], ["c4"]]


def test_pools_are_counted_apart() -> None:
    changes = [Change("a", max_unavailable=1), Change("b", max_unavailable=1), Change("k", "services", 1)]
    assert names(changes) == [["a", "k"], ["b"]]


def test_what_disturbs_nobody_goes_first() -> None:
    changes = [
        Change("a", max_unavailable=1),
        Change("b", max_unavailable=1),
        Change("calm", max_unavailable=1, disturbs=()),
    ]
    assert names(changes) == [["a", "calm"], ["b"]]


def test_a_limit_of_nothing_still_lets_one_through() -> None:
    assert names([Change("a", max_unavailable=0), Change("b", max_unavailable=0)]) == [["a"], ["b"]]


def test_no_changes_are_one_empty_wave() -> None:
    assert names([]) == [[]]
