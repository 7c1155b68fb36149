"""One site's Slurm files for each release, as text that people review, and no word in them that the release lacks."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from twinstack.inventory import slurm_parameters
from twinstack.inventory.load import load
from twinstack.inventory.model import Site
from twinstack.planning import plan
from twinstack.rendering import render

HERE = Path(__file__).parent / "slurm"
RELEASES = ("21.08", "22.05", "23.02", "23.11", "24.05", "24.11", "25.05")
REVIEWED = ("22.05", "23.11", "24.11", "25.05")
LINES = ("NodeName", "PartitionName", "DownNodes")


@cache
def site() -> Site:
    return load(HERE / "site.yaml")


@cache
def files(release: str) -> dict[str, str]:
    """The site's Slurm files in a release, by name."""
    if site().slurm is None:
        raise AssertionError
    slurm = replace(site().slurm, version=release)  # type: ignore[type-var]
    artefacts = render(plan(replace(site(), slurm=slurm))).artefacts
    texts = {name.removeprefix("slurm/"): each.text for name, each in artefacts.items() if name.startswith("slurm/")}
    return {name: text for name, text in texts.items() if not name.startswith(("hooks/", "power/", "mariadb"))}


@pytest.mark.parametrize("release", REVIEWED)
def test_each_release_renders_as_reviewed(release: str, request: pytest.FixtureRequest) -> None:
    folder = HERE / release
    if request.config.getoption("--update-golden", default=False):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, text in files(release).items():
            (folder / name).write_text(text, encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == files(release)


def words(text: str) -> list[tuple[str, str]]:
    """Each parameter of a file with the kind of line that it is on."""
    found = []
    for line in text.splitlines():
        key = line.partition("=")[0]
        if not line.startswith("#") and "=" in line:
            found += [(key, word.partition("=")[0]) for word in line.split(" ") if "=" in word] if key in LINES else []
            found += [("", key)] if key not in LINES else []
    return found


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("file", ["slurm.conf", "cgroup.conf", "slurmdbd-db1.conf"])
def test_a_release_knows_every_parameter_that_it_is_given(release: str, file: str) -> None:
    table = "slurmdbd.conf" if file.startswith("slurmdbd") else file
    given = words(files(release)[file])
    assert given
    spans = [(word, slurm_parameters.find(line or table, word)) for line, word in given]
    assert [word for word, span in spans if span is None or not span.holds(release)] == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_knows_every_word_of_gres_conf(release: str) -> None:
    given = {word.partition("=")[0] for word in files(release)["gres.conf"].split()}
    assert given
    assert given <= set(slurm_parameters.known("gres.conf", release))
