from __future__ import annotations

import os
from pathlib import Path

import pytest

from playbooks.plugins.module_utils.twinstack_backups import keep_newest, named, whole


def test_a_backup_is_for_root_alone_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "backups" / "db-1.sql.gz"
    with whole(path) as target:
        target.write(b"all of it")
        assert not path.exists()
    assert path.read_bytes() == b"all of it"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_half_a_backup_is_none(tmp_path: Path) -> None:
    def interrupted() -> None:
        with whole(tmp_path / "db-1.sql.gz") as target:
            target.write(b"half of")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        interrupted()
    assert [each.name for each in tmp_path.iterdir()] == []


def test_the_name_says_what_of_which_version_and_when(tmp_path: Path) -> None:
    path = named(tmp_path, "slurm_acct_db", "1:22.05.8-4+deb12u3/x", ".sql.gz")
    assert path.name.startswith("slurm_acct_db-1_22.05.8-4+deb12u3_x-2")
    assert path.name.endswith("Z.sql.gz")


def test_only_the_newest_of_a_subject_stay(tmp_path: Path) -> None:
    for age, name in enumerate(["db-c.sql.gz", "db-a.sql.gz", "db-b.sql.gz", "state-x.tar.gz"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    keep_newest(tmp_path, "db", ".sql.gz", 2)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["db-a.sql.gz", "db-c.sql.gz", "state-x.tar.gz"]
