from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from twinstack.toolchain import binaries, ensure, existing
from twinstack.toolchain.model import ToolchainError
from twinstack.toolchain.supply import Standing, look
from twinstack.toolchain.table import tool_named

Script = Callable[[str, str], Path]

FITTING = 'echo "Client Version: v1.34.1"'


def lines_of(*names: str) -> list[str]:
    lines: list[str] = []
    ensure(names, lines.append)
    return lines


@pytest.mark.usefixtures("go_log")
def test_a_first_run_builds_and_tells_how_long_it_took() -> None:
    lines = lines_of("kubelet", "pause")
    assert lines[0] == "[1/2] kubelet 1.35.4 ... building"
    assert re.fullmatch(r"\[1/2\] kubelet 1\.35\.4 \.\.\. built in \d+ s", lines[1])
    assert lines[2] == "[2/2] pause 3.10.1 ... building"


def test_a_second_run_needs_no_go(go_log: Path, tmp_path: Path) -> None:
    first = ensure(["kubelet", "pause"])
    go_log.write_text("")
    (tmp_path / "bin" / "go").unlink()
    assert lines_of("kubelet", "pause") == ["[1/2] kubelet 1.35.4 ... cached", "[2/2] pause 3.10.1 ... cached"]
    assert ensure(["kubelet", "pause"]) == first == existing(["kubelet", "pause"])
    assert go_log.read_text() == ""


def test_a_fitting_installed_one_is_linked(script: Script) -> None:
    path = script("bin/kubectl", FITTING)
    assert lines_of("kubectl") == [f"[1/1] kubectl 1.35.4 ... found {path}"]
    assert (ensure(["kubectl"]) / "kubectl").readlink() == path


@pytest.mark.usefixtures("go_log")
def test_hosts_get_the_exact_pin_even_if_a_fitting_one_is_installed(script: Script, cache: Path) -> None:
    script("bin/kubectl", FITTING)
    path = binaries(["kubectl"])["kubectl"]
    assert path.is_relative_to(cache / "tools")


@pytest.mark.usefixtures("go_log")
def test_built_ones_have_their_real_path_in_the_view(cache: Path) -> None:
    view = ensure(["kubelet", "pause"])
    assert view.parent == cache / "bin"
    assert sorted(path.name for path in view.iterdir()) == ["kubelet", "pause"]
    assert (view / "kubelet").resolve().parent == view.resolve()


@pytest.mark.usefixtures("go_log")
def test_the_view_is_keyed_by_what_it_links(script: Script) -> None:
    built = ensure(["kubectl"])
    script("bin/kubectl", FITTING)
    found = ensure(["kubectl"])
    assert len({built, found, ensure(["pause"])}) == 3
    assert (built / "kubectl").exists()


def test_go_is_checked_before_anything_is_built(go_log: Path, script: Script) -> None:
    script("bin/go", f"echo called >> {go_log}; echo go1.25.99")
    with pytest.raises(ToolchainError, match=r"1\.26\.0 or newer"):
        ensure(["kubelet", "kueue"])
    assert go_log.read_text() == "called\n"


def test_existing_builds_nothing_and_names_what_is_missing(go_log: Path) -> None:
    with pytest.raises(
        ToolchainError, match="not built yet: kubelet, pause\n  mend: twinstack tools build kubelet pause"
    ):
        existing(["pause", "kubelet"])
    assert go_log.read_text() == ""


@pytest.mark.usefixtures("go_log")
def test_look_tells_how_far_a_tool_is(script: Script) -> None:
    kubectl = tool_named("kubectl")
    assert look(kubectl).standing is Standing.MISSING
    ensure(["kubectl"])
    assert look(kubectl).standing is Standing.CACHED
    script("bin/kubectl", FITTING)
    assert look(kubectl).standing is Standing.FOUND
    assert look(kubectl, pinned=True).standing is Standing.CACHED
