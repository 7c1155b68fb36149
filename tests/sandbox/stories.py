"""What is told of several sites: they are applied, damaged, looked at."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sandbox.damage import Damage
from tests.sandbox.world import Done, Pairs, World

UP = ("up", "--yes", "--skip-preview", "--non-interactive")


def apply(world: World) -> Pairs:
    """Bring the site to where its inventory says; the roles of hosts of which something was changed."""
    before = world.runs()
    done = world.pulumi(*UP)
    assert done.code == 0, done.output
    return world.changed_since(before)


def refresh(world: World) -> Done:
    """Look at all hosts."""
    done = world.pulumi("refresh", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    return done


def hurt(world: World, cases: Mapping[str, Damage]) -> None:
    """Damage each role on its host."""
    for role, case in cases.items():
        done = world.sandbox("exec", "--host", case.by or case.host, "--", "sh", "-c", case.command)
        assert done.code == 0, f"{role}: {done.output}"


def told(world: World, host: str, role: str) -> list[str]:
    """What the last refresh found of a role, without texts."""
    return [words.partition("\n")[0] for words in world.drift().get((host, role), [])]
