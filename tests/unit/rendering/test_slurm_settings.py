from __future__ import annotations

from twinstack.rendering.slurm_settings import settled

DERIVED = [[("ClusterName", "a"), ("SlurmctldParameters", "enable_configless")], [("SlurmdTimeout", 300)]]


def test_without_more_nothing_changes() -> None:
    assert settled(DERIVED, {}) == [*DERIVED, []]


def test_a_given_value_takes_the_derived_ones_place_whatever_its_case() -> None:
    assert settled(DERIVED, {"slurmdtimeout": "60"})[1] == [("SlurmdTimeout", "60")]


def test_lists_are_added_to() -> None:
    found = settled(DERIVED, {"SlurmctldParameters": "idle_on_node_suspend"})
    assert found[0][1] == ("SlurmctldParameters", "enable_configless,idle_on_node_suspend")


def test_what_nothing_derives_comes_last_in_slurms_spelling() -> None:
    assert settled(DERIVED, {"maxarraysize": "9"})[-1] == [("MaxArraySize", "9")]
