"""The platform components, in one visible list; `needs` orders them."""

from __future__ import annotations

from graphlib import TopologicalSorter

from twinstack.components import kueue, kwok
from twinstack.components.model import Component
from twinstack.planning.model import Plan

COMPONENTS: tuple[Component, ...] = (
    kwok.COMPONENT,
    kueue.COMPONENT,
)


def switched_on(plan: Plan) -> tuple[Component, ...]:
    """The components of a site, each after those that it needs."""
    found = {component.name: component for component in COMPONENTS if component.on(plan)}
    order = TopologicalSorter({name: set(component.needs) & set(found) for name, component in found.items()})
    return tuple(found[name] for name in order.static_order())


def problems(plan: Plan) -> tuple[str, ...]:
    """All that keeps the components of a site from working, each with its component before it."""
    return tuple(
        f"{component.name}: {problem}" for component in switched_on(plan) for problem in component.problems(plan)
    )
