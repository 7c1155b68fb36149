"""Three control planes that hold one address, workers drained within a disruption budget, a join that is killed.

In the end two control planes leave, and the last one is stopped and goes on.
"""

from __future__ import annotations

import json
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


KEPT = "/var/backups/twinstack"
SNAPSHOT = """\
import glob, hashlib, sys
(path,) = glob.glob(f"{sys.argv[1]}/etcd-1.*.db")
content = open(path, "rb").read()
database, total = content[:-32], content[-32:]
assert hashlib.sha256(database).digest() == total
assert int.from_bytes(database[16:20], sys.byteorder) == 0xED0CDAED  # bbolt's mark on its first page
print(b"/registry/deployments/default/web" in database)
"""
"""Reads an etcd snapshot as `etcdutl` does: the sum at its end, then the database."""
ASK_ETCD = """\
cd /etc/kubernetes/pki/etcd
curl --silent --fail --cacert ca.crt --cert healthcheck-client.crt --key healthcheck-client.key \
  --data '{}' https://127.0.0.1:2379/v3/cluster/member/list
"""


def containers(world: World) -> set[str]:
    """The containers of the deployment."""
    found = json.loads(asked(world, "get", "pods", "-l", "app=web", "--output", "json"))["items"]
    return {one["containerID"] for pod in found for one in pod["status"]["containerStatuses"]}


def ready_since(world: World) -> dict[str, tuple[str, str]]:
    """Since when each worker is Ready: a kubelet that could not reach the API for long would have become it again."""
    nodes = json.loads(asked(world, "get", "nodes", "--output", "json"))["items"]
    return {
        node["metadata"]["name"]: (one["status"], one["lastTransitionTime"])
        for node in nodes
        if node["metadata"]["name"].startswith("kube")
        for one in node["status"]["conditions"]
        if one["type"] == "Ready"
    }


def commands(world: World, host: str) -> set[str]:
    """The names of what runs on a host."""
    return set(world.on(host, "sh", "-c", "cat /proc/[0-9]*/comm").split())


def states(world: World, host: str) -> list[str]:
    units = ("kubelet", "containerd", "keepalived")
    return world.sandbox("exec", "--host", host, "--", "systemctl", "is-active", *units).output.split()


def test_two_control_planes_leave_and_their_cluster_goes_on(world: World) -> None:
    """Among them the one that all others were told to ask, and that has the address."""
    assert holders(world) == {"ctl1"}
    before, workers = containers(world), ready_since(world)
    edit(world, '"ctl[1-3]"', "ctl3")
    edit(world, '"10.78.0.[11-13]"', "10.78.0.13")
    apply(world)
    assert asked(world, "get", "nodes", "--output", "name").split() == [
        f"node/{name}" for name in ("ctl3", "kube1", "kube2", "kube3")
    ]
    members = json.loads(world.on("ctl3", "sh", "-c", ASK_ETCD))["members"]
    assert [member["name"] for member in members] == ["ctl3"]
    assert holders(world) == {"ctl3"}
    assert before
    assert containers(world) == before
    assert ready_since(world) == workers
    asked(world, "wait", "--for=condition=Available", "deployment/web", "--timeout=60s")


def test_control_planes_that_left_keep_what_cannot_be_made_again(world: World) -> None:
    for host in ("ctl1", "ctl2"):
        assert states(world, host) == ["inactive"] * 3
        assert not {"etcd", "kube-apiserver", "pause"} & commands(world, host)
        assert world.on(host, "ls", "/var/lib/etcd") == ""
        assert world.on(host, "python3", "-c", SNAPSHOT, KEPT).strip() == "True"
        listed = world.on(host, "sh", "-c", f"tar -tzf {KEPT}/etc-kubernetes-1.*.tar.gz").split()
        assert {"admin.conf", "pki/ca.key", "pki/etcd/ca.key", "manifests/etcd.yaml"} <= set(listed)
        modes = world.on(host, "sh", "-c", f"stat -c '%a %U' {KEPT} {KEPT}/*")
        assert modes.splitlines() == ["700 root", "600 root", "600 root"]


def test_nobody_names_control_planes_that_left(world: World) -> None:
    """But for the flag that etcd read when it was new (kubernetes_control_plane/README.md)."""
    for host in ("ctl3", "kube1", "kube2", "kube3"):
        words = ("grep", "-rlwE", "--exclude=hosts", "--exclude=etcd.yaml", "ctl1|ctl2", "/etc")
        assert world.sandbox("exec", "--host", host, "--", *words).output == ""
    assert "ctl1" not in asked(world, "get", "configmaps", "--all-namespaces", "--output", "yaml")
    assert apply(world) == set()


def test_a_cluster_that_goes_as_a_whole_is_stopped_with_its_data_and_goes_on(world: World) -> None:
    asked(world, "delete", "deployment/web", "poddisruptionbudget/web", "--wait=true")
    asked(world, "create", "configmap", "kept", "--from-literal=what=ours")
    done = world.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    assert states(world, "ctl3") == ["inactive"] * 3
    assert not {"etcd", "kube-apiserver", "pause"} & commands(world, "ctl3")
    assert world.on("ctl3", "ls", "/var/lib/etcd/member").split() == ["snap", "wal"]
    apply(world)
    assert asked(world, "get", "configmap", "kept", "-o", "jsonpath={.data.what}") == "ours"
    asked(world, "wait", "--for=condition=Ready", "node", "--all", "--timeout=120s")
    assert apply(world) == set()
