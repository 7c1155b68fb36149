"""Find or build the pinned binaries, and make images, packages and charts of them for hosts without a registry."""

from __future__ import annotations

from twinstack.toolchain.model import ToolchainError
from twinstack.toolchain.supply import binaries, ensure, existing, lacking
from twinstack.toolchain.table import OPERATOR, TOOLS

__all__ = ["OPERATOR", "TOOLS", "ToolchainError", "binaries", "ensure", "existing", "lacking"]
