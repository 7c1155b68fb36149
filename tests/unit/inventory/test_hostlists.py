from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from ClusterShell.NodeSet import NodeSet
from hypothesis import given
from hypothesis import strategies as st

from twinstack.inventory.hostlists import LARGEST, doubles, expand, fold, spread


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ctl", ["ctl"]),
        ("n[1-3]", ["n1", "n2", "n3"]),
        ("n[08-11]", ["n08", "n09", "n10", "n11"]),
        ("n[8-10]", ["n8", "n9", "n10"]),
        ("n[1-9/4]", ["n1", "n5", "n9"]),
        ("n[0-1]", ["n0", "n1"]),
        ("a[1-2]b[3-4]", ["a1b3", "a1b4", "a2b3", "a2b4"]),
        ("z,a[2,1]", ["z", "a2", "a1"]),
        ("n[1-2,2]", ["n1", "n2", "n2"]),
        ("@all", ["@all"]),
    ],
)
def test_names_come_in_the_order_in_which_they_are_written(text: str, names: list[str]) -> None:
    assert expand(text) == names


def test_ranges_in_any_octet() -> None:
    addresses = expand("10.10.[16-17].[0-255]")
    first = int(IPv4Address("10.10.16.0"))
    assert addresses == [str(IPv4Address(first + index)) for index in range(512)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("n[1-", "a bracket is not closed"),
        ("n1]", "a bracket closes that was not opened"),
        ("n[1]]", "a bracket closes that was not opened"),
        ("n[[1]]", "brackets do not nest"),
        ("n[]", "nothing inside"),
        ("n[1-2,]", "'' is no range"),
        ("n[a-b]", "'a-b' is no range such as 01-16"),
        ("n[3-1]", "the range 3-1 runs backwards"),
        ("n[1-010]", "leading zeros of different width"),
        ("n[1-3/0]", "is no range"),
        ("a,,b", "a comma with nothing beside it"),
        ("n[0-999999999]", f"1000000000 names; at most {LARGEST}"),
        ("n[0-999][0-999]", f"1000000 names; at most {LARGEST}"),
        pytest.param(",".join(["n[1-99999]"] * 6000), f"at most {LARGEST}", id="many ranges"),
        ("n[1-99999999999999999999]", "is no range"),
    ],
)
def test_what_is_no_host_list_says_why_and_makes_no_giants(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        expand(text)


@given(st.sets(st.integers(0, 9999), min_size=1, max_size=50))
def test_folding_and_expanding_agree_with_clustershell(numbers: set[int]) -> None:
    names = [f"n{number:04d}" for number in sorted(numbers)]
    assert expand(fold(names)) == names == list(NodeSet(fold(names)))


def test_doubles() -> None:
    assert doubles(["b", "a", "b", "c", "a"]) == ["b", "a"]


@pytest.mark.parametrize(
    ("values", "hosts", "found"),
    [(["a"], 3, "aaa"), (["a", "b"], 4, "aabb"), (["a", "b", "c"], 3, "abc")],
)
def test_values_are_zipped_or_spread_in_equal_blocks(values: list[str], hosts: int, found: str) -> None:
    assert "".join(spread(values, hosts)) == found


@pytest.mark.parametrize(
    ("values", "hosts", "arithmetic"), [(3, 4, "4 / 3 leaves 1"), (5, 4, "1 too many"), (8, 4, "4 too many")]
)
def test_what_does_not_divide_shows_the_arithmetic(values: int, hosts: int, arithmetic: str) -> None:
    with pytest.raises(ValueError, match=f"{values} for {hosts} hosts: {arithmetic}"):
        spread(["r"] * values, hosts)
