"""What a platform component is made of, and when it counts as up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from twinstack.manifests import Manifest
from twinstack.planning.model import Plan


@dataclass(frozen=True, slots=True)
class Chart:
    """A pinned Helm chart with its values; `repository` is where upstream publishes it."""

    name: str
    version: str
    repository: str
    namespace: str
    values: Mapping[str, object]

    @property
    def folder(self) -> str:
        """The chart's folder in a mirror that is a directory."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class ChartSource:
    """Where a chart is taken from: a folder (`path`), or a reference with an HTTP repository where that needs one."""

    chart: str
    path: str | None = None
    repository: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A condition that an object must show for its component to count as up.

    `name` has the namespace before it, as `manifests.name_of` gives it.
    """

    kind: str
    name: str
    condition: str = "Available"


@dataclass(frozen=True, slots=True)
class Component:
    """A platform component: what it is made of, what it needs.

    `resources` come before the chart's objects, which need their namespace. `problems` says what in the
    plan keeps the component from working, one sentence each.
    """

    name: str
    chart: Callable[[Plan], Chart] | None
    resources: Callable[[Plan], tuple[Manifest, ...]]
    ready: tuple[Ready, ...]
    problems: Callable[[Plan], tuple[str, ...]]
    needs: tuple[str, ...] = ()

    def on(self, plan: Plan) -> bool:
        """Whether the plan has it switched on."""
        return is_on(plan, self.name)


def is_on(plan: Plan, name: str) -> bool:
    """Whether a component is switched on; on a site without Kubernetes none is."""
    planned = plan.components.get(name)
    return planned is not None and planned.on


def source_of(chart: Chart, mirror: str, inventory: str) -> ChartSource:
    """Where to take a chart from: upstream, or a mirror (directory beside the inventory, https:// or oci://)."""
    if mirror == "upstream":
        return _remote(chart, chart.repository)
    if mirror.startswith(("https://", "http://", "oci://")):
        return _remote(chart, mirror)
    return ChartSource(chart.folder, path=str(PurePosixPath(inventory).parent / mirror))


def _remote(chart: Chart, repository: str) -> ChartSource:
    if repository.startswith("oci://"):
        return ChartSource(f"{repository.rstrip('/')}/{chart.name}")
    return ChartSource(chart.name, repository=repository)
