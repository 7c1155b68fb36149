from __future__ import annotations

from dataclasses import dataclass

from twinstack.provider.waves import CONTROL_PLANE, Waves, shown


@dataclass(frozen=True)
class Change:
    name: str
    pool: str = "batch"
    max_unavailable: int = 2
    disturbs: tuple[str, ...] = ("slurm-compute",)


def hosts(count: int, limit: int = 2) -> list[Change]:
    return [Change(f"c{number}", max_unavailable=limit) for number in range(count)]


def rounds(changes: list[Change], broken: tuple[str, ...] = ()) -> list[list[str]]:
    """The waves when nobody is waited for."""
    waves, found = Waves(changes), list[list[str]]()
    while wave := waves.next():
        found.append([change.name for change in wave])
        for change in wave:
            waves.settle(change, broken=change.name in broken)
    return found


def test_a_wave_disturbs_no_more_hosts_of_a_pool_than_allowed() -> None:
    assert rounds(hosts(5)) == [["c0", "c1"], ["c2", "c3"], ["c4"]]


def test_pools_are_counted_apart() -> None:
    changes = [*hosts(2, 1), Change("k", "services", 1)]
    assert rounds(changes) == [["c0", "k"], ["c1"]]


def test_control_planes_go_one_by_one_and_before_all_others() -> None:
    planes = [Change(f"ctl{n}", "work", 5, (CONTROL_PLANE,)) for n in (1, 2)]
    assert rounds([*hosts(1), *planes]) == [["ctl1"], ["ctl2"], ["c0"]]


def test_a_limit_of_nothing_still_lets_one_through() -> None:
    assert rounds(hosts(2, 0)) == [["c0"], ["c1"]]


def test_who_is_waited_for_keeps_its_place() -> None:
    waves, every = Waves(hosts(4)), hosts(4)
    assert waves.next() == every[:2]
    assert waves.next([every[1]]) == [every[1], every[2]]
    assert waves.next([every[1], every[2]]) == [every[1], every[2]]
    assert waves.next() == [every[3]]


def test_a_broken_host_is_unavailable_and_one_still_goes_on() -> None:
    assert rounds(hosts(6, 3), broken=("c0", "c1", "c3")) == [["c0", "c1", "c2"], ["c3"], ["c4"], ["c5"]]


def test_a_pool_that_only_fails_is_given_up() -> None:
    waves, every = Waves(hosts(5)), hosts(5)
    for change in waves.next():
        waves.settle(change, broken=True)
    assert waves.given_up() == every[2:]
    assert waves.next() == []


def test_one_failure_or_one_success_is_no_reason_to_give_up() -> None:
    waves = Waves(hosts(4, 1))
    waves.settle(waves.next()[0], broken=True)
    assert waves.given_up() == []
    waves.settle(waves.next()[0], broken=False)
    waves.settle(waves.next()[0], broken=True)
    assert waves.given_up() == []


def test_a_preview_counts_waves() -> None:
    assert shown([*hosts(5), Change("ctl1", "", 1, (CONTROL_PLANE,))]) == [
        "pool batch: 5 host(s) disturbed, at most 2 at a time: 3 wave(s)",
        "control planes: 1 host(s) disturbed, at most 1 at a time: 1 wave(s)",
    ]
