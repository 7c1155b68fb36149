"""Ten times the hosts take about ten times as long: nothing is quadratic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from tests.unit.inventory.breaking import VALID
from twinstack.inventory.load import load

GROWTH = 12


def ranges(hosts: int) -> str:
    addresses = f"10.1.[64-{63 + hosts // 100}].[1-100]"
    return f"  - {{name: 'n[1-{hosts}]', hardware: small, address: '{addresses}', pool: batch}}\n"


def single(hosts: int) -> str:
    rows = ((index, 64 + index // 100, 1 + index % 100) for index in range(hosts))
    return "".join(f"  - {{name: n{n}, hardware: small, address: 10.1.{a}.{b}, pool: batch}}\n" for n, a, b in rows)


def site(hosts: str, folder: Path) -> Path:
    file = folder / "site.yaml"
    file.write_text(VALID.replace("\naccess:", f"{hosts}\naccess:", 1))
    return file


def seconds(file: Path, hosts: int) -> float:
    """The best of several times, in seconds of processor time: other work on the machine does not count."""

    def once() -> float:
        start = process_time()
        assert len(load(file).hosts) == hosts + 23
        return process_time() - start

    return min(once() for _ in range(3))


@pytest.mark.parametrize(("entries", "small"), [(ranges, 1000), (single, 300)])
def test_time_grows_with_the_hosts(entries: Callable[[int], str], small: int, tmp_path: Path) -> None:
    little = seconds(site(entries(small), tmp_path), small)
    large = seconds(site(entries(small * 10), tmp_path), small * 10)
    assert large <= GROWTH * little


def test_ten_thousand_hosts_take_well_under_two_seconds(tmp_path: Path) -> None:
    assert seconds(site(ranges(10_000), tmp_path), 10_000) < 1
