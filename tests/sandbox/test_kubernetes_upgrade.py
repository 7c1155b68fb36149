"""A cluster of another version, brought to the pinned one: host by host, with pods that may not all be gone at once."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.world import World
from twinstack.toolchain.table import KUBERNETES

SUPPLIES = os.environ.get("TWINSTACK_SUPPLIES", "")
pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(
        not SUPPLIES, reason="TWINSTACK_SUPPLIES names no other version (see tests/sandbox/older_kubernetes.py)"
    ),
]
SITE = """\
apiVersion: twinstack/v1
kind: Site
name: kubeup
domain: kubeup.internal
os: {{distribution: debian, release: "12"}}
networks: {{management: {{cidr: 10.79.0.0/24, ntp: [10.79.0.11]}}}}
hardware:
  host: {{sockets: 1, cores_per_socket: 2, threads_per_core: 1, memory: 2GiB, absent: [clock]}}
hosts:
  - {{name: ctl1, hardware: host, address: 10.79.0.11, rack: r1, services: [kubernetes-control-plane]}}
  - {{name: "kube[1-2]", hardware: host, address: "10.79.0.[31-32]", rack: r2, pool: services}}
access: {{user: root, ssh_key_file: id_ed25519, host_keys: known_hosts}}
pools: {{services: {{stack: kubernetes, max_unavailable: 1}}}}
kubernetes:
  version: {version}
  networking: {{cni: bridge, pod_cidr: 10.244.0.0/16, service_cidr: 10.98.0.0/16}}
artifacts: {{images: {{mirror: /opt/twinstack/images}}}}
policy: {{ha-control-plane: advisory}}
"""
PODS = Path(__file__).with_name("web.yaml")
KUBECTL = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf")
WATCH = """\
k="kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=2s"
while [ ! -e /run/stop ]; do
  echo "$($k get --raw /readyz 2>/dev/null || echo away) $($k get deploy web -o jsonpath={.status.readyReplicas})"
  sleep 0.5
done > /run/watched 2>/dev/null
"""


def older() -> str:
    """The version of the supplies."""
    names = " ".join(path.name for path in Path(SUPPLIES).glob("kubelet_*.deb"))
    found = re.search(r"kubelet_(\d+\.\d+\.\d+)-", names)
    assert found, f"{SUPPLIES} has no package of a kubelet"
    return found[1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world, site = World("kubeup"), tmp_path_factory.mktemp("site") / "site.yaml"
    site.write_text(SITE.format(version=older()))
    world.sandbox("down")
    done = world.sandbox("rack", "--site", str(site))
    assert done.code == 0, done.output
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    yield world
    assert world.sandbox("down").code == 0


def asked(world: World, *words: str) -> str:
    return world.on("ctl1", *KUBECTL, *words)


def set_version(world: World, old: str, new: str) -> None:
    site = world.instance / "site.yaml"
    site.write_text(site.read_text().replace(f"version: {old}", f"version: {new}"))


def versions(world: World) -> dict[str, str]:
    nodes = json.loads(asked(world, "get", "nodes", "--output", "json"))["items"]
    return {node["metadata"]["name"]: node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes}


def test_a_version_that_cannot_follow_is_refused_before_any_host_is_contacted(world: World) -> None:
    runs = world.runs()
    major, minor, _ = older().split(".")
    set_version(world, older(), f"{major}.{int(minor) + 2}.0")
    try:
        done = world.pulumi("preview", "--non-interactive")
    finally:
        set_version(world, f"{major}.{int(minor) + 2}.0", older())
    assert done.code != 0
    assert "skips a minor version" in done.output
    assert world.runs() == runs


def test_hosts_take_the_next_version_one_by_one_and_pods_live_on(world: World) -> None:
    assert set(versions(world).values()) == {f"v{older()}"}
    world.on("ctl1", "sh", "-c", f"cat > /run/web.yaml <<'END'\n{PODS.read_text()}\nEND")
    asked(world, "apply", "--filename", "/run/web.yaml")
    asked(world, "wait", "--for=condition=Available", "deployment/web", "--timeout=120s")
    world.on("ctl1", "systemd-run", "--unit=watch", "sh", "-c", WATCH)
    before = world.runs()
    set_version(world, older(), KUBERNETES)
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive")
    world.on("ctl1", "touch", "/run/stop")
    assert done.code == 0, done.output
    assert set(versions(world).values()) == {f"v{KUBERNETES}"}
    waves = [tuple(sorted(world.applied(run))) for run in world.runs() if run not in before]
    # A host that is still waited for is asked again in a further run.
    first, *workers = dict.fromkeys(wave for wave in waves if wave)
    assert (first, sorted(workers)) == (("ctl1",), [("kube1",), ("kube2",)])
    seen = [line.split() for line in world.on("ctl1", "cat", "/run/watched").splitlines()]
    assert all(int(words[1]) >= 1 for words in seen if len(words) > 1)
    assert any(words[0] == "ok" for words in seen[-5:])


def test_the_upgraded_cluster_conforms_and_a_second_up_contacts_no_host(world: World, tmp_path: Path) -> None:
    done, outcomes = world.conform(tmp_path)
    assert done.code == 0, done.output
    assert "failed" not in outcomes.values()
    before = world.runs()
    assert world.pulumi("up", "--yes", "--skip-preview", "--non-interactive").code == 0
    assert world.runs() == before
