from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.toolchain import charts
from twinstack.toolchain.charts import CHARTS, chart_mirror, module_manifests
from twinstack.toolchain.table import KUEUE, KWOK


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give read-only module directories, as Go keeps them, and return the list of modules asked for."""
    asked: list[str] = []

    def module_directory(_folder: Path, module: str) -> Path:
        asked.append(module)
        return tmp_path / "modules" / module

    for chart in CHARTS:
        folder = tmp_path / "modules" / chart.module / chart.path
        (folder / "templates").mkdir(parents=True)
        (folder / "Chart.yaml").write_text(f"name: {chart.path.rpartition('/')[2]}\nversion: 1.2.3\n")
        (folder / "templates" / "a.yaml").write_text("kind: A\n")
        (folder / "templates").chmod(0o555)
    for module, path in (
        ("sigs.k8s.io/kueue", "config/components/crd/bases"),
        ("sigs.k8s.io/kwok", "kustomize/crd/bases"),
    ):
        folder = tmp_path / "modules" / module / path
        folder.mkdir(parents=True)
        (folder / "crd.yaml").write_text("kind: CustomResourceDefinition\n")
    monkeypatch.setattr(charts, "module_directory", module_directory)
    return asked


@pytest.mark.usefixtures("asked")
def test_charts_lie_in_folders_of_their_name_and_version() -> None:
    mirror = chart_mirror()
    names = sorted(path.name for path in mirror.iterdir())
    assert names == ["kueue-1.2.3", "kwok-1.2.3", "metrics-usage-1.2.3", "stage-fast-1.2.3"]
    assert (mirror / "kueue-1.2.3" / "templates" / "a.yaml").read_text() == "kind: A\n"


@pytest.mark.usefixtures("asked")
def test_the_owner_can_remove_a_copy() -> None:
    modes = {path.stat().st_mode & 0o777 for path in chart_mirror().rglob("*") if path.is_dir()}
    assert modes == {0o755}


def test_a_second_call_asks_nobody(asked: list[str]) -> None:
    first = chart_mirror()
    asked.clear()
    lines: list[str] = []
    assert chart_mirror(lines.append) == first
    assert asked == []
    assert lines == [f"charts: 4 cached in {first}"]


@pytest.mark.usefixtures("asked")
def test_manifests_of_the_modules() -> None:
    folder = module_manifests()
    assert (folder / f"kueue-{KUEUE}" / "crd" / "crd.yaml").is_file()
    assert (folder / f"kwok-{KWOK}" / "crd" / "bases" / "crd.yaml").is_file()
