"""Charts and manifests of the pinned modules, unmodified, for sites that cannot reach a chart repository."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from twinstack.toolchain.build import module_directory
from twinstack.toolchain.cache import cache_root, digest, publish
from twinstack.toolchain.keys import SOURCES, source_files
from twinstack.toolchain.model import Progress, silent
from twinstack.toolchain.table import KUEUE, KWOK


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that a pinned module carries; its version stands in its own Chart.yaml."""

    pinned_in: str
    module: str
    path: str


@dataclass(frozen=True, slots=True)
class Manifests:
    """A folder of YAML files that a pinned module carries, and where it goes."""

    pinned_in: str
    module: str
    path: str
    target: str


CHARTS = (
    Chart("kueue", "sigs.k8s.io/kueue", "charts/kueue"),
    Chart("kwok", "sigs.k8s.io/kwok", "charts/kwok"),
    Chart("kwok", "sigs.k8s.io/kwok", "charts/stage-fast"),
    Chart("kwok", "sigs.k8s.io/kwok", "charts/metrics-usage"),
)
MANIFESTS = (
    Manifests("kueue", "sigs.k8s.io/kueue", "config/components/crd/bases", f"kueue-{KUEUE}/crd"),
    Manifests("kwok", "sigs.k8s.io/kwok", "kustomize", f"kwok-{KWOK}"),
)


def chart_mirror(progress: Progress = silent) -> Path:
    """Return a directory with one chart a folder, `<name>-<version>/`."""
    folder = cache_root() / "charts" / _key(CHARTS)
    made = publish(folder, _copy_charts, progress)
    progress(f"charts: {len(CHARTS)} {'copied' if made else 'cached'} in {folder}")
    return folder


def module_manifests(progress: Progress = silent) -> Path:
    """Return a directory with `kueue-<version>/crd` and `kwok-<version>/{crd/bases,rbac,stage,...}`."""
    folder = cache_root() / "manifests" / _key(MANIFESTS)
    publish(folder, _copy_manifests, progress)
    return folder


def _key(wanted: Sequence[Chart | Manifests]) -> str:
    modules = sorted({one.pinned_in for one in wanted})
    pins = [path.read_bytes() for module in modules for path in source_files(SOURCES / module)]
    return digest(repr(wanted), *pins)


def _copy_charts(scratch: Path) -> None:
    for chart in CHARTS:
        source = module_directory(SOURCES / chart.pinned_in, chart.module) / chart.path
        facts = yaml.safe_load((source / "Chart.yaml").read_text())
        _copy_tree(source, scratch / f"{facts['name']}-{facts['version']}")


def _copy_manifests(scratch: Path) -> None:
    for one in MANIFESTS:
        _copy_tree(module_directory(SOURCES / one.pinned_in, one.module) / one.path, scratch / one.target)


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    # Go keeps its modules read-only; a cache whose owner cannot remove it would be a nuisance.
    for folder in (target, *filter(Path.is_dir, target.rglob("*"))):
        folder.chmod(0o755)
