from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from twinstack.toolchain import find as find_module
from twinstack.toolchain.find import find
from twinstack.toolchain.table import PULUMI_KUBERNETES, TOOLS, tool_named

Script = Callable[[str, str], Path]

KUBECTL = tool_named("kubectl")
PULUMI = tool_named("pulumi")
LANGUAGE = tool_named("pulumi-language-python")


def test_nothing_is_found_on_an_empty_path() -> None:
    assert [find(tool) for tool in TOOLS] == [None] * len(TOOLS)


def test_a_fitting_one_is_found(script: Script) -> None:
    path = script("bin/kubectl", 'echo "Client Version: v1.34.1"; echo "Kustomize Version: v5.7.1"')
    assert find(KUBECTL) == path


@pytest.mark.parametrize(
    "body",
    [
        'echo "Client Version: v1.32.0"',
        "echo unknown",
        'echo "Client Version: v1.35.4"; exit 1',
        "printf '\\377\\376'",
    ],
    ids=["too old", "no version", "fails", "no text"],
)
def test_an_unfitting_one_is_passed_over(script: Script, body: str) -> None:
    script("bin/kubectl", body)
    assert find(KUBECTL) is None


def test_a_fitting_one_further_down_the_path_is_found(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("bin/kubectl", 'echo "Client Version: v1.20.0"')
    path = script("later/kubectl", 'echo "Client Version: v1.36.0"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}::{tmp_path / 'later'}")
    assert find(KUBECTL) == path


def test_one_that_does_not_answer_is_not_waited_for(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_module, "PATIENCE", 0.1)
    script("bin/kubectl", "exec sleep 60")
    assert find(KUBECTL) is None


def test_files_that_cannot_run_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "kubectl").write_text("no interpreter")
    assert find(KUBECTL) is None
    (folder / "kubectl").chmod(0o755)
    (folder / "kubectl").write_bytes(b"\x7fELF broken")
    assert find(KUBECTL) is None


def test_our_own_link_on_the_path_does_not_count(script: Script, cache: Path, tmp_path: Path) -> None:
    own = script("cache/twinstack/tools/kubectl/key/kubectl", 'echo "Client Version: v1.35.4"')
    assert own.is_relative_to(cache)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kubectl").symlink_to(own)
    assert find(KUBECTL) is None


def test_binaries_for_hosts_and_images_are_never_taken_from_the_path(script: Script) -> None:
    script("bin/kubelet", "echo Kubernetes v1.35.4")
    assert find(tool_named("kubelet")) is None


def test_a_companion_counts_beside_a_fitting_pulumi(script: Script) -> None:
    host = script("bin/pulumi-language-python", "exit 9")
    assert find(LANGUAGE) is None
    script("bin/pulumi", "echo v3.220.0")
    assert find(PULUMI) is not None
    assert find(LANGUAGE) == host


def test_a_companion_of_an_old_pulumi_does_not_count(script: Script) -> None:
    script("bin/pulumi", "echo v3.100.0")
    script("bin/pulumi-language-python", "exit 9")
    assert find(LANGUAGE) is None


def test_a_companion_is_found_where_the_link_to_pulumi_points(script: Script, tmp_path: Path) -> None:
    real = script("opt/pulumi/pulumi", "echo v3.250.0")
    host = script("opt/pulumi/pulumi-language-python", "exit 9")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(real)
    assert find(LANGUAGE) == host


def test_an_installed_plugin_of_the_pinned_version_is_found(script: Script) -> None:
    name = "pulumi-resource-kubernetes"
    script(f"pulumi/plugins/resource-kubernetes-v4.1.0/{name}", "exit 9")
    assert find(tool_named(name)) is None
    path = script(f"pulumi/plugins/resource-kubernetes-v{PULUMI_KUBERNETES}/{name}", "exit 9")
    assert find(tool_named(name)) == path
