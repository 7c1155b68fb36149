"""Kueue: queues that admit jobs when their project's quota allows."""

from __future__ import annotations

from twinstack.components.kueue.chart import chart
from twinstack.components.kueue.ready import READY
from twinstack.components.kueue.resources import resources
from twinstack.components.kueue.rules import problems
from twinstack.components.model import Component

COMPONENT = Component(name="kueue", chart=chart, resources=resources, ready=READY, problems=problems)
