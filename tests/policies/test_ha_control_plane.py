from __future__ import annotations

import pytest

from policies.ha_control_plane import judge
from tests.policies.shown import SITE, host


@pytest.mark.parametrize(("planes", "fine"), [(0, True), (1, False), (2, False), (3, True), (5, True)])
def test_three_survive_the_loss_of_one(planes: int, fine: bool) -> None:  # noqa: FBT001
    hosts = [host(f"ctl{number}", "base", "kubernetes-control-plane") for number in range(planes)]
    found = list(judge([*hosts, host("cpu1", "slurm-compute")], SITE))
    assert bool(found) is not fine
    assert all("(ctl0" in violation.text for violation in found)
