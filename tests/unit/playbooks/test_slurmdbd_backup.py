from __future__ import annotations

import gzip
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.modules import slurmdbd_backup
from playbooks.plugins.modules.slurmdbd_backup import Failed, dump, settle

WHOLE = "CREATE DATABASE slurm_acct_db;\n-- Dump completed on 2026-01-01  0:00:00\n"


class Host:
    """A host whose server answers by the statement's first words; verbs of systemctl are remembered."""

    check_mode = False

    def __init__(self, folder: Path, size: str = "1048576") -> None:
        self.params = {
            "unit": "slurmdbd.service",
            "database": "slurm_acct_db",
            "label": "22.05.8",
            "directory": str(folder / "backups"),
            "keep": 2,
        }
        self.size = size
        self.verbs: list[str] = []

    def run_command(self, command: Sequence[str], data: str = "") -> tuple[int, str, str]:
        if command[0] == "systemctl":
            self.verbs.append(command[1])
            return 0, "", ""
        answers = {
            "SELECT CAST": self.size,
            "SELECT table_name": "test_job_table\nuser_table\ntxn_table",
            "SELECT 'test_job_table'": "test_job_table\t7\nuser_table\t2",
        }
        return 0, next(answer for begin, answer in answers.items() if data.startswith(begin)), ""


def client(folder: Path, monkeypatch: pytest.MonkeyPatch, prints: str, code: int = 0) -> None:
    """A mariadb-dump that prints this."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "mariadb-dump"
    program.write_text(f"#!/bin/sh\ncat <<'E'\n{prints}E\nexit {code}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")


def test_a_whole_dump_is_kept_with_the_daemon_at_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, monkeypatch, WHOLE)
    host: Any = Host(tmp_path)
    found = settle(host)
    assert gzip.decompress(Path(str(found["path"])).read_bytes()).decode() == WHOLE
    assert found["rows"] == {"test_job_table": 7, "user_table": 2}
    assert host.verbs == ["stop"]


@pytest.mark.parametrize(("prints", "code"), [("CREATE TABLE x;\n", 0), (WHOLE, 2), ("", 0)])
def test_a_dump_that_is_not_whole_is_none_and_slurmdbd_serves_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prints: str, code: int
) -> None:
    client(tmp_path, monkeypatch, prints, code)
    host: Any = Host(tmp_path)
    with pytest.raises(Failed, match="before the dump was complete"):
        settle(host)
    assert host.verbs == ["stop", "start"]
    assert [each.name for each in (tmp_path / "backups").iterdir()] == []


def test_a_full_disk_is_told_before_slurmdbd_rests(tmp_path: Path) -> None:
    host: Any = Host(tmp_path, size=str(1 << 60))
    with pytest.raises(Failed, match="too little for a dump"):
        settle(host)
    assert host.verbs == []


def test_old_dumps_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, monkeypatch, WHOLE)
    (tmp_path / "backups").mkdir()
    for age in (1, 2, 3):
        path = tmp_path / "backups" / f"slurm_acct_db-21.08-{age}.sql.gz"
        path.touch()
        os.utime(path, (100 - age, 100 - age))
    host: Any = Host(tmp_path)
    kept = Path(str(settle(host)["path"])).name
    left = {each.name for each in (tmp_path / "backups").iterdir()}
    assert left == {kept, "slurm_acct_db-21.08-1.sql.gz"}


def test_the_end_is_found_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(tmp_path, monkeypatch, "x" * 300 + "\n" + WHOLE)
    monkeypatch.setattr(slurmdbd_backup, "BLOCK", 7)
    dump("slurm_acct_db", io.BytesIO())
