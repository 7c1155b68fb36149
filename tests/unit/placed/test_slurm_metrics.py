from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from twinstack.placed import slurm_metrics
from twinstack.placed.slurm_metrics import figures, main

SINFO = """\
cpu1|batch|idle|0/2/0/2
cpu2|batch|drained*|0/0/2/2
cpu1|long|idle|0/2/0/2
gpu1|ai|mixed#|1/1/0/2
"""
SQUEUE = "batch|RUNNING\nbatch|PENDING\nbatch|PENDING\n"
# sdiag(1) of 22.05.8, shortened.
SDIAG = """\
Server thread count:  3
Agent queue size:     0
DBD Agent queue size: 7

Main schedule statistics (microseconds):
	Last cycle:   120
	Mean cycle:   95
	Last queue length: 0

Backfilling stats
	Last cycle: 999999
"""


def answers(command: str) -> str:
    return {"sinfo": SINFO, "squeue": SQUEUE, "sdiag": SDIAG}[command.split(maxsplit=1)[0]]


def silence(command: str) -> str:
    raise subprocess.CalledProcessError(1, command)


def test_a_node_of_two_partitions_is_one_node() -> None:
    found = list(figures(answers))
    assert 'slurm_nodes{state="idle"} 1' in found
    assert 'slurm_nodes{state="drained"} 1' in found
    assert 'slurm_cpus{state="total"} 6' in found
    assert 'slurm_partition_nodes{partition="long",state="idle"} 1' in found


def test_jobs_are_counted_by_partition_and_state() -> None:
    found = list(figures(answers))
    assert 'slurm_jobs{partition="batch",state="pending"} 2' in found
    assert 'slurm_jobs{partition="batch",state="running"} 1' in found


def test_the_schedulers_figures_are_the_main_schedulers() -> None:
    found = list(figures(answers))
    assert "slurm_scheduler_last_cycle_microseconds 120" in found
    assert "slurm_dbd_agent_queue_size 7" in found


def test_every_family_says_what_it_is_once() -> None:
    found = list(figures(answers))
    kinds = [line.split()[2] for line in found if line.startswith("# TYPE")]
    assert len(kinds) == len(set(kinds))
    assert kinds[0] == "slurm_up"
    assert "slurm_up 1" in found


def test_silence_is_a_figure_too() -> None:
    assert [line for line in figures(silence) if not line.startswith("#")] == ["slurm_up 0"]


def test_the_file_is_replaced_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm_metrics, "run", answers)
    (tmp_path / "slurm.prom").write_text("old")
    main(tmp_path / "slurm.prom")
    assert (tmp_path / "slurm.prom").read_text().startswith("# HELP slurm_up")
    assert [path.name for path in tmp_path.iterdir()] == ["slurm.prom"]
