from __future__ import annotations

from dataclasses import dataclass

from twinstack.provider.waves import CONTROL_PLANE, Out, Waves, no_room, shown, still

BATCH = tuple(f"c{number}" for number in range(10))
DOWN = Out("node down")
MORE = ", more where others are out of service by then"


@dataclass(frozen=True)
class Change:
    name: str
    pool: str = "batch"
    max_unavailable: int = 2
    disturbs: tuple[str, ...] = ("slurm-compute",)
    peers: tuple[str, ...] = BATCH


def hosts(count: int, limit: int = 2) -> list[Change]:
    return [Change(f"c{number}", max_unavailable=limit) for number in range(count)]


def rounds(changes: list[Change], broken: tuple[str, ...] = (), out: dict[str, Out] | None = None) -> list[list[str]]:
    """The waves when nobody is waited for."""
    waves, found = Waves(changes, out), list[list[str]]()
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


def test_who_fails_half_way_uses_the_limit_up_and_one_at_a_time_goes_on() -> None:
    assert rounds(hosts(6, 3), broken=("c0", "c1", "c3")) == [["c0", "c1", "c2"], ["c3"], ["c4"], ["c5"]]


def test_a_pool_that_only_fails_is_given_up_and_one_success_is_enough_to_go_on() -> None:
    assert rounds(hosts(5, 1), broken=BATCH) == [["c0"], ["c1"]]
    assert rounds(hosts(6, 3), broken=BATCH) == [["c0", "c1", "c2"]]
    assert rounds(hosts(4, 1), broken=("c0", "c2", "c3")) == [["c0"], ["c1"], ["c2"], ["c3"]]
    waves = Waves(hosts(3))
    for change in waves.next():
        waves.settle(change, broken=True)
    assert waves.next() == []
    (why,) = waves.left().values()
    assert why.startswith("all hosts of pool batch that were begun with have failed")


def test_who_is_out_already_goes_first_and_uses_the_limit_up_while_it_is() -> None:
    assert rounds(hosts(5), out={"c3": DOWN}) == [["c3", "c0"], ["c1", "c2"], ["c4"]]
    assert rounds(hosts(5), out={"c3": DOWN, "c4": DOWN, "c1": DOWN}) == [["c1", "c3"], ["c4", "c0"], ["c2"]]


def test_a_single_host_that_is_out_is_mended_whatever_the_limit() -> None:
    assert rounds(hosts(1, 1), out={"c0": DOWN}) == [["c0"]]
    assert rounds(hosts(2, 1), out={"c0": DOWN}) == [["c0"], ["c1"]]
    assert rounds(hosts(1, 1), out={"c0": DOWN, "c8": DOWN, "c9": DOWN}) == [["c0"]]


def test_a_drain_by_somebody_else_outlasts_the_change_and_goes_on_counting() -> None:
    drained = Out("node drained: bad fan", lasts=True)
    assert rounds(hosts(5, 3), out={"c2": drained}) == [["c2", "c0", "c1"], ["c3", "c4"]]


def test_who_is_out_and_not_of_this_run_leaves_less_room_but_never_none() -> None:
    assert rounds(hosts(3), out={"c9": DOWN}) == [["c0"], ["c1"], ["c2"]]
    assert rounds(hosts(2), out={"c7": DOWN, "c8": DOWN, "c9": DOWN}) == [["c0"], ["c1"]]
    assert rounds(hosts(3, 3), out={"c9": DOWN, "elsewhere": DOWN}) == [["c0", "c1"], ["c2"]]


def test_who_is_out_and_fails_untouched_stays_out_and_goes_alone() -> None:
    waves = Waves(hosts(3, 1), {"c0": DOWN})
    assert [[change.name for change in waves.next()] for _ in range(4)] == [["c0"], ["c1"], ["c2"], []]


def test_who_is_out_and_waited_for_counts_once() -> None:
    waves, every = Waves(hosts(3), {"c1": DOWN}), hosts(3)
    assert waves.next() == [every[1], every[0]]
    assert waves.next([every[1]]) == [every[1], every[2]]


def test_no_control_plane_is_disturbed_while_another_is_out() -> None:
    planes = [Change(f"ctl{n}", "work", 5, (CONTROL_PLANE,), ("ctl1", "ctl2", "ctl3")) for n in (1, 2)]
    assert rounds([*hosts(1), *planes], out={"ctl2": DOWN}) == [["ctl2"], ["ctl1"], ["c0"]]
    assert rounds([*hosts(1), *planes], out={"ctl3": DOWN}) == [["c0"]]
    assert rounds([*hosts(1), *planes], broken=("ctl1",)) == [["ctl1"], ["c0"]]
    waves = Waves(planes, {"ctl3": DOWN})
    assert waves.next() == []
    why = "one control plane may be out of service at a time, and out are ctl3 (node down). Mend them"
    assert all(told.startswith(why) for told in waves.left().values())
    assert set(waves.left()) == {"ctl1", "ctl2"}


def test_a_control_plane_that_fails_counts_in_its_pool_too() -> None:
    plane = Change("ctl1", "batch", 2, (CONTROL_PLANE,), ("ctl1", "ctl2"))
    workers = [Change(name, "batch", 2, peers=("ctl1", "c0", "c1")) for name in ("c0", "c1")]
    assert rounds([plane, *workers]) == [["ctl1"], ["c0", "c1"]]
    assert rounds([plane, *workers], broken=("ctl1",)) == [["ctl1"], ["c0"], ["c1"]]


def test_a_message_names_a_few_of_many() -> None:
    why = no_room({f"c{number}": DOWN for number in range(8)})
    assert "c4 (node down), 3 more. Mend them, or take them out of the inventory; " in why


def test_who_was_just_changed_is_out_only_by_somebody_elses_word() -> None:
    drained = Out("node drained: bad fan", lasts=True)
    assert still({"c0": DOWN, "c1": drained, "c2": DOWN}, {"c0", "c1"}) == {"c1": drained, "c2": DOWN}


def test_a_preview_counts_waves() -> None:
    assert shown([*hosts(5), Change("ctl1", "", 1, (CONTROL_PLANE,))]) == [
        f"pool batch: 5 host(s) disturbed, at most 2 at a time: 3 wave(s){MORE}",
        f"control planes: 1 host(s) disturbed, at most 1 at a time: 1 wave(s){MORE}",
    ]
