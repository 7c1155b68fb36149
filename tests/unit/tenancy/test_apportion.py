from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinstack.tenancy.apportion import apportion

AMOUNTS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("demands", "stores", "expected"),
    [
        pytest.param(
            {"a": 3, "b": 2},
            {"x": 4, "y": 1},
            {("a", "x"): 2, ("a", "y"): 1, ("b", "x"): 2, ("b", "y"): 0},
            id="whole-units-to-the-largest-remainder",
        ),
        pytest.param({"a": 2}, {"x": 4, "y": 4}, {("a", "x"): 1, ("a", "y"): 1}, id="in-proportion"),
        pytest.param({"a": 6, "b": 2}, {"x": 4}, {("a", "x"): 3, ("b", "x"): 1}, id="too-much-asked"),
        pytest.param({"a": 1}, {"x": 0, "y": 5}, {("a", "x"): 0, ("a", "y"): 1}, id="empty-store"),
        pytest.param({"a": 0}, {"x": 0}, {("a", "x"): 0}, id="nothing"),
        pytest.param({"a": 1}, {}, {}, id="no-store"),
    ],
)
def test_parts(demands: dict[str, int], stores: dict[str, int], expected: dict[tuple[str, str], int]) -> None:
    assert apportion(demands, stores) == expected


@given(
    st.dictionaries(st.sampled_from("abcde"), AMOUNTS, min_size=1),
    st.dictionaries(st.sampled_from("vwxyz"), AMOUNTS, min_size=1),
)
def test_no_store_is_overdrawn_and_all_that_fits_is_given(demands: dict[str, int], stores: dict[str, int]) -> None:
    parts = apportion(demands, stores)
    assert all(part >= 0 for part in parts.values())
    for store, held in stores.items():
        assert sum(parts[tenant, store] for tenant in demands) <= held
    for tenant, demand in demands.items():
        assert sum(parts[tenant, store] for store in stores) <= demand
    assert sum(parts.values()) == min(sum(demands.values()), sum(stores.values()))
