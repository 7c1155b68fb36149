"""What a site of 1,000 and of 10,000 hosts costs before anything is contacted: CPU seconds and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.site_file import write_site

SCRIPT = Path(__file__).parent / "pure_layers.py"
SECONDS = 5.0
MIB = 600
LINEAR = 10 * 1.5
"""Ten times the hosts may cost ten times the work, with room for a busy machine."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Any]:
    folder = tmp_path_factory.mktemp("sites")
    return {hosts: measured(write_site(folder / f"{hosts}.yaml", hosts)) for hosts in (1000, 10000)}


def measured(site: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, SCRIPT, site], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"\n{found['hosts']} hosts: {found['seconds']} CPU seconds, {found['peak_mib']} MiB at most")
    return found


def work(found: dict[str, Any]) -> float:
    return sum(found["seconds"][layer] for layer in ("check", "plan", "render"))


def test_ten_thousand_hosts_fit_the_budget(figures: dict[int, Any]) -> None:
    assert figures[10000]["hosts"] > 10000
    assert sum(figures[10000]["seconds"].values()) < SECONDS
    assert figures[10000]["peak_mib"] < MIB


def test_cost_grows_linearly(figures: dict[int, Any]) -> None:
    assert work(figures[10000]) < LINEAR * work(figures[1000])


def test_what_is_rendered_does_not_grow_with_hosts(figures: dict[int, Any]) -> None:
    per_host = {hosts: found["digests"] / found["hosts"] for hosts, found in figures.items()}
    assert per_host[10000] < 1.1 * per_host[1000]
