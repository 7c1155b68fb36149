"""From nothing to a site that conforms, and what comes after: prints seconds. Needs root and warm tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.world import Done, World

pytestmark = pytest.mark.sandbox


def told(title: str, done: Done) -> None:
    assert done.code == 0, done.output
    print(f"{title}: {done.seconds:.1f} s")


def test_a_sandbox_from_warm_tools(tmp_path: Path) -> None:
    world = World("bench")
    world.sandbox("down")
    try:
        told("from nothing to proven jobs on both stacks", world.sandbox("up"))
        told("conformance", world.conform(tmp_path)[0])
        options = ("--yes", "--skip-preview", "--non-interactive", "--policy-pack", "policies")
        told("an up that changes nothing", world.pulumi("up", *options))
        told(
            "a preview that changes nothing", world.pulumi("preview", "--non-interactive", "--policy-pack", "policies")
        )
    finally:
        told("removal", world.sandbox("down"))
