"""Roles that stacks/sandbox has nothing for: applied, applied again, damaged, seen and repaired."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.damage import PAIR
from tests.sandbox.stories import apply, hurt, refresh, told
from tests.sandbox.world import Done, Pairs, World, forget

pytestmark = pytest.mark.sandbox

DAMAGED: Pairs = {(case.host, role) for role, case in PAIR.items()}


def test_people_find_modules_and_a_spack_of_the_pinned_release(pair: World) -> None:
    assert "spack/1.0.2" in pair.on("login1", "bash", "-lc", "module --terse avail 2>&1")
    said = "module load spack && command -v spack && cat $SPACK_ROOT/share/stand-in"
    assert pair.on("login1", "su", "-", "ana", "-s", "/bin/bash", "-c", said).endswith("a release of Spack\n")


def test_file_systems_are_where_jobs_look_for_them(pair: World) -> None:
    assert pair.on("cpu1", "stat", "--file-system", "--format=%T", "/scratch/.").strip() == "tmpfs"
    assert "ip-range" in pair.on("cpu1", "cat", "/etc/lnet.conf")


def test_a_job_gets_the_gpus_that_it_asked_for(pair: World) -> None:
    asked = "cd /tmp && timeout 60 srun -A climate -t1 --gres=gpu:h100:1 printenv CUDA_VISIBLE_DEVICES SLURM_STEP_GPUS"
    assert pair.on("ctl1", "su", "ana", "-s", "/bin/sh", "-c", asked).split() == ["0", "0"]


def test_every_role_applied_again_changes_nothing(pair: World, tmp_path: Path) -> None:
    apply(pair)
    forget(pair, tmp_path)
    assert apply(pair) == set()


@pytest.fixture(scope="module")
def found(pair: World) -> Done:
    apply(pair)
    hurt(pair, PAIR)
    return refresh(pair)


@pytest.mark.parametrize("role", PAIR)
def test_damage_to_a_role_is_found_in_words(pair: World, found: Done, role: str) -> None:
    case = PAIR[role]
    assert case.found in told(pair, case.host, role)
    assert f"host {case.host}: role {role}: " in found.output


@pytest.mark.usefixtures("found")
def test_just_that_is_found_and_repaired(pair: World) -> None:
    assert set(pair.drift()) == DAMAGED
    assert pair.previewed() == DAMAGED
    assert apply(pair) == DAMAGED
    refresh(pair)
    assert pair.drift() == {}
