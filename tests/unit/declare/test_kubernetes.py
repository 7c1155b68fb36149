from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks

from tests.unit.tenancy.plans import Planned, pool, sandbox
from twinstack.components.model import Chart, ChartSource, Ready
from twinstack.declare import kubernetes
from twinstack.declare.charts import options
from twinstack.declare.kubernetes import waiting
from twinstack.manifests import Manifest
from twinstack.planning.model import Plan

RENDERED = [
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "webhook", "namespace": "kueue-system"}},
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "hook", "annotations": {"helm.sh/hook": "pre-install"}}},
    {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta2.visibility.kueue.x-k8s.io"},
    },
]


@dataclass
class Engine(Mocks):
    """Takes note of what is declared."""

    declared: dict[str, Any] = field(default_factory=dict)
    after: dict[str, set[str]] = field(default_factory=dict)
    calls: list[Any] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.declared[f"{args.typ} {args.name}"] = args
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        self.calls.append(args)
        return {"result": RENDERED}, []


class Monitor(MockMonitor):
    """Takes note of what each resource waits for, too."""

    mocks: Engine

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name
        names = {urn.rpartition("::")[2] for urn in request.dependencies}
        self.mocks.after[f"{request.type} {request.name}"] = names
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


@pytest.fixture
def engine() -> Engine:
    made = Engine()
    set_mocks(made, project="tests", stack="tests", monitor=Monitor(made))
    return made


def declare(plan: Plan) -> None:
    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> None:
        kubernetes.declare(plan, "kubeconfig", [])

    program()


def test_everything_of_the_sandbox_is_declared(engine: Engine) -> None:
    declare(sandbox())
    for wanted in (
        "twinstack:index:Component kueue",
        "kubernetes:core/v1:Service kueue-system/webhook",
        "kubernetes:core/v1:Node gpu4",
        "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor ai-simulated",
        "kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue climate",
        "kubernetes:core/v1:ResourceQuota genomics/project",
    ):
        assert wanted in engine.declared


def test_objects_go_to_the_sites_cluster_and_charts_are_rendered_without_one(engine: Engine) -> None:
    declare(sandbox())
    assert engine.declared["kubernetes:core/v1:Node gpu1"].provider.endswith("::kubernetes::kubernetes-id")
    (call,) = engine.calls
    assert call.provider.endswith("::charts::charts-id")
    assert engine.declared["pulumi:providers:kubernetes charts"].inputs["kubeconfig"].endswith('"users": []}')


def test_hooks_of_charts_are_left_out(engine: Engine) -> None:
    declare(sandbox())
    assert "kubernetes:core/v1:Pod hook" not in engine.declared


def test_a_chart_that_cannot_be_had_is_told_with_its_place(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object) -> None:
        raise Exception("no such host")  # noqa: TRY002 - what the engine raises

    assert engine
    monkeypatch.setattr("twinstack.declare.charts.invoke", unreachable)
    with pytest.raises(pulumi.RunError, match=r"chart kueue 0\.19\.2 from .*no such host.*mirror"):
        declare(sandbox())


def test_pulumi_waits_until_the_api_server_reaches_kueue(engine: Engine) -> None:
    declare(sandbox())
    found = engine.declared["kubernetes:apiregistration.k8s.io/v1:APIService v1beta2.visibility.kueue.x-k8s.io"]
    assert found.inputs["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Available"}


def test_pulumi_waits_for_workloads_in_its_own_way() -> None:
    deployment: Manifest = {"kind": "Deployment", "metadata": {"name": "d", "namespace": "n"}}
    assert waiting(deployment, [Ready("Deployment", "n/d")]) == deployment


def test_queues_come_after_kueue_and_after_their_flavors(engine: Engine) -> None:
    declare(sandbox())
    after = engine.after["kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue climate"]
    assert {"kueue-system/webhook", "services", "shared", "ai-simulated", "climate"} <= after


def test_a_namespace_comes_before_what_is_in_it(engine: Engine) -> None:
    declare(sandbox())
    assert engine.after["kubernetes:core/v1:ResourceQuota climate/project"] == {"climate"}


def test_a_plan_that_cannot_work_declares_nothing(engine: Engine) -> None:
    plan = Planned().host("s1", pool("p"), simulated=True).build()
    with pytest.raises(pulumi.RunError, match="kwok: simulated hosts need a real"):
        kubernetes.declare(plan, "kubeconfig", [])
    assert engine.declared == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ChartSource("kueue-0.19.2", path="/charts"), {"chart": "kueue-0.19.2", "path": "/charts"}),
        (ChartSource("oci://r/kueue"), {"chart": "oci://r/kueue", "version": "0.19.2"}),
        (
            ChartSource("kueue", repository="https://r"),
            {"chart": "kueue", "version": "0.19.2", "fetch_opts": {"repo": "https://r"}},
        ),
    ],
)
def test_how_a_chart_is_asked_for(source: ChartSource, expected: dict[str, object]) -> None:
    chart = Chart("kueue", "0.19.2", "oci://r", "kueue-system", {"replicas": 1})
    common = {
        "release_name": "kueue",
        "namespace": "kueue-system",
        "kube_version": "1.35.4",
        "values": {"replicas": 1},
    }
    assert options(chart, source, "1.35.4") == common | expected
