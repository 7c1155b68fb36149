"""Run a site's conditions as pytest tests: `pytest tests/conformance --inventory stacks/lab/site.yaml`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from twinstack.conformance import Condition, conditions
from twinstack.conformance.reach import SshShell, write
from twinstack.inventory.load import load
from twinstack.inventory.model import Site
from twinstack.planning import plan
from twinstack.rendering import render


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--inventory", default=os.environ.get("TWINSTACK_INVENTORY"), help="the site.yaml of a running site"
    )


@pytest.fixture(scope="session")
def site(pytestconfig: pytest.Config) -> Site:
    return load(Path(pytestconfig.getoption("--inventory")))


@pytest.fixture(scope="session")
def shell_to(site: Site) -> Iterator[Callable[[str], SshShell]]:
    # A socket's path is short (unix(7): 108 bytes), so it lives in a short folder of its own.
    with tempfile.TemporaryDirectory(prefix="ts-") as folder:
        config = write(site, Path(folder))
        shells: dict[str, SshShell] = {}
        yield lambda host: shells.setdefault(host, SshShell.to(site, host, config))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "condition" not in metafunc.fixturenames:
        return
    inventory = metafunc.config.getoption("--inventory")
    asked = site_conditions(Path(inventory)) if inventory else ()
    metafunc.parametrize("condition", asked, ids=[condition.title for condition in asked])


def site_conditions(inventory: Path) -> tuple[Condition, ...]:
    decided = plan(load(inventory))
    return conditions(decided, render(decided))
