from __future__ import annotations

import re

import pytest

from twinstack.toolchain.keys import SOURCES
from twinstack.toolchain.model import OnPath, ToolchainError, Version
from twinstack.toolchain.table import (
    COREDNS,
    ETCD,
    KUBERNETES,
    KUEUE,
    KWOK,
    OPERATOR,
    PULUMI,
    PULUMI_LANGUAGE,
    TOOLS,
    chosen,
    tool_named,
)

PINS = [
    ("kubernetes", "k8s.io/kubernetes", KUBERNETES),
    ("pulumi", "github.com/pulumi/pulumi/pkg/v3", PULUMI),
    ("pulumi", "github.com/pulumi/pulumi/sdk/v3", PULUMI),
    ("pulumi-language-python", "github.com/pulumi/pulumi/sdk/v3", PULUMI_LANGUAGE),
    ("etcd", "go.etcd.io/etcd/server/v3", ETCD),
    ("coredns", "github.com/coredns/coredns", COREDNS),
    ("kwok", "sigs.k8s.io/kwok", KWOK),
    ("kueue", "sigs.k8s.io/kueue", KUEUE),
]


def fits(name: str, version: Version) -> bool:
    rule = tool_named(name).installed
    assert isinstance(rule, OnPath)
    return rule.fits(version)


@pytest.mark.parametrize(("folder", "module", "version"), PINS)
def test_versions_of_the_table_are_those_of_the_modules(folder: str, module: str, version: str) -> None:
    text = (SOURCES / folder / "go.mod").read_text()
    assert re.search(rf"^(require |\t){re.escape(module)} v{re.escape(version)}( // indirect)?$", text, re.MULTILINE)


def test_staging_modules_are_of_the_same_kubernetes() -> None:
    text = (SOURCES / "kubernetes" / "go.mod").read_text()
    replaced = set(re.findall(r"^replace k8s\.io/\S+ => k8s\.io/\S+ v(\S+)$", text, re.MULTILINE))
    assert replaced == {f"0.{KUBERNETES.split('.', 1)[1]}"}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_has_a_module_with_checksums_and_no_compiler_pin(tool: object) -> None:
    folder = SOURCES / tool.folder  # type: ignore[attr-defined]
    text = (folder / "go.mod").read_text()
    assert "\ntoolchain " not in text
    assert (folder / "go.sum").is_file() or "require" not in text


def test_names_are_unique() -> None:
    names = [tool.name for tool in TOOLS]
    assert len(names) == len(set(names))


def test_kubernetes_binaries_are_built_one_after_the_other() -> None:
    folders = [tool.folder for tool in TOOLS]
    count = folders.count("kubernetes")
    assert folders[:count] == ["kubernetes"] * count
    assert TOOLS[0].name == "kube-apiserver"


def test_the_operator_needs_no_host_binaries() -> None:
    assert "kubectl" in OPERATOR
    assert "pulumi-resource-kubernetes" in OPERATOR
    assert not {"kubelet", "etcd", "pause", "kube-apiserver"} & set(OPERATOR)


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 199, 9), False), ((3, 200, 0), True), ((3, 250, 0), True), ((3, 999, 0), True), ((4, 0, 0), False)],
)
def test_which_pulumi_fits(version: Version, expected: bool) -> None:  # noqa: FBT001
    assert fits("pulumi", version) is expected


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((1, 33, 9), False),
        ((1, 34, 0), True),
        ((1, 35, 4), True),
        ((1, 36, 2), True),
        ((1, 37, 0), False),
        ((2, 35, 0), False),
    ],
)
def test_which_kubectl_fits(version: Version, expected: bool) -> None:  # noqa: FBT001
    assert fits("kubectl", version) is expected


def test_kubernetes_binaries_are_stamped_with_their_version() -> None:
    stamps = dict(tool_named("kubelet").origin.stamps)  # type: ignore[union-attr]
    assert stamps["k8s.io/component-base/version.gitVersion"] == f"v{KUBERNETES}"
    assert stamps["k8s.io/client-go/pkg/version.gitMinor"] == "35"


def test_chosen_keeps_the_order_of_building() -> None:
    assert [tool.name for tool in chosen(["pause", "kubectl", "pause"])] == ["kubectl", "pause"]
    assert chosen(None) == TOOLS


def test_an_unknown_name_tells_the_known_ones() -> None:
    with pytest.raises(ToolchainError, match=r"no such tool: kubelt .*kubelet"):
        chosen(["kubelt"])
