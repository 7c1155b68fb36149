"""Kueue's own objects: its namespace, and the flavors that stand for what pools own."""

from __future__ import annotations

from twinstack.components.kueue.chart import NAMESPACE
from twinstack.manifests import Manifest, manifest
from twinstack.planning.model import Plan


def resources(_plan: Plan) -> tuple[Manifest, ...]:
    """What must be there before the chart's objects."""
    return (manifest("v1", "Namespace", NAMESPACE),)
