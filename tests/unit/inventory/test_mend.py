from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import broken, line_of, problems_of


def said(text: str, folder: Path) -> list[str]:
    return [f"{problem.where}: {problem.what} ({problem.hint})" for problem in problems_of(text, folder)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("apiVersion: twinstack/v1", "apiVersion: v2", "apiVersion: v2 is not supported (supported: twinstack/v1)"),
        ("domain: testbed.example.org\n", "", "domain: missing (such as aurora.example.org)"),
        ('release: "24.04"', "release: 24.04", 'os.release: 24.04 must be a release as text (in quotes: "24.04")'),
        ("timezone: Europe/Madrid", "timezone: Europe/Madird", "there is no such time zone; such as Europe/Madrid"),
        ("kind: roce", "kind: ROCE", "ROCE is not one of ethernet, infiniband, roce (did you mean roce?)"),
        ("cidr: 10.2.0.0/16", "cidr: 10.2.0.1/16", "10.2.0.1/16 has host bits set"),
        ("cidr: 10.2.0.0/16", "cidr: 10.2.0.0/33", "is not a network such as 10.10.0.0/16"),
        ("memory: 512GiB", "memory: 512", "(name the unit: 512GiB, or 512MiB if that is meant)"),
        ("memory: 512GiB", "memory: 512GB", "(units are powers of 1024: 512GiB)"),
        ("retention: 30d", "retention: 30", "30 must be a time: a whole number with s, m, h or d (name the unit: 30s)"),
        ("max_time: 3-00:00:00", "max_time: 3 days", "3 days is not a time limit as Slurm writes it"),
        ("vendor: nvidia", "vendor: voodoo", "voodoo is not one of nvidia, amd, intel (such as nvidia)"),
        ("count: 4", "count: 0", "0 is out of range (from 1 to 64)"),
        ("count: 4", "count: 4.0", "4.0 must be a whole number (such as 8)"),
        ("count: 4", "count: true", "true must be a whole number (such as 8)"),
        ("pools: [both]", "pools: []", "nothing is in it (such as [batch, swing])"),
        ("pools: [both]", "pools: both", "both must be a list (such as [batch, swing])"),
        ("pools: [both]", "pools: [both, both]", "both listed twice (once is enough)"),
        ("default: true", "default: yes", "yes must be true or false (such as true)"),
        ("kueue: {}", "kueue: true", "true must be {} for on (settings inside), or false for off (such as {})"),
        ("kueue: {}", "kueue: {x: 1}", "kubernetes.components.kueue.x: unknown key (it takes no settings)"),
        ("kueue: {}", "kueu: {}", "kubernetes.components.kueu: unknown key (did you mean kueue?)"),
        ("kueue: {}", "gpu-operator: {mig: some}", "some is not one of none, single, mixed (such as none)"),
        ("      slurm: flex[1-3]\n      kubernetes: flex4", "      slurm: flex[1-", "a bracket is not closed"),
        ("  ceph:\n    hosts: kube[1-3]\n", "  ceph:\n", 'storage.ceph.hosts: missing (such as "ceph[01-03]")'),
        ("host_keys: known_hosts", "host_keys:", "nothing is here, must be a path"),
        ("service_cidr:", "service_cdir:", "(did you mean service_cidr?)"),
        ("uid: 20002", "uid: 12", "12 is out of range (from 1000 to 2000000000)"),
        (
            "nvidia.com/gpu: 2",
            "nvidia: 2",
            "projects.climate.kubernetes.quota.nvidia: unknown key (known: cpu, memory)",
        ),
        ("until: 2031-12-31", "until: 2031-02-30", "day is out of range for month; such as 2031-12-31"),
        (
            "pinned-versions: enforced",
            "pinned-versions: off",
            "off must be enforced, advisory, or {off: reason, until: date} (such as advisory)",
        ),
        ("mirror: charts", "mirrors: charts", "artifacts.charts.mirrors: unknown key (did you mean mirror?)"),
        ("endpoint: 10.1.0.10:6443", "endpoint: 10.1.0.10:99999", "ports go from 1 to 65535"),
        ("user: admin", 'user: "admin\\n"', '"admin\\n" is not a name as Linux wants it of a user (such as twinstack)'),
    ],
)
def test_a_mistake_is_told_in_the_inventorys_words(old: str, new: str, says: str, tmp_path: Path) -> None:
    found = said(broken((old, new)), tmp_path)
    assert says in found[0]
    assert len(found) == 1, found


