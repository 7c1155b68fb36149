"""What all tests share."""

from __future__ import annotations

import pytest

SITES = {
    **dict.fromkeys(("test_dual_stack.py", "test_drift.py", "test_preview.py"), "one"),
    **dict.fromkeys(("test_other_roles.py", "test_slurm_controllers.py"), "pair"),
}
"""Files that tell their stories on the same sandbox, one after the other."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers a file stays with one, and what shares a sandbox, too (`--dist loadgroup`).

    Not so conditions, which are asked side by side, and whose names are those of reports.
    """
    for item in items:
        folder, name = item.path.parent.name, item.path.name
        if folder != "conformance" or name != "test_conditions.py":
            site = SITES.get(name) if folder == "sandbox" else None
            item.add_marker(pytest.mark.xdist_group(f"site {site}" if site else str(item.path)))
