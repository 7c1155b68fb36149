from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from twinstack.toolchain.build import build
from twinstack.toolchain.keys import cached_path
from twinstack.toolchain.model import ToolchainError
from twinstack.toolchain.table import PULUMI_KUBERNETES, tool_named

Script = Callable[[str, str], Path]

PROVIDER = tool_named("pulumi-resource-kubernetes")
KUBELET = tool_named("kubelet")


def test_a_package_is_built_with_its_flags(go_log: Path) -> None:
    assert build(KUBELET) is True
    call = go_log.read_text()
    assert call.startswith("build -trimpath -ldflags=-s -w -X k8s.io/component-base/version.gitVersion=v1.35.4")
    assert call.strip().endswith("k8s.io/kubernetes/cmd/kubelet")
    assert cached_path(KUBELET).read_text().startswith("cgo=0 flags=-mod=readonly")


def test_a_second_build_does_not_call_go(go_log: Path) -> None:
    build(KUBELET)
    go_log.write_text("")
    assert build(KUBELET) is False
    assert go_log.read_text() == ""


def test_a_script_is_copied_from_its_module(go_log: Path, module: Path) -> None:
    tool = tool_named("pulumi-language-python-exec")
    (module / "python" / "cmd").mkdir(parents=True)
    source = module / "python" / "cmd" / tool.name
    source.write_text("#!/usr/bin/env python\n")
    source.chmod(0o444)
    build(tool)
    assert cached_path(tool).read_text() == source.read_text()
    assert cached_path(tool).stat().st_mode & 0o777 == 0o755
    assert go_log.read_text() == "mod download -json github.com/pulumi/pulumi/sdk/v3\n"


@pytest.fixture
def embedded(module: Path) -> Path:
    folder = module / "cmd" / PROVIDER.name
    folder.mkdir(parents=True)
    (folder / "schema.json").write_text('{"name": "kubernetes"}')
    (folder / "terraform-mapping.json").write_text('{"name": "kubernetes"}')
    return folder


@pytest.mark.usefixtures("embedded", "go_log")
def test_embedded_files_lie_beside_our_main_in_a_scratch_copy_that_goes_away() -> None:
    build(PROVIDER)
    seen = cached_path(PROVIDER).read_text().split()
    assert {"main.go", "go.mod", "go.sum", "schema.json", "terraform-mapping.json"} <= set(seen)
    assert [path.name for path in cached_path(PROVIDER).parent.iterdir()] == [PROVIDER.name]


@pytest.mark.usefixtures("embedded")
def test_only_the_schema_gets_the_version(script: Script, module: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    script("bin/go", f"""[ "$1" = mod ] && echo '{{"Dir": "{module}"}}' || {{ cp *.json {kept}; exit 1; }}""")
    with pytest.raises(ToolchainError):
        build(PROVIDER)
    assert json.loads((kept / "schema.json").read_text()) == {"name": "kubernetes", "version": PULUMI_KUBERNETES}
    assert json.loads((kept / "terraform-mapping.json").read_text()) == {"name": "kubernetes"}
    assert not cached_path(PROVIDER).parent.exists()


def test_a_module_without_the_expected_file_is_no_traceback(go_log: Path) -> None:
    with pytest.raises(ToolchainError, match="cannot make"):
        build(PROVIDER)
    assert go_log.exists()
