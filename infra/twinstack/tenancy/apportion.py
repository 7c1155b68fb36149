"""Divide whole units between tenants over several stores, such that no store is overdrawn."""

from __future__ import annotations

from collections.abc import Mapping


def apportion(demands: Mapping[str, int], stores: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """Parts by (tenant, store), in proportion to what each store holds.

    Each tenant gets what it demands; when the stores hold less than all demand together, tenants get
    their proportion of it. The parts of a store never add up to more than it holds. What rounding leaves goes to
    the largest remainders, so the result depends on nothing but the arguments.
    """
    whole = max(sum(stores.values()), sum(demands.values()))
    if whole == 0:
        return {(tenant, store): 0 for tenant in demands for store in stores}
    exact = {(tenant, store): demand * held for tenant, demand in demands.items() for store, held in stores.items()}
    parts = {key: product // whole for key, product in exact.items()}
    open_demand = {tenant: demand - sum(parts[tenant, store] for store in stores) for tenant, demand in demands.items()}
    left = {store: held - sum(parts[tenant, store] for tenant in demands) for store, held in stores.items()}
    by_remainder = sorted(parts, key=lambda key: -(exact[key] % whole))
    for at_most in (1, whole):
        for tenant, store in by_remainder:
            more = min(at_most, open_demand[tenant], left[store])
            parts[tenant, store] += more
            open_demand[tenant] -= more
            left[store] -= more
    return parts
