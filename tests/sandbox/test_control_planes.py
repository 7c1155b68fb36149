"""Three control planes that hold one address, workers drained within a disruption budget, a join that is killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.sandbox.damage import PLANES
from tests.sandbox.stories import UP, apply, hurt, refresh, told
from tests.sandbox.world import World, forget

pytestmark = pytest.mark.sandbox

HERE = Path(__file__).parent
ADDRESS = "10.78.0.10"
PLANE = ("ctl1", "ctl2", "ctl3")
KUBECTL = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf")
WATCH = """\
k="kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s"
while [ ! -e /run/stop ]; do
  $k get deploy web -o jsonpath='{.status.readyReplicas}{"\\n"}'
  sleep 0.5
done > /run/watched
"""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World("planes")
    world.sandbox("down")
    try:
        racked = world.sandbox("rack", "--site", str(HERE / "sites" / "planes.yaml"))
        assert racked.code == 0, racked.output
        apply(world)
        yield world
    finally:
        assert world.sandbox("down").code == 0


def asked(world: World, *words: str, by: str = "ctl3") -> str:
    return world.on(by, *KUBECTL, *words)


def holders(world: World) -> set[str]:
    """The control planes that have the shared address."""
    listed = {host: world.on(host, "ip", "-brief", "address") for host in PLANE}
    return {host for host, addresses in listed.items() if f" {ADDRESS}/" in addresses}


def edit(world: World, old: str, new: str) -> None:
    site = world.instance / "site.yaml"
    assert old in site.read_text()
    site.write_text(site.read_text().replace(old, new))


def test_one_up_makes_a_cluster_of_three_that_conforms(world: World, tmp_path: Path) -> None:
    done, seen = world.conform(tmp_path)
    assert done.code == 0, done.output
    assert "failed" not in seen.values()
    assert asked(world, "get", "nodes", "--output", "name").split() == [
        f"node/{name}" for name in ("ctl1", "ctl2", "ctl3", "kube1", "kube2")
    ]
    members = asked(world, "get", "pods", "-n", "kube-system", "-l", "component=etcd", "--output", "name")
    assert len(members.split()) == len(PLANE)


def test_every_role_applied_again_changes_nothing(world: World, tmp_path: Path) -> None:
    forget(world, tmp_path)
    assert apply(world) == set()


def test_the_address_moves_when_its_holder_fails(world: World) -> None:
    (holder,) = holders(world)
    kept = "/run/kube-apiserver.yaml"
    world.on(holder, "mv", "/etc/kubernetes/manifests/kube-apiserver.yaml", kept)
    try:
        waiting = Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.5), retry=retry_if_result(lambda now: not now))
        waiting(lambda: len(now := holders(world)) == 1 and now != {holder})
        other = next(host for host in PLANE if host != holder)
        assert "kube1" in asked(world, "get", "nodes", by=other)
    finally:
        world.on(holder, "mv", kept, "/etc/kubernetes/manifests/kube-apiserver.yaml")
    ready = ("sh", "-c", "until curl --silent --insecure --fail https://localhost:6443/readyz; do sleep 0.5; done")
    world.on(holder, "timeout", "120", *ready)


def test_a_stopped_holder_of_the_address_is_found_and_started(world: World) -> None:
    hurt(world, PLANES)
    refresh(world)
    (case,) = PLANES.values()
    assert case.found in told(world, case.host, "kubernetes-endpoint")
    assert apply(world) == {(case.host, "kubernetes-endpoint")}


def test_kubelets_take_another_policy_and_a_budget_of_pods_is_kept(world: World) -> None:
    world.on("ctl1", "sh", "-c", f"cat > /run/web.yaml <<'END'\n{(HERE / 'web.yaml').read_text()}\nEND")
    asked(world, "apply", "--filename", "/run/web.yaml", by="ctl1")
    asked(world, "wait", "--for=condition=Available", "deployment/web", "--timeout=120s")
    before = {host: started(world, host) for host in ("kube1", "kube2")}
    world.on("ctl1", "systemd-run", "--quiet", "--unit=watch", "sh", "-c", WATCH)
    edit(world, "topology_manager: none", "topology_manager: best-effort")
    try:
        changed = apply(world)
    finally:
        world.on("ctl1", "touch", "/run/stop")
    assert {host for host, _ in changed} == set(before)
    assert all(started(world, host) > when for host, when in before.items())
    watched = [line for line in world.on("ctl1", "cat", "/run/watched").splitlines() if line]
    assert watched
    assert all(int(ready) >= 1 for ready in watched)
    for host in before:
        assert (
            asked(world, "get", "node", host, "-o", "jsonpath={.spec.unschedulable}{.metadata.annotations}")[:1] != "t"
        )
        config = world.on(host, "grep", "topologyManagerPolicy", "/var/lib/kubelet/config.yaml")
        assert "best-effort" in config


def started(world: World, host: str) -> int:
    shown = world.on(host, "systemctl", "show", "--property", "ActiveEnterTimestampMonotonic", "--value", "kubelet")
    return int(shown)


def cut_off(world: World) -> bool:
    """Kill the kubeadm that joins kube3 as soon as it is there; hosts of a sandbox are processes of the machine."""
    space = Path(f"/run/netns/ts-{world.name}-kube3").stat().st_ino
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            argv = (folder / "cmdline").read_bytes().split(b"\0")
            if argv[:2] == [b"kubeadm", b"join"] and (folder / "ns" / "net").stat().st_ino == space:
                os.kill(int(folder.name), signal.SIGKILL)
                return True
    return False


def test_a_join_that_was_killed_is_taken_back_and_made_again(world: World) -> None:
    edit(world, "pool: late, maintenance: true", "pool: late")
    world.kill_while(lambda: cut_off(world), "pulumi", *UP, deadline=300)
    began = time.monotonic()
    apply(world)
    print(f"the up after a killed join took {time.monotonic() - began:.0f} s")
    asked(world, "wait", "--for=condition=Ready", "node/kube3", "--timeout=60s")
    assert apply(world) == set()
