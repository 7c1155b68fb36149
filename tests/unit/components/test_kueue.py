from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.unit.components import upstream
from tests.unit.tenancy.plans import Planned, pool, sandbox
from twinstack.components import kueue
from twinstack.components.kueue.chart import VERSION, chart, configuration, frameworks, values
from twinstack.components.kueue.ready import READY
from twinstack.inventory.model import Stack
from twinstack.manifests import Manifest
from twinstack.planning.model import ComponentPlan, Plan
from twinstack.tenancy.queues import project_queues, resource_flavors


def objects(plan: Plan) -> list[Manifest]:
    return [*resource_flavors(plan), *(found for queues in project_queues(plan).values() for found in queues)]


def unknown(ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str = "") -> list[str]:
    """Keys of ours that the chart's values do not have; what is empty there takes anything."""
    found = []
    for key, value in ours.items():
        if key not in theirs:
            found.append(f"{path}{key}")
        elif isinstance(value, Mapping) and theirs[key]:
            found += unknown(value, theirs[key], f"{path}{key}.")
    return found


def test_every_value_is_one_that_the_chart_has() -> None:
    assert unknown(values(sandbox()), upstream.values("kueue")) == []


def test_the_version_is_the_catalogues() -> None:
    catalog = yaml.safe_load(upstream.text("catalog.yaml"))
    (entry,) = (found for found in catalog["components"] if found["name"] == "kueue")
    assert entry["chart_version"] == VERSION
    assert chart(sandbox()).repository + "/kueue" == entry["repository"]["oci"]


@pytest.mark.parametrize(
    "document", objects(sandbox()), ids=lambda found: f"{found['kind']}-{found['metadata']['name']}"
)
def test_queue_objects_are_valid_by_upstreams_schemas(document: Manifest) -> None:
    assert upstream.problems("kueue", document) == []


def test_the_schemas_are_strict() -> None:
    flavor = resource_flavors(sandbox())[0]
    assert upstream.problems("kueue", {**flavor, "spec": {"nodeLabel": {}}}) != []


def test_the_image_is_pinned_to_the_charts_version() -> None:
    manager: Any = values(sandbox())["controllerManager"]
    assert manager["manager"]["image"] == {
        "repository": "registry.k8s.io/kueue/kueue",
        "tag": "v0.19.2",
        "pullPolicy": "IfNotPresent",
    }


def test_one_control_plane_gets_one_replica_and_no_disruption_budget() -> None:
    manager: Any = values(sandbox())["controllerManager"]
    assert (manager["replicas"], manager["podDisruptionBudget"]["enabled"]) == (1, False)


def test_memory_grows_with_the_site() -> None:
    made = Planned()
    for number in range(2000):
        made.host(f"h{number}", pool("p"))
    small: Any = values(sandbox())["controllerManager"]
    large: Any = values(made.build())["controllerManager"]
    assert small["manager"]["resources"]["limits"]["memory"] == "512Mi"
    assert large["manager"]["resources"]["limits"]["memory"] == "1256Mi"


def test_webhooks_are_for_projects_alone() -> None:
    assert configuration(sandbox())["managedJobsNamespaceSelector"] == {
        "matchExpressions": [{"key": "twinstack.io/project", "operator": "Exists"}]
    }


def test_a_component_brings_its_kind_of_job() -> None:
    names = ("kueue", "mpi-operator", "jobset")
    on = {name: ComponentPlan(name, on=name != "jobset", why="asked for", settings={}) for name in names}
    found = frameworks(Planned(components=on).build())
    assert "batch/job" in found
    assert "kubeflow.org/mpijob" in found
    assert "jobset.x-k8s.io/jobset" not in found


def test_up_means_that_the_api_server_reaches_it() -> None:
    assert [(found.kind, found.condition) for found in READY] == [
        ("Deployment", "Available"),
        ("APIService", "Available"),
    ]


def test_nothing_is_wrong_with_the_sandbox() -> None:
    assert kueue.COMPONENT.problems(sandbox()) == ()


def test_a_setting_that_is_not_there_is_told() -> None:
    on = {"kueue": ComponentPlan("kueue", on=True, why="asked for", settings={"replicas": 3})}
    (problem,) = kueue.COMPONENT.problems(Planned(components=on).host("h1", pool("p")).build())
    assert "setting replicas is not known" in problem


def test_a_project_may_not_take_the_platforms_namespace() -> None:
    (problem,) = kueue.COMPONENT.problems(Planned().host("h1", pool("p")).tenant("kube-system").build())
    assert "kube-system" in problem


def test_a_controller_needs_a_real_host() -> None:
    simulated = Planned().host("h1", pool("p"), simulated=True)
    slurm = Planned().host("h1", pool("b", Stack.SLURM), cpus=0, slurm_cores=2)
    for made in (simulated, slurm):
        assert "nowhere to run" in kueue.COMPONENT.problems(made.build())[0]
