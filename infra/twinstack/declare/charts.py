"""Render Helm charts without a cluster, so that a preview shows every object of a chart and policies see it."""

from __future__ import annotations

import json
from typing import Any

import pulumi
from pulumi.runtime import invoke
from pulumi_kubernetes import Provider

from twinstack.components.model import Chart, ChartSource, source_of
from twinstack.inventory.model import Site
from twinstack.manifests import Manifest, adopted, section

_HOOK = "helm.sh/hook"
_NO_CLUSTER = json.dumps({"apiVersion": "v1", "kind": "Config", "clusters": [], "contexts": [], "users": []})


class Renderer:
    """Renders charts for a site; its provider has no cluster to ask, so the result depends on the inventory alone."""

    def __init__(self, site: Site, parent: pulumi.Resource | None) -> None:
        self._site = site
        self._provider = Provider("charts", kubeconfig=_NO_CLUSTER, opts=pulumi.ResourceOptions(parent=parent))

    def objects(self, chart: Chart) -> list[Manifest]:
        """A chart's objects in the chart's order; hooks are left out, for nothing here would run them in time.

        Raises:
            pulumi.RunError: the chart cannot be had or rendered.
        """
        source = source_of(chart, self._site.artifacts.charts, str(self._site.path))
        version = self._site.kubernetes.version if self._site.kubernetes else ""
        try:
            found = self._template(options(chart, source, version))
        except Exception as error:  # the engine raises nothing narrower
            place = source.path or source.repository or source.chart
            hint = "artifacts: {charts: {mirror: <directory>}} where there is no network"
            raise pulumi.RunError(f"chart {chart.name} {chart.version} from {place}: {error} ({hint})") from error
        return [adopted(each) for each in found if not _is_hook(each)]

    def _template(self, wanted: dict[str, object]) -> list[Manifest]:
        answer: Any = invoke(
            "kubernetes:helm:template",
            {"jsonOpts": json.dumps(wanted)},
            pulumi.InvokeOptions(provider=self._provider),
        )
        found: list[Manifest] = answer.value["result"]
        return found


def options(chart: Chart, source: ChartSource, kubernetes_version: str) -> dict[str, object]:
    """The provider's own options for rendering a chart."""
    place: dict[str, object] = {"path": source.path} if source.path else {"version": chart.version}
    if source.repository:
        place["fetch_opts"] = {"repo": source.repository}
    return {
        "chart": source.chart,
        "release_name": chart.name,
        "namespace": chart.namespace,
        "kube_version": kubernetes_version,
        "values": dict(chart.values),
        **place,
    }


def _is_hook(found: Manifest) -> bool:
    return _HOOK in section(section(found, "metadata"), "annotations")
