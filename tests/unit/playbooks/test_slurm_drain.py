from __future__ import annotations

from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_drains
from playbooks.plugins.modules import slurm_drain
from playbooks.plugins.modules.slurm_drain import Slurm, drain, expand, holding, lift, parse

CHANGE = "twinstack: change of "
RECORDS = """\
NodeName=cpu1 Arch=x86_64 State=MIXED ThreadsPerCore=1
NodeName=cpu2 State=IDLE ThreadsPerCore=1
NodeName=cpu3 State=IDLE+DRAIN ThreadsPerCore=1 Reason=bad [disk] here [ops@2026-01-01T00:00:00]
NodeName=cpu4 State=ALLOCATED+DRAIN Reason=twinstack: change of munge [root@2026-01-01T00:00:00]
NodeName=cpu5 State=IDLE+DRAIN Reason=twinstack: maintenance [slurm@2026-01-01T00:00:00]
NodeName=cpu6 State=DOWN* Reason=Not responding [slurm@2026-01-01T00:00:00]
"""


class Module:
    """Slurm's commands: notes updates; `queues` are what squeue says, one after the other, the last for good."""

    def __init__(self, *queues: str, check: bool = False, dead: bool = False) -> None:
        self.queues = list(queues) or [""]
        self.check_mode = check
        self.dead = dead
        self.updates: list[str] = []

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        if self.dead:
            return 1, "", "slurm_load_node: Unable to contact slurm controller"
        if command[0] == "squeue":
            return 0, self.queues.pop(0) if len(self.queues) > 1 else self.queues[0], ""
        if "show" in command:
            return 0, RECORDS, ""
        self.updates.append(" ".join(command[2:]))
        return 0, "", ""

    def get_bin_path(self, name: str) -> str:
        return f"/usr/bin/{name}"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinstack_drains, "PAUSE", 0.001)


def nodes(*names: str, timeout: float = 60) -> dict[str, Any]:
    node = {"reason": f"{CHANGE}slurm-compute", "timeout": timeout, "kinds": [CHANGE]}
    return {"nodes": dict.fromkeys(names, node), "members": "", "leaving": None, "window": 300, "grace": 0}


def test_a_node_is_drained_and_its_job_waited_for() -> None:
    module = Module("7|ana|RUNNING|cpu[1-2]\n", "7|ana|COMPLETING|cpu1\n", "")
    turn = drain(Slurm(module), nodes("cpu1", "cpu2") | {"grace": 60})  # type: ignore[arg-type]
    assert turn == (["cpu1", "cpu2"], {}, {})
    assert module.updates == [f"NodeName=cpu1,cpu2 State=DRAIN Reason={CHANGE}slurm-compute"]


def test_free_nodes_do_not_wait_for_busy_ones() -> None:
    turn = drain(Slurm(Module("7|ana|RUNNING|cpu1\n8|bo|SUSPENDED|cpu1\n")), nodes("cpu1", "cpu2"))  # type: ignore[arg-type]
    assert turn == (["cpu2"], {"cpu1": "jobs 7 of ana (running), 8 of bo (suspended)"}, {})


def test_a_node_whose_time_is_over_is_late() -> None:
    turn = drain(Slurm(Module("7|ana|RUNNING|cpu1\n")), nodes("cpu1", timeout=0))  # type: ignore[arg-type]
    assert turn == ([], {}, {"cpu1": "job 7 of ana (running)"})


def test_an_answer_comes_after_the_window_though_nobody_is_free() -> None:
    params = nodes("cpu1") | {"window": 0}
    turn = drain(Slurm(Module("7|ana|RUNNING|cpu1\n")), params)  # type: ignore[arg-type]
    assert turn.waiting == {"cpu1": "job 7 of ana (running)"}


def test_drains_of_others_stay_as_they_are_and_ours_take_the_new_reason() -> None:
    module = Module()
    turn = drain(Slurm(module), nodes("cpu3", "cpu4", "cpu5"))  # type: ignore[arg-type]
    assert turn.free == ["cpu3", "cpu4", "cpu5"]
    assert module.updates == [f"NodeName=cpu4 State=DRAIN Reason={CHANGE}slurm-compute"]


def test_a_node_that_is_away_or_unknown_is_free() -> None:
    module = Module("9|ana|COMPLETING|cpu6\n")
    assert drain(Slurm(module), nodes("cpu6", "cpu99")).free == ["cpu6", "cpu99"]  # type: ignore[arg-type]
    assert module.updates == []


def test_check_mode_says_what_would_be_drained_and_does_not_wait() -> None:
    module = Module("7|ana|RUNNING|cpu1\n", check=True)
    slurm = Slurm(module)  # type: ignore[arg-type]
    assert drain(slurm, nodes("cpu1")).free == ["cpu1"]
    assert slurm.actions == [f"update cpu1 State=DRAIN Reason={CHANGE}slurm-compute"]
    assert module.updates == []


def test_nodes_that_leave_the_cluster_are_drained() -> None:
    module = Module()
    leaving = {"reason": "twinstack: removal", "timeout": 60, "kinds": [CHANGE]}
    params = nodes() | {"members": "cpu[1-3,5-6]", "leaving": leaving}
    assert drain(Slurm(module), params).free == ["cpu4"]  # type: ignore[arg-type]
    assert module.updates == ["NodeName=cpu4 State=DRAIN Reason=twinstack: removal"]


def test_only_drains_of_this_kind_end() -> None:
    module = Module()
    assert lift(Slurm(module), nodes("cpu2", "cpu3", "cpu4", "cpu5", "cpu99")).free == ["cpu4"]  # type: ignore[arg-type]
    assert module.updates == ["NodeName=cpu4 State=UNDRAIN"]


def test_a_controller_that_does_not_answer_is_told_for_each_node() -> None:
    turn = slurm_drain.served(Slurm(Module(dead=True)), nodes("cpu1") | {"state": "present"})  # type: ignore[arg-type]
    assert "Unable to contact" in turn.late["cpu1"]
    leaving = nodes() | {"state": "present", "leaving": {"reason": "r", "timeout": 1, "kinds": []}}
    assert slurm_drain.served(Slurm(Module(dead=True)), leaving) == ([], {}, {})  # type: ignore[arg-type]


def test_reasons_may_hold_anything() -> None:
    assert parse(RECORDS)["cpu3"].reason == "bad [disk] here"
    assert parse(RECORDS)["cpu2"].reason == ""


@pytest.mark.parametrize(
    ("hostlist", "names"),
    [
        ("", []),
        ("cpu1", ["cpu1"]),
        ("cpu[01-03,7],both1", ["cpu01", "cpu02", "cpu03", "cpu7", "both1"]),
        ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
        ("cpu[9-11]", ["cpu9", "cpu10", "cpu11"]),
    ],
)
def test_hostlists_are_read(hostlist: str, names: list[str]) -> None:
    assert list(expand(hostlist)) == names


def test_a_pending_job_holds_nothing() -> None:
    assert holding("7|ana|PENDING|\n") == {}
