"""Two real controllers that share their state: jobs outlive the first, scripts run, and slurmrestd answers."""

from __future__ import annotations

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.sandbox.world import World

pytestmark = pytest.mark.sandbox

REST = "http://127.0.0.1:6820/slurm/v0.0.38"


@pytest.fixture(scope="module")
def world(pair: World) -> World:
    return pair


def as_ana(world: World, host: str, command: str) -> str:
    return world.on(host, "sh", "-c", f"cd /tmp && timeout 60 su ana -s /bin/sh -c '{command}'").strip()


def eventually(world: World, host: str, command: str, word: str, deadline: float = 60) -> str:
    """Repeat a command until its output has a word in it."""
    attempts = Retrying(
        stop=stop_after_delay(deadline), wait=wait_fixed(1), retry=retry_if_result(lambda seen: word not in seen)
    )
    return str(attempts(lambda: world.on(host, "sh", "-c", f"timeout 20 {command} 2>&1 || true")))


def test_both_controllers_answer(world: World) -> None:
    seen = world.on("ctl2", "scontrol", "ping")
    assert "(primary) at ctl1 is UP" in seen
    assert "(backup) at ctl2 is UP" in seen


def test_scripts_run_where_and_as_whom_they_should(world: World) -> None:
    assert as_ana(world, "ctl1", "srun -A climate -t1 printenv FROM_TASK_PROLOG") == "ana"
    assert "controller 1 slurm" in world.on("ctl1", "cat", "/var/log/slurm/hooks.log")
    assert "prolog 1 root" in world.on("cpu1", "cat", "/var/log/hooks.log")
    assert "epilog 1 root" in eventually(world, "cpu1", "cat /var/log/hooks.log", "epilog")
    assert "refused by job_submit.lua" in as_ana(world, "ctl1", "sbatch --comment=refuse --wrap=true 2>&1 || true")


def test_slurmrestd_answers_those_with_a_token_only(world: World) -> None:
    token = world.on("ctl1", "scontrol", "token", "username=ana").strip().partition("=")[2]
    user, shown = "X-SLURM-USER-NAME: ana", f"X-SLURM-USER-TOKEN: {token}"
    assert '"ping": "UP"' in world.on("ctl1", "curl", "-sS", "-H", user, "-H", shown, f"{REST}/ping")
    refused = world.on("ctl1", "curl", "-sS", "-H", user, "-H", "X-SLURM-USER-TOKEN: x", f"{REST}/nodes")
    assert '"name": "cpu1"' not in refused
    assert "slurmrestd" in world.on("ctl1", "ps", "-o", "user:20", "-C", "slurmrestd")


def test_jobs_outlive_the_first_controller(world: World) -> None:
    job = as_ana(world, "ctl1", 'sbatch --parsable -A climate -t9 --wrap "sleep 300"')
    eventually(world, "ctl1", f"squeue -h -o %T -j {job}", "RUNNING")
    world.on("ctl1", "systemctl", "stop", "slurmctld")
    assert "RUNNING" in eventually(world, "ctl2", f"squeue -h -o %T -j {job}", "RUNNING")
    assert "(primary) at ctl1 is DOWN" in world.on("ctl2", "scontrol", "ping")
    second = as_ana(world, "ctl2", "sbatch --parsable -A climate -t9 --wrap true")
    assert "COMPLETED" in eventually(world, "ctl2", f"scontrol -o show job {second}", "COMPLETED")
    world.on("ctl1", "systemctl", "start", "slurmctld")
    assert "(primary) at ctl1 is UP" in eventually(world, "ctl2", "scontrol ping", "ctl1 is UP")
    assert "RUNNING" in world.on("ctl1", "squeue", "-h", "-o", "%T", "-j", job)
    world.on("ctl1", "scancel", job)


def test_nothing_is_left_to_do(world: World) -> None:
    done = world.pulumi("preview", "--non-interactive", "--expect-no-changes")
    assert done.code == 0, done.output
