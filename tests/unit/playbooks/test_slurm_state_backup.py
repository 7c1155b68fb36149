from __future__ import annotations

import tarfile
from pathlib import Path

from playbooks.plugins.module_utils.twinstack_backups import archive
from playbooks.plugins.modules.slurm_state_backup import members


def test_the_state_is_kept_without_what_is_being_written(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "hash.1" / "job.11").mkdir(parents=True)
    (state / "job_state").write_text("jobs")
    (state / "job_state.new").write_text("job")
    (state / "hash.1" / "job.11" / "script").write_text("#!/bin/sh")
    assert archive(state, members(state), tmp_path / "state.tar.gz") == 2
    with tarfile.open(tmp_path / "state.tar.gz") as made:
        assert sorted(made.getnames()) == ["hash.1/job.11/script", "job_state"]


def test_a_controller_without_state_yet_has_nothing_to_keep(tmp_path: Path) -> None:
    none = tmp_path / "none"
    assert archive(none, members(none), tmp_path / "state.tar.gz") == 0
