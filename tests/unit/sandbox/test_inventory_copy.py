from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.inventory_copy import fit

TEXT = """\
# a comment
name: sandbox
hardware:
  host: {sockets: 1, cores_per_socket: 2, memory: 2GiB}
  gpu: {sockets: 2, cores_per_socket: 32}
slurm:
  partitions: {batch: {max_time: 01:00:00}}
  scheduling: {preempt_mode: off}
artifacts:
  charts: {mirror: charts}
  images: {mirror: /opt/images}
"""
FACTS = {"host": {"sockets": 2, "cores_per_socket": 8, "threads_per_core": 2, "absent": ["apparmor", "numa"]}}


def fitted(text: str = TEXT, folder: Path = Path("/nowhere")) -> str:
    return fit(text, folder, FACTS)


def test_hardware_says_what_is_true_here() -> None:
    host = yaml.safe_load(fitted())["hardware"]["host"]
    assert host == {**FACTS["host"], "memory": "2GiB"}


def test_hardware_of_simulated_hosts_stays() -> None:
    assert yaml.safe_load(fitted())["hardware"]["gpu"] == {"sockets": 2, "cores_per_socket": 32}


def test_hosts_are_reached_by_the_sandbox_s_keys_even_where_nothing_was_said() -> None:
    access = {"ssh_key_file": "id_ed25519", "host_keys": "known_hosts"}
    assert yaml.safe_load(fitted())["access"] == access
    other = fitted("access: {user: admin, jump: gate, port: 2222}\n" + TEXT)
    assert yaml.safe_load(other)["access"] == {"user": "admin", **access}


def test_what_the_site_says_of_patience_and_trust_stays() -> None:
    site = fitted("access: {user: admin, jump: gate, task_timeout: 60, unknown_hosts: accept-new}\n" + TEXT)
    access = yaml.safe_load(site)["access"]
    assert (access["task_timeout"], access["unknown_hosts"]) == (60, "accept-new")
    assert "jump" not in access


def test_other_values_keep_their_spelling() -> None:
    assert "{preempt_mode: off}" in fitted()
    assert "max_time: 01:00:00" in fitted().replace("'", "")


def test_fitting_twice_changes_nothing() -> None:
    assert fitted(fitted()) == fitted()


def test_artefacts_beside_the_original_are_found_from_the_copy(tmp_path: Path) -> None:
    assert yaml.safe_load(fitted(folder=tmp_path))["artifacts"]["charts"]["mirror"] == "charts"
    (tmp_path / "charts").mkdir()
    artifacts = yaml.safe_load(fitted(folder=tmp_path))["artifacts"]
    assert artifacts == {"charts": {"mirror": str(tmp_path / "charts")}, "images": {"mirror": "/opt/images"}}


@pytest.mark.parametrize("text", ["", "- a\n", "hardware: 3\n", "hardware: {gpu: {}}\n"])
def test_what_is_no_inventory_is_said_to_be_none(text: str) -> None:
    with pytest.raises(SandboxError, match="not a mapping"):
        fitted(text)


def test_scripts_beside_the_original_are_found_from_the_copy(tmp_path: Path) -> None:
    text = TEXT.replace("  scheduling:", "  hooks: {prolog: prolog.sh, epilog: none.sh}\n  scheduling:")
    (tmp_path / "prolog.sh").touch()
    hooks = yaml.safe_load(fitted(text, tmp_path))["slurm"]["hooks"]
    assert hooks == {"prolog": str(tmp_path / "prolog.sh"), "epilog": "none.sh"}
