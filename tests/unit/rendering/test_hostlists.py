from __future__ import annotations

import pytest
from ClusterShell.NodeSet import NodeSet

from twinstack.rendering.hostlists import fold, fold_pairs, ranges


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["cpu1"], "cpu1"),
        (["cpu1", "cpu2", "cpu3"], "cpu[1-3]"),
        (["cpu10", "cpu9", "cpu2"], "cpu[2,9-10]"),
        (["n008", "n009", "n010", "n011"], "n[008-011]"),
        (["n09", "n10", "n11"], "n[09-11]"),
        (["n9", "n10", "n010"], "n[9-10,010]"),
        (["n010", "n9"], "n[9,010]"),
        (["r2", "r0", "r1"], "r[0-2]"),
        (["r1n1", "r1n2", "r2n1"], "r1n[1-2],r2n1"),
        (["head", "login"], "head,login"),
        (["b1", "a2", "a1", "head"], "a[1-2],b1,head"),
        (["a-1", "a-2"], "a-[1-2]"),
        ([], ""),
    ],
)
def test_fold(names: list[str], expected: str) -> None:
    assert fold(names) == expected
    assert NodeSet(expected) == NodeSet.fromlist(names)


def test_pairs_fold_together_and_keep_their_order() -> None:
    pairs = [("cpu1", "10.0.0.8"), ("cpu2", "10.0.0.9"), ("cpu3", "10.0.0.10")]
    assert list(fold_pairs(pairs)) == [("cpu[1-3]", "10.0.0.[8-10]")]


def test_pairs_of_falling_addresses_are_listed_one_by_one() -> None:
    pairs = [("cpu1", "10.0.0.9"), ("cpu2", "10.0.0.8")]
    assert list(fold_pairs(pairs)) == [("cpu[1-2]", "10.0.0.[9,8]")]


def test_a_new_network_or_a_new_prefix_begins_a_new_pair() -> None:
    pairs = [("cpu1", "10.0.0.255"), ("cpu2", "10.0.1.0"), ("gpu3", "10.0.1.1")]
    assert list(fold_pairs(pairs)) == [("cpu1", "10.0.0.255"), ("cpu2", "10.0.1.0"), ("gpu3", "10.0.1.1")]


def test_names_without_a_number_stay_single() -> None:
    pairs = [("head", "10.0.0.1"), ("login", "10.0.0.2")]
    assert list(fold_pairs(pairs)) == [("head", "10.0.0.1"), ("login", "10.0.0.2")]


@pytest.mark.parametrize(
    ("numbers", "expected"), [([], ""), ([3], "3"), ([0, 1, 2, 8], "0-2,8"), ([9, 11, 10, 10], "9-11")]
)
def test_ranges(numbers: list[int], expected: str) -> None:
    assert ranges(numbers) == expected
