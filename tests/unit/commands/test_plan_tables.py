from __future__ import annotations

import json

import pytest

from tests.unit import sites
from twinstack.commands import plan_document, plan_tables
from twinstack.inventory.model import Ceph, Stack
from twinstack.planning import plan
from twinstack.planning.model import Plan


def big(count: int) -> Plan:
    hosts = [sites.host(f"n{index:05}", "batch") for index in range(count)]
    return plan(sites.site(hosts, [sites.pool("batch", Stack.SLURM)], slurm=sites.slurm("batch")))


def test_alike_hosts_are_one_row() -> None:
    text = plan_tables.text(big(10000))
    assert "n[00000-09999]" in text
    assert len(text.splitlines()) < 20


def test_hosts_in_another_state_have_a_row_of_their_own() -> None:
    hosts = [sites.host("a", "p"), sites.host("b", "p", maintenance=True), sites.host("c", "p", simulated=True)]
    text = plan_tables.text(plan(sites.site(hosts, [sites.pool("p", Stack.KUBERNETES)], kubernetes=sites.kubernetes())))
    rows = [line.split() for line in text.partition("Owners")[0].splitlines()]
    states = {row[0]: row[5] for row in rows if row and row[0] in {"a", "b", "c"}}
    assert states == {"a": "-", "b": "maintenance", "c": "simulated"}


def test_owners_are_shown_for_each_kind() -> None:
    text = plan_tables.text(plan(sites.dual()))
    rows = [line.split() for line in text.splitlines()]
    assert ["s1", "system", "-", "-", "1", "GiB", "-", "-"] in rows
    assert ["slurm", "0-3", "-", "15.5", "GiB", "-", "-"] in rows
    assert ["kubernetes", "4-7", "-", "15.5", "GiB", "-", "-"] in rows


def paged() -> Plan:
    machine = sites.hardware(hugepages={2 << 20: 512, 1 << 30: 3}, memory=64 << 30)
    pool = sites.pool("p", Stack.KUBERNETES)
    return plan(sites.site([sites.host("a", "p")], [pool], hardware=[machine], kubernetes=sites.kubernetes()))


def test_huge_pages_are_shown_beside_the_memory_where_there_are_any() -> None:
    row = ["kubernetes", "0-7", "-", "58", "GiB", "512", "x", "2", "MiB,", "3", "x", "1", "GiB", "-", "-"]
    assert row in [line.split() for line in plan_tables.text(paged()).splitlines()]
    assert "huge pages" not in plan_tables.text(plan(sites.dual()))
    one = plan_tables.host_text(paged().hosts["a"])
    assert ["huge", "pages", "kubernetes", *row[5:13]] in [line.split() for line in one.splitlines()]
    document = json.loads(plan_document.host_text(paged().hosts["a"]))["a"]["owners"]["kubernetes"]
    assert (document["memory"], document["hugepages"]) == (58 << 30, {"2097152": 512, "1073741824": 3})


def test_disks_of_ceph_are_told_apart() -> None:
    hardware = sites.hardware(disks=("/dev/disk/by-id/osd0", "/dev/disk/by-id/svc0"))
    ceph = Ceph(("a",), ("/dev/disk/by-id/osd0",), None, None, None)
    text = plan_tables.text(plan(sites.site([sites.host("a")], hardware=(hardware,), storage=sites.storage(ceph=ceph))))
    rows = [line.split() for line in text.splitlines()]
    assert [row[-1] for row in rows if "ceph" in row] == ["/dev/disk/by-id/osd0"]


def test_components_that_are_on_say_why_and_the_rest_is_left_out() -> None:
    text = plan_tables.text(plan(sites.dual()))
    assert "projects that share the cluster: 2" in text
    assert "harbor" not in text


def test_one_host_shows_every_part() -> None:
    text = plan_tables.host_text(plan(sites.dual()).hosts["g1"])
    assert "simulated" in text
    assert ["GPUs", "kubernetes", "0-7"] in [line.split() for line in text.splitlines()]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1 << 20, "1 MiB"), (1536 << 20, "1.5 GiB"), (1 << 40, "1 TiB"), (0, "0 MiB"), (1000 << 30, "1000 GiB")],
)
def test_sizes_are_short(amount: int, expected: str) -> None:
    assert plan_tables.size(amount) == expected


def test_the_document_holds_every_host_and_owner() -> None:
    document = json.loads(plan_document.text(plan(sites.dual())))
    assert list(document["hosts"]) == list(sites.dual().hosts)
    assert document["hosts"]["s1"]["owners"]["kubernetes"] == {
        "cores": "4-7",
        "gpus": "",
        "memory": 16642998272,
        "hugepages": {},
    }
    assert document["hosts"]["c1"]["owners"]["kubernetes"] is None
    assert document["components"]["kueue"]["on"]
    assert document["quotas"]["genes"]["cpu"] == 9