def test_names_are_judged_where_they_are_given_and_where_they_are_used(tmp_path: Path) -> None:
    text = broken(("  genomics:\n", "  Genomics:\n"), ("projects: [genomics]", "projects: [Genomics]"))
    wanted = "is not a name of lower-case letters, digits and dashes"
    assert [(problem.where, problem.what) for problem in problems_of(text, tmp_path)] == [
        ("storage.datasets.texts.projects[0]", f"Genomics {wanted}"),
        ("projects.Genomics", f"the name Genomics {wanted}"),
    ]


def test_what_was_meant_by_a_misspelt_key_is_judged_as_well(tmp_path: Path) -> None:
    text = broken(
        ("  partitions:", "  partitons:"), ("pools: [both]", "pools: [both, bohb]"), ("qos: normal", "qoss: x")
    )
    assert said(text, tmp_path) == [
        "slurm.partitons: unknown key (did you mean partitions?)",
        "slurm.partitons.gpu.pools[1]: there is no pool bohb (did you mean both?)",
        "slurm.partitons.gpu.qoss: there is no QOS x (known: normal, urgent)",
        "slurm.partitons.gpu.qoss: unknown key (did you mean qos?)",
    ]


def test_mistakes_in_one_section_do_not_hide_those_in_others(tmp_path: Path) -> None:
    text = broken(
        ("memory: 512GiB", "memory: lots"),
        ("rack: r[1-2]", "rack: r[1-3]"),
        ("cores: 14", "cores: 15"),
        ("users: [bo]", "users: [bob]"),
        ("mount: /scratch", "mount: /home"),
        ("retention: 30d", "retention: soon"),
    )
    assert [problem.line for problem in problems_of(text, tmp_path)] == [
        line_of(text, "memory: lots"),
        line_of(text, "rack: r[1-3]"),
        line_of(text, "split:"),
        line_of(text, "mount: /home", "  lustre:"),
        line_of(text, "users: [bob]"),
        line_of(text, "retention: soon"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  both:\n    stack: split", "  both:\n    stack: spilt", "pools.both.stack: spilt is not one of"),
        ("  - name: db1", "  - name: db[1", "hosts.db[1.name: db[1 is not a Slurm host list (a bracket is not closed"),
        ("rack: r[1-2]", "rack: r[1-", "hosts.cpu[01-08].rack: r[1- is not a Slurm host list"),
        ("address: 10.1.0.21", "address: 10.1.0.256", "hosts.db1.address: 10.1.0.256 is not an IPv4 address, or as"),
        ("cidr: 10.1.0.0/16", "cidr: 10.1.0.0", "networks.management.cidr: 10.1.0.0 is not a network"),
        ("kubernetes: flex4", "kubernetes: flex[", "pools.swing.owner.kubernetes: flex[ is not a Slurm host list"),
        ("  version: 1.35.4\n", "", "kubernetes.version: missing"),
        ("    stack: flexible\n", "", "pools.swing.stack: missing"),
    ],
)
def test_what_follows_from_a_mistake_is_not_told(old: str, new: str, says: str, tmp_path: Path) -> None:
    (found,) = said(broken((old, new)), tmp_path)
    assert found.startswith(says)


@pytest.mark.parametrize("text", ["[]\n", "just words\n", "12\n", "- a\n- b\n"])
def test_a_document_that_is_no_mapping_is_one_problem(text: str, tmp_path: Path) -> None:
    (problem,) = problems_of(text, tmp_path)
    assert problem.what.endswith(" is no site")


def test_an_empty_mapping_misses_everything_at_once(tmp_path: Path) -> None:
    missing = {problem.where for problem in problems_of("{}\n", tmp_path)}
    assert missing == {"apiVersion", "kind", "name", "domain", "os", "networks", "hardware", "hosts", "access"}
