from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.action.slurmdbd_check import texts
from playbooks.plugins.modules import slurmdbd_check
from playbooks.plugins.modules.slurmdbd_check import lines_until_ready, objections, rewritten, settle

CONF = "DbdHost=db1\nLogFile=/var/log/x\nStorageHost=localhost\nPurgeJobAfter=24months\nStoragePass=@secret:p@\n"
SEEKS = "slurmdbd: error: mysql_real_connect failed: 2002 Can't connect to local server"
WRONG = 'slurmdbd: fatal: Bad value "24foo" for PurgeJobAfter'


class RefusedError(Exception):
    pass


class FakeModule:
    """A database host with a present text."""

    def __init__(self, directory: Path, new: dict[str, str], *, installed: bool = True) -> None:
        self.params: dict[str, Any] = {"directory": str(directory), "texts": new, "user": "slurm", "deadline": 1}
        self.installed = installed

    def get_bin_path(self, _name: str, opt_dirs: list[str]) -> str | None:
        assert opt_dirs == ["/usr/sbin"]
        return "/usr/sbin/slurmdbd" if self.installed else None

    def fail_json(self, msg: str) -> None:
        raise RefusedError(msg)


def judged(monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[str]:
    """The texts that are judged, with these lines."""
    seen: list[str] = []

    def judge(text: str, _user: str, _deadline: int) -> list[str]:
        seen.append(text)
        return list(lines)

    monkeypatch.setattr(slurmdbd_check, "judge", judge)
    return seen


def test_the_copy_meets_no_database_and_has_no_password() -> None:
    text = rewritten(CONF, Path("/t"))
    assert "StorageHost=127.0.0.1\n" in text
    assert "localhost" not in text
    assert "StoragePass" not in text
    assert "PurgeJobAfter=24months\n" in text


def test_a_daemon_that_seeks_its_database_has_read_everything() -> None:
    assert objections(lines_until_ready([SEEKS + "\n", "never read\n"])) == []
    assert objections([WRONG]) == ['fatal: Bad value "24foo" for PurgeJobAfter']
    assert objections(["[2026-01-02T03:04:05.678] fatal: no"]) == ["fatal: no"]
    assert objections([]) == ["slurmdbd gave up without a reason"]


def test_a_wrong_text_is_refused_in_slurmdbds_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    judged(monkeypatch, WRONG)
    with pytest.raises(RefusedError, match="24foo"):
        settle(FakeModule(tmp_path, {"slurmdbd.conf": CONF}))  # type: ignore[arg-type]


def test_only_news_are_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = judged(monkeypatch, SEEKS)
    (tmp_path / "slurmdbd.conf").write_text(CONF.replace("@secret:p@", "real"))
    assert settle(FakeModule(tmp_path, {"slurmdbd.conf": CONF})) == {"checked": False}  # type: ignore[arg-type]
    assert settle(FakeModule(tmp_path, {})) == {"checked": False}  # type: ignore[arg-type]
    new = CONF.replace("24", "12")
    absent = FakeModule(tmp_path, {"slurmdbd.conf": new}, installed=False)
    assert settle(absent) == {"checked": False}  # type: ignore[arg-type]
    assert settle(FakeModule(tmp_path, {"slurmdbd.conf": new})) == {"checked": True}  # type: ignore[arg-type]
    assert seen == [new]


def test_marks_of_secrets_stay_marks(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(CONF)
    files = [
        {"dest": "/etc/slurm/slurmdbd.conf", "src": str(tmp_path / "a"), "secret": "p"},
        {"dest": "/etc/slurm/jwt_hs256.key", "src": None, "secret": "k"},
        {"dest": "/etc/systemd/x.conf", "src": str(tmp_path / "a")},
    ]
    assert texts(files, "/etc/slurm") == {"slurmdbd.conf": CONF}
