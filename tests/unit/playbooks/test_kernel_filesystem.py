from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest

from playbooks.plugins.modules import kernel_filesystem

LISTING = "nodev\tsysfs\nnodev\tnfsd\n\text4\n"


class Ended(Exception):  # noqa: N818
    def __init__(self, failed: bool, **result: Any) -> None:  # noqa: FBT001
        super().__init__(result)
        self.failed, self.result = failed, result


class FakeModule:
    """A host on which modprobe knows the modules in `loadable`."""

    loadable: tuple[str, ...] = ()
    modprobe: str | None = "/sbin/modprobe"

    def __init__(self, **_arguments: Any) -> None:
        self.params = {"filesystem": "nfsd", "module": "nfsd", "what": "export NFS", "hint": "say so"}

    def get_bin_path(self, _name: str, **_options: Any) -> str | None:
        return self.modprobe

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        assert command[:3] == ["/sbin/modprobe", "--dry-run", "--quiet"]
        return int(command[3] not in self.loadable), "", ""

    def exit_json(self, **result: Any) -> NoReturn:
        raise Ended(failed=False, **result)

    def fail_json(self, **result: Any) -> NoReturn:
        raise Ended(failed=True, **result)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def asked(listing: str, **host: Any) -> Ended:
        registered = tmp_path / "filesystems"
        registered.write_text(listing)
        monkeypatch.setattr(kernel_filesystem, "REGISTERED", registered)
        monkeypatch.setattr(kernel_filesystem, "AnsibleModule", type("Host", (FakeModule,), host))
        with pytest.raises(Ended) as ended:
            kernel_filesystem.main()
        return ended.value

    return asked


@pytest.mark.parametrize(("name", "known"), [("nfsd", True), ("ext4", True), ("nfs", False), ("nodev", False)])
def test_names_are_compared_whole(name: str, known: bool) -> None:  # noqa: FBT001
    assert kernel_filesystem.has(LISTING, name) is known


def test_what_the_kernel_runs_with_is_enough(run: Any) -> None:
    assert run(LISTING).result == {"changed": False, "found": "kernel"}


def test_a_module_that_could_be_loaded_is_enough(run: Any) -> None:
    assert run("\text4\n", loadable=("nfsd",)).result == {"changed": False, "found": "module"}


@pytest.mark.parametrize("host", [{}, {"modprobe": None}])
def test_a_kernel_without_it_is_told_with_what_to_change(run: Any, host: dict[str, Any]) -> None:
    ended = run("\text4\n", **host)
    assert ended.failed
    assert "cannot export NFS" in ended.result["msg"]
    assert ended.result["msg"].endswith("; say so")
