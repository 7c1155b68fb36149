"""What a preview names is what Ansible then changes, host by host and role by role, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.sandbox.stories import apply
from tests.sandbox.world import Pairs, World

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("up")]

EVERYWHERE = ("ctl1", "stor1", "cpu1", "cpu2", "kube1", "kube2", "both1", "flex1")


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(site: str) -> str:
        assert old in site
        return site.replace(old, new)

    return edit


EDITS: dict[str, tuple[Callable[[str], str], Pairs]] = {
    "label": (
        replaced("tier: services", "tier: web"),
        {("kube1", "kubernetes-worker"), ("kube2", "kubernetes-worker")},
    ),
    "slurm.conf": (replaced("max_time: '01:00:00'", "max_time: '02:00:00'"), {("ctl1", "slurm-controller")}),
    "health check": (
        replaced("  cluster: sandbox\n", "  cluster: sandbox\n  health_check: {interval: 60s}\n"),
        {("ctl1", "slurm-controller"), *((host, "slurm-compute") for host in ("cpu1", "cpu2", "both1", "flex1"))},
    ),
    "rack (a parameter of each host)": (
        replaced('"10.78.0.[31-32]", rack: r2', '"10.78.0.[31-32]", rack: r1'),
        {("kube1", "kubernetes-worker"), ("kube2", "kubernetes-worker"), ("stor1", "scrape-targets")},
    ),
    "time zone (a parameter, and a file)": (
        replaced("domain: sandbox.internal", "domain: sandbox.internal\ntimezone: Europe/Berlin"),
        {(host, "base") for host in EVERYWHERE},
    ),
    "packet size (each host's own file, behind a drain)": (
        replaced("mtu: 9000", "mtu: 1500"),
        {("cpu1", "fabric"), ("cpu2", "fabric")},
    ),
    "a unit and its package (a role that comes)": (
        replaced("  cluster: sandbox\n", "  cluster: sandbox\n  rest: {auth: local}\n"),
        {("ctl1", "slurm-rest")},
    ),
    "packages and what shells read (a role that comes)": (
        replaced("projects:\n", "software: {lmod: {root: /opt/modules}}\n\nprojects:\n"),
        {(host, "lmod") for host in ("ctl1", "cpu1", "cpu2", "both1", "flex1")},
    ),
    "project and user": (
        lambda site: replaced("eli: {uid: 20005}", "eli: {uid: 20005}, fay: {uid: 20006}")(
            replaced("users: [eli]", "users: [eli, fay]")(site)
        ),
        {(host, "users") for host in EVERYWHERE},
    ),
}


@pytest.fixture(scope="module")
def site(world: World) -> Iterator[str]:
    """The site as it is, with nothing left to apply; put back afterwards, which must name and change the same too."""
    apply(world)
    path = world.instance / "site.yaml"
    before = path.read_text()
    yield before
    path.write_text(before)
    named, changed = world.previewed(), apply(world)
    # What only came by an edit goes again: its units are stopped, and what it has placed is left.
    assert {role for _, role in named - changed} == {"slurm-rest", "lmod"}
    assert changed
    assert changed <= named


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_what_its_preview_names(world: World, site: str, edit: str) -> None:
    assert site
    change, expected = EDITS[edit]
    path = world.instance / "site.yaml"
    path.write_text(change(path.read_text()))
    named, changed = world.previewed(), apply(world)
    assert named == expected
    assert changed == named


@pytest.mark.usefixtures("site")
def test_a_new_secret_changes_what_its_preview_names(world: World) -> None:
    value = "an-operator-chose-this-key-for-munge-and-it-is-long-enough"
    assert world.pulumi("config", "set", "--secret", "twinstack:munge-key", value).code == 0
    named = world.previewed()
    assert named == {(host, "munge") for host in ("ctl1", "cpu1", "cpu2", "both1", "flex1")}
    assert apply(world) == named
