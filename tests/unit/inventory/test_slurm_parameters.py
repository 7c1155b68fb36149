from __future__ import annotations

import pytest

from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.inventory.slurm_parameters import FILES, Span, find, known

LINES = ("NodeName", "PartitionName", "DownNodes", "gres.conf", "topology.conf")


def test_a_parameter_is_found_whatever_its_case() -> None:
    assert find("slurm.conf", "slurmctldhost") == Span("SlurmctldHost")
    assert find("slurm.conf", "Slurmctldhots") is None


@pytest.mark.parametrize(
    ("file", "name", "releases"),
    [
        ("slurm.conf", "PrologTimeout", SLURM_RELEASES[-1:]),
        ("slurm.conf", "CoreSpecPlugin", SLURM_RELEASES[:4]),
        ("cgroup.conf", "CgroupAutomount", SLURM_RELEASES[:3]),
        ("cgroup.conf", "RootOwnedCgroups", ("23.02",)),
        ("NodeName", "Topology", SLURM_RELEASES[-1:]),
    ],
)
def test_releases_know_what_their_parsers_read(file: str, name: str, releases: tuple[str, ...]) -> None:
    assert tuple(release for release in SLURM_RELEASES if name in known(file, release)) == releases


@pytest.mark.parametrize("file", [*FILES, *LINES])
def test_no_name_stands_twice_and_all_are_words(file: str) -> None:
    names = known(file, "22.05")
    assert len({name.lower() for name in names}) == len(names) > 0
    assert all(name.isalpha() for name in names)


def test_spans_are_told_in_words() -> None:
    assert Span("A", "23.02", "23.11").words == "from 23.02 on, up to 23.11"
    assert Span("A", None, "23.11").words == "up to 23.11"
    assert Span("A", "25.05").words == "from 25.05 on"
