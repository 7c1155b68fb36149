from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.layout import Layout, every_name, home


def test_names_in_the_kernel_tell_sandboxes_apart() -> None:
    short, longer = Layout.of("a", Path("/t")), Layout.of("ab", Path("/t"))
    assert short.of_host("cpu1") == "ts-a-cpu1"
    assert not longer.switch.startswith(short.prefix)


def test_everything_of_a_sandbox_lies_in_its_directory_but_lock_and_settings() -> None:
    layout = Layout.of("one", Path("/t"))
    inside = (layout.record, layout.site, layout.key, layout.passphrase, layout.pulumi, layout.paths("h").upper)
    assert all(path.is_relative_to("/t/sandboxes/one") for path in inside)
    assert not layout.lock.is_relative_to(layout.instance)
    assert not layout.kept_settings.is_relative_to(layout.home / "sandboxes")


@pytest.mark.parametrize("name", ["", "A", "1st", "a-b", "a_b", "../x", "a" * 13])
def test_a_name_that_cannot_be_part_of_others_is_refused(name: str) -> None:
    with pytest.raises(SandboxError, match="cannot name a sandbox"):
        Layout.of(name)


def test_home_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINSTACK_HOME", "/elsewhere")
    assert home() == Path("/elsewhere")
    monkeypatch.setenv("TWINSTACK_HOME", "")
    assert home() == Path("/var/lib/twinstack")


def test_every_name_lists_directories_only(tmp_path: Path) -> None:
    assert every_name(tmp_path) == ()
    (tmp_path / "sandboxes/b").mkdir(parents=True)
    (tmp_path / "sandboxes/a").mkdir()
    (tmp_path / "sandboxes/stray").touch()
    assert every_name(tmp_path) == ("a", "b")
