from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest

from playbooks.plugins.modules import gpfs_client

HEADER = "mmgetstate::HEADER:version:reserved:reserved:nodeName:nodeNumber:state:quorum:nodesUp:totalNodes:remarks:\n"


def listing(state: str) -> str:
    return f"{HEADER}mmgetstate::0:1:::n1:1:{state}:2:3:3::\n"


class Ended(Exception):  # noqa: N818
    def __init__(self, failed: bool, **result: Any) -> None:  # noqa: FBT001
        super().__init__(result)
        self.failed, self.result = failed, result


class FakeModule:
    """A host whose mmgetstate answers as told."""

    commands = ""
    answer = (0, "", "")

    def __init__(self, **_arguments: Any) -> None:
        self.params = {"commands": self.commands}

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        assert command == [f"{self.commands}/mmgetstate", "-Y"]
        return self.answer

    def exit_json(self, **result: Any) -> NoReturn:
        raise Ended(failed=False, **result)

    def fail_json(self, **result: Any) -> NoReturn:
        raise Ended(failed=True, **result)


def ended(monkeypatch: pytest.MonkeyPatch, commands: Path, answer: tuple[int, str, str]) -> Ended:
    host = type("Host", (FakeModule,), {"commands": str(commands), "answer": answer})
    monkeypatch.setattr(gpfs_client, "AnsibleModule", host)
    with pytest.raises(Ended) as end:
        gpfs_client.main()
    return end.value


def test_an_active_client_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mmgetstate").touch()
    assert ended(monkeypatch, tmp_path, (0, listing("active"), "")).result == {"changed": False, "state": "active"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((0, listing("down"), ""), "(down)"),
        ((0, listing("arbitrating"), ""), "(arbitrating)"),
        ((1, "", "mmgetstate: This node does not belong to a GPFS cluster.\n"), "does not belong"),
        ((1, "", ""), "ended with 1"),
    ],
)
def test_any_other_state_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: tuple[int, str, str], told: str
) -> None:
    (tmp_path / "mmgetstate").touch()
    end = ended(monkeypatch, tmp_path, answer)
    assert end.failed
    assert told in end.result["msg"]


def test_a_host_without_gpfs_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    end = ended(monkeypatch, tmp_path, (0, "", ""))
    assert end.failed
    assert "not installed" in end.result["msg"]
    assert "mmaddnode" in end.result["msg"]
