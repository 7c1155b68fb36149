from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "names.host_names",
        ("  - name: db1", "  - name: Db1"),
        ("server: db1", "server: nfs.example.org"),
        at="- name: Db1",
        says="Db1 cannot be a host's name",
    ),
    case(
        "names.rack_names",
        ("rack: r[1-2]", "rack: _r"),
        at="rack: _r",
        says="cpu[01-08] in a rack whose name cannot be",
    ),
    case(
        "names.storage_names",
        ("- name: scratch", "- name: apps"),
        at="- name: apps",
        below="  lustre:",
        says="the name apps is taken",
    ),
    case(
        "names.storage_names",
        ("name: local", "name: objects"),
        at="name: objects",
        below="  longhorn:",
        says="the name objects is taken",
    ),
    case(
        "names.entry_names",
        ("- name: data\n", "- name: rdma\n"),
        at="- name: rdma",
        below="      namespaces:",
        says="taken",
    ),
    case(
        "names.entry_names",
        ("- name: texts", "- name: images"),
        at="- name: images",
        below="      projects: [climate]",
        says="images is taken",
    ),
    case(
        "names.project_names",
        ("  genomics:\n", "  slurm:\n"),
        ("projects: [genomics]", "projects: [slurm]"),
        at="slurm:",
        below="        nvidia.com/gpu",
        says="slurm is a system account or group on the hosts",
    ),
    case(
        "names.project_names",
        ("  genomics:\n", "  kube-lab:\n"),
        ("projects: [genomics]", "projects: [kube-lab]"),
        at="kube-lab:",
        says="kube-lab is a namespace of the platform",
    ),
    case(
        "names.user_names",
        ("    chen:\n", "    nobody:\n"),
        ("users: [chen]", "users: [nobody]"),
        at="nobody:",
        says="nobody is a system account",
    ),
    case(
        "names.partition_names",
        ("    gpu:\n      pools", "    Default:\n      pools"),
        at="Default:",
        says="a word of slurm.conf",
    ),
    case(
        "names.label_names",
        ("tier: services", "kubernetes.io/arch: x"),
        at="kubernetes.io/arch",
        says="labels of kubernetes.io are not free to set",
    ),
    case(
        "names.label_names",
        ("tier: services", "a.twinstack.io/x: y"),
        at="a.twinstack.io/x",
        says="use your own prefix",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
