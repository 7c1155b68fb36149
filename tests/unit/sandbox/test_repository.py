from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox.command import run
from twinstack.sandbox.repository import index

CONTROL = "Package: {name}\nVersion: 1:2-3\nArchitecture: all\nMaintainer: none\nDescription: a test\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as apt leaves it after a download."""
    folder = tmp_path / "apt"
    (folder / "partial").mkdir(parents=True)
    (folder / "lock").touch()
    for name in ("beta", "alpha"):
        (tmp_path / name / "DEBIAN").mkdir(parents=True)
        (tmp_path / name / "DEBIAN/control").write_text(CONTROL.format(name=name))
        run("dpkg-deb", "--build", str(tmp_path / name), str(folder / f"{name}_1%3a2-3_all.deb"))
    return folder


def test_the_index_describes_every_package(folder: Path) -> None:
    index(folder)
    stanzas = (folder / "Packages").read_text().split("\n\n")
    assert [stanza.splitlines()[0] for stanza in stanzas] == ["Package: alpha", "Package: beta"]
    assert "Filename: ./alpha_1:2-3_all.deb" in stanzas[0]
    assert f"Size: {(folder / 'alpha_1:2-3_all.deb').stat().st_size}" in stanzas[0]


def test_only_packages_and_index_are_left(folder: Path) -> None:
    index(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["Packages", "alpha_1:2-3_all.deb", "beta_1:2-3_all.deb"]


def test_indexing_again_changes_nothing(folder: Path) -> None:
    index(folder)
    before = (folder / "Packages").read_text()
    index(folder)
    assert (folder / "Packages").read_text() == before
