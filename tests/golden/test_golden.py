"""What whole sites render to, as text that people review: a change of it is a decision."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from twinstack.commands import plan_tables
from twinstack.commands.render import tree
from twinstack.inventory.load import load
from twinstack.planning import plan
from twinstack.rendering import render

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONTRACT = ROOT.parent / "shared" / "contract"
SITES = {
    "sandbox": ROOT / "stacks" / "sandbox" / "site.yaml",
    "lab": CONTRACT / "lab.yaml",
    "aurora": CONTRACT / "site.yaml",
}
FEW = 20
"""Sites of more hosts are shown by what hosts share, not host by host."""
SHOWN = 60


def rendered(inventory: Path) -> dict[str, str]:
    """Every text of a site by its path among the golden files."""
    decided = plan(load(inventory))
    files = tree(render(decided))
    if len(decided.hosts) > FEW:
        files = {name: text for name, text in files.items() if name.startswith("artefacts/")}
    else:
        files |= {f"hosts/{name}/plan.txt": plan_tables.host_text(host) for name, host in decided.hosts.items()}
    return {**files, "plan.txt": plan_tables.text(decided)}


def golden(folder: Path) -> dict[str, str]:
    """The golden files of a site."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in paths}


def rewrite(folder: Path, files: Mapping[str, str]) -> None:
    """Make the golden files what is rendered now."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def difference(name: str, before: str | None, after: str | None) -> list[str]:
    """One file's difference as unified diff."""
    old, new = (before or "").splitlines(), (after or "").splitlines()
    return list(difflib.unified_diff(old, new, f"golden/{name}", f"rendered/{name}", n=1, lineterm=""))


@pytest.mark.parametrize("site", SITES)
def test_a_site_renders_as_reviewed(site: str, request: pytest.FixtureRequest) -> None:
    if not SITES[site].exists():
        pytest.skip(f"{SITES[site].name} is not here")
    found, folder = rendered(SITES[site]), HERE / site
    if request.config.getoption("--update-golden", default=False):
        rewrite(folder, found)
    expected = golden(folder)
    names = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    lines = [line for name in names for line in difference(name, expected.get(name), found.get(name))]
    if names:
        shown = "\n".join([*lines[:SHOWN], *(["..."] if len(lines) > SHOWN else [])])
        pytest.fail(f"{len(names)} files differ; if meant, pytest tests/golden --update-golden\n{shown}", pytrace=False)
