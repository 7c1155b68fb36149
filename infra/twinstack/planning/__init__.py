"""Decide what every host will be and who owns each of its parts."""

from __future__ import annotations

from twinstack.planning.planner import plan

__all__ = ["plan"]
