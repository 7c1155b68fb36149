"""What the tests over the real engine need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.provider.engine import Engine, new_engine
from twinstack.toolchain import OPERATOR, ToolchainError, existing


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    """Pulumi for the child processes of these tests."""
    try:
        tools = existing(OPERATOR)
    except ToolchainError as error:
        pytest.skip(str(error))
    os.environ["PATH"] = f"{tools}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return new_engine(tmp_path)
