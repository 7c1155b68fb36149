"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How long an example takes says more of the machine's load than of the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

SITES = {
    **dict.fromkeys(("test_dual_stack.py", "test_drift.py", "test_preview.py"), "one"),
    **dict.fromkeys(("test_other_roles.py", "test_slurm_controllers.py"), "pair"),
}
"""Files that tell their stories on the same sandbox, one after the other."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers a file stays with one, and what shares a sandbox, too (`--dist loadgroup`)."""
    for item in items:
        site = SITES.get(item.path.name) if item.path.parent.name == "sandbox" else None
        group = f"site {site}" if site else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
