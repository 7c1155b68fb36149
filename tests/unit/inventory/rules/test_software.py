from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "software.module_root",
        ("  lmod: {}", "  lmod:\n    root: /usr"),
        at="root: /usr",
        says="modules would lie in the system's own /usr (a directory of its own, such as /opt/modules)",
    ),
    case(
        "software.spack_archive",
        ("    mirror: /srv/images", "    mirror: /srv/images\n  sources:\n    mirror: /srv/sources"),
        at="spack:",
        says="missing, and spack-1.0.2.tar.gz comes from /srv/sources",
    ),
    case(
        "software.spack_owner",
        ("    root: /apps/spack", "    root: /apps/spack\n    owner: anna"),
        at="owner: anna",
        says="there is no user anna (did you mean ana?)",
    ),
    case(
        "software.apptainer",
        ("  lmod: {}", "  lmod: {}\n  apptainer: {}"),
        at="apptainer:",
        says="ubuntu 24.04 has no package of Apptainer (leave it away, or one of rhel, rocky, alma (EPEL))",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
