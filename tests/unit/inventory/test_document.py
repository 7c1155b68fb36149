from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.inventory.compose import compose
from twinstack.inventory.problems import Finding, Place

DOCUMENT = compose(
    "name: x\nhosts:\n  - name: n[1-2]\n    rack: r1\n  - {address: 10.0.0.1}\npools:\n  batch:\n    stack: slurm\n",
    Path("lab.yaml"),
)


@pytest.mark.parametrize(
    ("place", "where", "line"),
    [
        ((), "", 1),
        (("name",), "name", 1),
        (("hosts",), "hosts", 2),
        (("hosts", 0), "hosts.n[1-2]", 3),
        (("hosts", 0, "rack"), "hosts.n[1-2].rack", 4),
        (("hosts", 0, "pool"), "hosts.n[1-2].pool", 3),
        (("hosts", 1, "address"), "hosts[1].address", 5),
        (("hosts", 7), "hosts[7]", 2),
        (("pools", "batch", "stack"), "pools.batch.stack", 8),
        (("pools", "batch", "split", "slurm", "cores"), "pools.batch.split.slurm.cores", 7),
        (("pools", "other"), "pools.other", 6),
        (("slurm", "qos"), "slurm.qos", 1),
        (("name", "below"), "name.below", 1),
    ],
)
def test_places(place: Place, where: str, line: int) -> None:
    assert (DOCUMENT.where(place), DOCUMENT.line(place)) == (where, line)


def test_a_hosts_field_is_found_by_the_line_of_its_entry() -> None:
    problem = DOCUMENT.problem(Finding(("hosts", "n2", "rack"), "wrong", "mend it", line=3))
    assert str(problem) == "lab.yaml:4: hosts.n2.rack: wrong (mend it)"


def test_without_a_hint_there_are_no_brackets() -> None:
    assert str(DOCUMENT.problem(Finding(("name",), "wrong"))) == "lab.yaml:1: name: wrong"
