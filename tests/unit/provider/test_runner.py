"""The runner with the real ansible-runner, on playbooks that reach nobody (`connection: local`)."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.provider.fakes import connection
from twinstack.provider.limits import Limits
from twinstack.provider.runner import AnsibleRunner, Event, Outcome, Play, keep_newest, new_folder, passed_on

PLAYBOOK = """
- hosts: base
  gather_facts: false
  connection: local
  tasks:
    - name: Read the secret, which is never an argument
      ansible.builtin.assert:
        that: (lookup('file', twinstack_secrets_path) | from_json)['munge-key'] | length == 4
        quiet: true
    - name: Fail on one
      ansible.builtin.fail: {msg: "{{ greeting }}"}
      when: inventory_hostname == 'cpu2'
- hosts: slow
  gather_facts: false
  connection: local
  tasks:
    - name: Wait
      ansible.builtin.command:
        argv: [python3, -c, "import time; time.sleep(60)", "{{ playbook_dir }}"]
"""
BROKEN = "- hosts: base\n  taskz: []\n"


@pytest.fixture
def playbooks(tmp_path: Path) -> Path:
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "site.yml").write_text(PLAYBOOK)
    (folder / "broken.yml").write_text(BROKEN)
    (folder / "ansible.cfg").write_text(f"[defaults]\ninterpreter_python = {sys.executable}\n")
    return folder


def play(*hosts: str, group: str = "base", playbook: str = "site.yml") -> Play:
    return Play(
        playbook=playbook,
        hosts={host: {"greeting": f"hello {host}"} for host in hosts},
        groups={group: list(hosts)},
        connections={host: connection(host) for host in hosts},
        secrets={"munge-key": "h£sh"},
    )


def test_a_run_tells_each_host_apart_and_keeps_no_secret(
    tmp_path: Path, playbooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "passphrase-of-the-stack")
    seen: list[Event] = []
    runner = AnsibleRunner(tmp_path / "state" / "runs", playbooks, None)
    outcome = asyncio.run(runner.run(play("cpu1", "cpu2"), seen.append))
    failure = outcome.report.failure("cpu2")
    assert failure
    assert failure.told("role") == 'role base: task "Fail on one": hello cpu2'
    assert outcome.report.failure("cpu1") is None
    assert outcome.report.finished
    assert outcome.exit_code == 2
    begun, *told = seen
    assert begun == {"event": "run_begun", "log": str(outcome.folder / "artifacts/ansible/stdout")}
    assert told[0]["event"] == "playbook_on_play_start"
    logged = (outcome.folder / "events.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in logged] == told
    texts = b"".join(path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file())
    assert b"Fail on one" in texts
    assert "h£sh".encode() not in texts
    assert b"passphrase-of-the-stack" not in texts


def test_a_playbook_that_cannot_be_read_is_told_in_ansibles_words(tmp_path: Path, playbooks: Path) -> None:
    runner = AnsibleRunner(tmp_path / "runs", playbooks, None)
    outcome = asyncio.run(runner.run(play("cpu1", playbook="broken.yml"), lambda _event: None))
    assert not outcome.report.finished
    assert outcome.exit_code != 0
    assert "taskz" in outcome.tail


def test_a_host_that_takes_too_long_has_failed(tmp_path: Path, playbooks: Path) -> None:
    runner = AnsibleRunner(tmp_path / "runs", playbooks, None, Limits(task=2))
    outcome = asyncio.run(runner.run(play("cpu1", group="slow"), lambda _event: None))
    failure = outcome.report.failure("cpu1")
    assert failure
    assert "not done after 2 s (access.task_timeout" in failure.told("role")
    assert outcome.report.finished


def test_cancelling_ends_ansible_and_the_run(tmp_path: Path, playbooks: Path) -> None:
    async def story() -> Outcome:
        runner = AnsibleRunner(tmp_path / "runs", playbooks, None)
        task = asyncio.create_task(runner.run(play("cpu1", group="slow"), lambda _event: None))
        await until(lambda: any(line.startswith("python3 -c") for line in below(tmp_path)))
        runner.cancel()
        return await asyncio.wait_for(task, 20)

    outcome = asyncio.run(story())
    assert not outcome.report.finished
    assert outcome.exit_code == 254
    assert below(tmp_path) == []


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.05)


def below(folder: Path) -> list[str]:
    """Command lines of the processes that have to do with a folder."""
    listing = subprocess.run(["ps", "-eww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if str(folder) in line]


def test_hosts_of_a_run_are_reachable_and_in_their_groups() -> None:
    children = play("cpu1").inventory()["all"]["children"]  # type: ignore[index]
    assert children["reachable"]["hosts"] == {"cpu1": {"greeting": "hello cpu1", "ansible_become": False}}
    assert children["base"]["hosts"] == {"cpu1": {}}


def test_only_who_is_not_root_becomes_it() -> None:
    other = replace(play("cpu1"), connections={"cpu1": connection("cpu1", user="debian")})
    assert other.inventory()["all"]["children"]["reachable"]["hosts"]["cpu1"]["ansible_become"]  # type: ignore[index]


def test_only_what_ansible_and_ssh_need_is_passed_on() -> None:
    given = {"HOME": "/root", "SSH_AUTH_SOCK": "/s", "LANG": "C", "PULUMI_ACCESS_TOKEN": "t", "AWS_SECRET_KEY": "k"}
    assert passed_on(given) == {"HOME": "/root", "SSH_AUTH_SOCK": "/s", "LANG": "C"}


def test_runs_of_the_same_second_have_folders_of_their_own(tmp_path: Path) -> None:
    folders = {new_folder(tmp_path / "runs") for _ in range(3)}
    assert len(folders) == 3
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


def test_only_the_newest_runs_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (number, number))
    keep_newest(tmp_path, 2)
    assert {path.name for path in tmp_path.iterdir()} == {"3", "4"}
