from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import VALID, problems_of
from twinstack.inventory.load import load
from twinstack.inventory.model import Slurm

STATE = "  state_location: /home/.slurm\n"


def inventory(*lines: str) -> str:
    assert VALID.count(STATE) == 1
    return VALID.replace(STATE, "".join((STATE, *lines)))


def slurm(folder: Path, *lines: str) -> Slurm:
    (folder / "site.yaml").write_text(inventory(*lines))
    found = load(folder / "site.yaml").slurm
    assert found
    return found


def test_packages_are_the_distributions_unless_named(tmp_path: Path) -> None:
    assert slurm(tmp_path).packages is None
    assert slurm(tmp_path).version == "23.11"


def test_the_release_follows_from_the_packages(tmp_path: Path) -> None:
    found = slurm(tmp_path, "  packages: {version: 24.11.5-1, naming: schedmd}\n")
    assert found.version == "24.11"
    assert found.packages
    assert (found.packages.naming, found.packages.suite, found.packages.key) == ("schedmd", "./", None)


def test_the_key_is_read_from_beside_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "slurm.asc").write_text("-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
    source = "repository: https://packages.example.org/, key: slurm.asc, suite: bookworm, components: [main]"
    found = slurm(tmp_path, f"  packages: {{version: 23.11.9-1, {source}}}\n").packages
    assert found
    assert found.key == "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"
    assert (found.suite, found.components) == ("bookworm", ("main",))


def test_a_key_that_is_not_there_is_told(tmp_path: Path) -> None:
    source = "repository: https://packages.example.org/, key: nowhere.asc"
    found = problems_of(inventory(f"  packages: {{version: 23.11.9-1, {source}}}\n"), tmp_path)
    assert ["nowhere.asc cannot be read" in problem.what for problem in found] == [True]


@pytest.mark.parametrize("version", ["24.11", "latest", "24.11.*", "24.11.5 -1"])
def test_a_version_that_is_not_whole_is_refused(tmp_path: Path, version: str) -> None:
    assert problems_of(inventory(f"  packages: {{version: '{version}'}}\n"), tmp_path)
