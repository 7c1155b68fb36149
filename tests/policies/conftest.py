"""What the tests over the real engine need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.policies.engine import Engine
from twinstack.toolchain import OPERATOR, ToolchainError, existing


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A stack of its own on the real engine."""
    try:
        tools = existing(OPERATOR)
    except ToolchainError as error:
        pytest.skip(str(error))
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return Engine.new(Path(tmp_path_factory.mktemp("policies")), path)
