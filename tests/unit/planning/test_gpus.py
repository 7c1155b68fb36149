from __future__ import annotations

from typing import Any

import pytest

from tests.unit import sites
from twinstack.inventory.model import Stack
from twinstack.planning import plan


def has_role(stack: Stack | None, settings: dict[str, Any] | None, vendor: str = "nvidia", count: int = 2) -> bool:
    gpus = sites.gpus(count, vendor=vendor) if count else None
    site = sites.site(
        [sites.host("a", "p" if stack else None)],
        [sites.pool("p", stack)] if stack else [],
        hardware=(sites.hardware(gpus=gpus),),
        kubernetes=sites.kubernetes(components={} if settings is None else {"gpu-operator": settings}),
        slurm=sites.slurm("p"),
    )
    return "gpu" in plan(site).hosts["a"].roles


@pytest.mark.parametrize(
    ("stack", "settings", "expected"),
    [
        (Stack.SLURM, None, True),
        (Stack.SLURM, {"driver": "container"}, True),
        (Stack.KUBERNETES, {}, True),
        (Stack.KUBERNETES, {"driver": "preinstalled"}, True),
        (Stack.KUBERNETES, {"driver": "container"}, False),
        (None, None, False),
    ],
)
def test_a_host_has_a_driver_unless_the_operator_brings_it(
    stack: Stack | None,
    settings: dict[str, Any] | None,
    expected: bool,  # noqa: FBT001
) -> None:
    assert has_role(stack, settings) is expected


def test_only_gpus_that_can_be_asked_are() -> None:
    assert has_role(Stack.SLURM, None, vendor="amd")
    assert not has_role(Stack.SLURM, None, vendor="intel")
    assert not has_role(Stack.SLURM, None, count=0)
