from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "storage.shadowing",
        ("mount: /scratch", "mount: /home"),
        at="mount: /home",
        below="  lustre:",
        says="scratch (/home) and home (/home) shadow each other",
    ),
    case(
        "storage.shadowing",
        ("mount: /scratch", "mount: /home/scratch"),
        at="mount: /home/scratch",
        says="shadow each other",
    ),
    case(
        "storage.shadowing",
        ("mount: /gpfs/work", "mount: /usr"),
        at="mount: /usr",
        says="work would hide the system's own /usr",
    ),
    case(
        "storage.exports",
        ("export: /export/home", "export: /etc"),
        at="export: /etc",
        says="db1 would export the system's own /etc",
    ),
    case(
        "storage.exports",
        ("export: /export/home", "export: /home/export"),
        at="export: /home/export",
        says="/home, where home is mounted, would hide /home/export on db1 (export it from outside /home)",
    ),
    case(
        "storage.class_names",
        ("default: fast", "default: fats"),
        at="default: fats",
        says="there is no storage fats (did you mean fast?)",
    ),
    case(
        "storage.class_names",
        ("capacity: lake", "capacity: scratch"),
        at="capacity:",
        says="scratch cannot be a storage class (known: home, apps, fast, lake, local)",
    ),
    case("storage.default_class", ("    default: fast\n", ""), at="classes:", says="no storage class is the default"),
    case(
        "storage.dataset_sources",
        ("from: home", "from: hom"),
        at="from: hom",
        says="there is no file system hom (did you mean home?)",
    ),
    case(
        "storage.dataset_sources",
        ("path: /home/datasets/images", "path: /homes/images"),
        at="path: /homes",
        says="/homes/images is not on home, which is mounted at /home",
    ),
    case(
        "storage.dataset_projects",
        ("projects: [genomics]", "projects: [genomic]"),
        at="projects: [genomic]",
        says="there is no project genomic (did you mean genomics?)",
    ),
    case(
        "storage.spack", ("root: /apps/spack", "root: /opt/spack"), at="root:", says="/opt/spack is on no shared mount"
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
