from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from playbooks.plugins.modules import slurm_upgrade
from playbooks.plugins.modules.slurm_upgrade import QUESTIONS, Refused, refusal, release, settle, upstream

SUPPORTED = {
    "23.11": ["22.05", "23.02", "23.11"],
    "24.11": ["23.02", "23.11", "24.05", "24.11"],
}


class Host:
    """A host with these packages and these answers of daemons; any other command is refused."""

    check_mode = False

    def __init__(self, params: Mapping[str, Any], listing: str, answers: Mapping[str, tuple[int, str]]) -> None:
        self.params = params
        self._listing = listing
        self._answers = answers

    def run_command(self, command: Sequence[str]) -> tuple[int, str, str]:
        if command[0] in {"rpm", str(slurm_upgrade.DPKG)}:
            return 1, self._listing, "no packages found matching slurm-smd"
        code, out = self._answers[" ".join(command)]
        return code, out, "" if code == 0 else "Unable to contact"


def host(version: str, listing: str, behind: str = "nothing", **answers: tuple[int, str]) -> Any:
    params = {"version": version, "supported": SUPPORTED[release(version)], "packages": ["slurmd"], "behind": behind}
    return Host(params, listing, {" ".join(QUESTIONS[daemon].command): answer for daemon, answer in answers.items()})


@pytest.mark.parametrize(
    ("version", "found"),
    [("22.05.8-4+deb12u3", (22, 5, 8)), ("24.11.5-320.ohpc.1.1", (24, 11, 5)), ("1:23.11.9-1", (23, 11, 9))],
)
def test_slurms_version_is_found_in_a_packages(version: str, found: tuple[int, ...]) -> None:
    assert upstream(version) == found


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(Refused, match="latest is not a version"):
        upstream("latest")


def test_an_upgrade_within_reach_is_allowed() -> None:
    assert refusal("22.05.8-4+deb12u3", "23.11.9-1", SUPPORTED["23.11"]) == ""


def test_a_jump_that_slurm_does_not_support_is_refused_with_the_steps() -> None:
    said = refusal("22.05.8-4+deb12u3", "24.11.5-1", SUPPORTED["24.11"])
    assert "24.11 cannot take over (it can from 23.02, 23.11, 24.05)" in said
    assert "upgrades.html" in said


@pytest.mark.parametrize("older", ["22.05.8-1", "23.11.8-1"])
def test_no_daemon_goes_back(older: str) -> None:
    assert "going back is not supported" in refusal("23.11.9-1", older, SUPPORTED["23.11"])


def test_another_build_of_the_same_version_is_no_step_back() -> None:
    assert refusal("23.11.9-1+site2", "23.11.9-1", SUPPORTED["23.11"]) == ""


def test_a_new_host_has_nothing_that_could_move() -> None:
    assert settle(host("23.11.9-1", "not-installed \n", behind="controller")) == {"installed": [], "moves": False}


def test_what_is_in_place_asks_no_daemon() -> None:
    found = settle(host("23.11.9-1", "installed 23.11.9-1\ninstalled 23.11.9-1\n", behind="controller"))
    assert found == {"installed": ["23.11.9-1"], "moves": False}


def test_a_half_upgraded_host_moves_on() -> None:
    found = settle(host("23.11.9-1", "installed 23.11.9-1\ninstalled 22.05.8-4\n"))
    assert found == {"installed": ["22.05.8-4", "23.11.9-1"], "moves": True}


def test_no_slurmd_is_newer_than_its_controller() -> None:
    old = (0, "Configuration data as of ...\nSLURM_VERSION           = 22.05.8\n")
    with pytest.raises(Refused, match=r"slurmctld still runs 22\.05\.8"):
        settle(host("23.11.9-1", "installed 22.05.8-4\n", "controller", controller=old))


def test_a_controller_that_does_not_answer_is_waited_for_by_nobody() -> None:
    with pytest.raises(Refused, match="slurmctld must be upgraded before and does not answer: Unable to contact"):
        settle(host("23.11.9-1", "installed 22.05.8-4\n", "controller", controller=(1, "")))


def test_slurmd_follows_its_controller() -> None:
    new = (0, "SLURM_VERSION           = 23.11.9\n")
    assert settle(host("23.11.9-1", "installed 22.05.8-4\n", "controller", controller=new))["moves"]


def test_slurmctld_follows_the_database() -> None:
    old = (0, "SlurmDBD configuration:\nSLURMDBD_VERSION       = 22.05.8\n")
    with pytest.raises(Refused, match=r"slurmdbd still runs 22\.05\.8"):
        settle(host("23.11.9-1", "installed 22.05.8-4\n", "database", database=old))
