from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.module_utils import twinstack_kubernetes as shared
from playbooks.plugins.modules import kubernetes_nodes
from tests.unit.playbooks.kubernetes_host import FakeHost

Member = kubernetes_nodes.Member
KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf"
PLANES = {"ctl1": "10.0.0.1", "ctl2": "10.0.0.2"}


class FakeEtcd(kubernetes_nodes.Etcd):
    """Three members, of which one is let go only after as many refusals as it is told."""

    def __init__(self, refusals: int = 0) -> None:
        self.left = [Member(str(n), f"ctl{n}", (f"https://10.0.0.{n}:2380",)) for n in (1, 2, 3)]
        self.refusals = refusals

    def answers(self) -> bool:
        return True

    def members(self) -> list[Any]:
        return list(self.left)

    def remove(self, member: Any) -> None:
        if self.refusals:
            self.refusals -= 1
            raise shared.Failed("etcd refused cluster/member/remove: etcdserver: unhealthy cluster")
        self.left.remove(member)


@pytest.fixture
def host(tmp_path: Path) -> FakeHost:
    made = FakeHost(tmp_path).tell(f"{KUBECTL} get nodes", out="node/ctl1\nnode/kube1\n")
    return made.tell(f"{KUBECTL} delete", then=lambda: made.tell(f"{KUBECTL} get nodes"))


def settle(host: FakeHost, etcd: FakeEtcd, *names: str, members: dict[str, str] | None = None) -> list[str]:
    given = {"names": list(names), "members": members or {}, "timeout": 0}
    done: list[str] = kubernetes_nodes.settle(host, etcd, given, check=False)
    return done


def test_nodes_and_members_leave_once(host: FakeHost) -> None:
    etcd = FakeEtcd()
    done = settle(host, etcd, "ctl1", "ctl2", "kube1", members=PLANES)
    assert done == ["delete node ctl1", "delete node kube1", "remove member ctl1", "remove member ctl2"]
    assert [member.name for member in etcd.left] == ["ctl3"]
    assert host.ran[-1] == f"{KUBECTL} delete node --ignore-not-found ctl1 kube1"
    assert settle(host, etcd, "ctl1", "ctl2", "kube1", members=PLANES) == []
    assert len([line for line in host.ran if "delete" in line]) == 1


def test_workers_do_not_need_etcd(host: FakeHost) -> None:
    assert settle(host, None, "kube1") == ["delete node ctl1", "delete node kube1"]  # type: ignore[arg-type]


def test_etcd_is_asked_again_while_it_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "PAUSE", 0)
    etcd = FakeEtcd(refusals=2)
    kubernetes_nodes.leave(etcd, etcd.left[0], 10)
    assert [member.name for member in etcd.left] == ["ctl2", "ctl3"]


def test_a_member_that_etcd_does_not_let_go_is_told_with_the_reason(host: FakeHost) -> None:
    with pytest.raises(shared.Failed, match=r"does not let ctl1 go: .*unhealthy cluster"):
        settle(host, FakeEtcd(refusals=9), "ctl1", members={"ctl1": "10.0.0.1"})


def test_nobody_takes_the_last_member_away(host: FakeHost) -> None:
    etcd = FakeEtcd()
    with pytest.raises(shared.Failed, match="all members of etcd"):
        settle(host, etcd, "ctl1", "ctl2", members={**PLANES, "ctl3": "10.0.0.3"})
    assert len(etcd.left) == 3
