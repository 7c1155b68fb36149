from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.inventory.build.machines import access, file_of, hardware
from twinstack.inventory.defaults import TIMEOUTS
from twinstack.inventory.model import Timeouts


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("known_hosts", "/stacks/lab/known_hosts"),
        ("../keys/id", "/stacks/keys/id"),
        ("/etc/keys", "/etc/keys"),
        ("~/.ssh/id", "/home/ana/.ssh/id"),
        ("~nobody-of-that-name/id", "/stacks/lab/~nobody-of-that-name/id"),
    ],
)
def test_files_are_relative_to_the_inventory(text: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert file_of(text, Path("/stacks/lab")) == Path(path)


def test_access_without_files_uses_the_operators_own() -> None:
    found = access({"user": "root"}, Path("/x"))
    assert (found.port, found.ssh_key_file, found.host_keys, found.jump) == (22, None, None, None)
    assert not found.accept_new
    assert found.timeouts == TIMEOUTS


def test_trust_and_patience_are_chosen_by_the_site() -> None:
    chosen = {"unknown_hosts": "accept-new", "connect_timeout": 30, "task_timeout": 600, "install_timeout": 60}
    found = access({"user": "root", **chosen}, Path("/x"))
    assert found.accept_new
    assert found.timeouts == Timeouts(connect=30, task=600, install=60)


def test_ranges_of_disks_and_empty_huge_pages() -> None:
    section = {"sockets": 1, "cores_per_socket": 4, "memory": "8GiB", "disks": ["/d[1-2]"], "hugepages": {"2MiB": 0}}
    found = hardware({"x": section})["x"]
    assert found.disks == ("/d1", "/d2")
    assert found.hugepages == {}
    assert (found.threads_per_core, found.numa_per_socket, found.gpus) == (1, 1, None)
