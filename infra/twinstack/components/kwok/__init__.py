"""KWOK: Kubernetes nodes for hosts that are only simulated."""

from __future__ import annotations

from twinstack.components.kwok.ready import READY
from twinstack.components.kwok.resources import resources
from twinstack.components.kwok.rules import problems
from twinstack.components.model import Component

COMPONENT = Component(name="kwok", chart=None, resources=resources, ready=READY, problems=problems)
