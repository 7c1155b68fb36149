"""When KWOK counts as up: simulated nodes turn Ready only while this Deployment is available."""

from __future__ import annotations

from twinstack.components.kwok.resources import NAME, NAMESPACE
from twinstack.components.model import Ready

READY = (Ready("Deployment", f"{NAMESPACE}/{NAME}"),)
