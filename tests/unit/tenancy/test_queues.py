from __future__ import annotations

from typing import Any

from tests.unit.tenancy.plans import GPU, Planned, pool, sandbox
from twinstack.tenancy import queues


def cluster_queue(project: str) -> dict[str, Any]:
    spec: Any = queues.project_queues(sandbox())[project][0]["spec"]
    found: dict[str, Any] = spec
    return found


def quotas(project: str) -> dict[tuple[str, str], dict[str, str]]:
    (group,) = cluster_queue(project)["resourceGroups"]
    return {
        (flavor["name"], resource["name"]): resource for flavor in group["flavors"] for resource in flavor["resources"]
    }


def test_projects_of_a_site_are_one_cohort() -> None:
    assert cluster_queue("climate")["cohortName"] == cluster_queue("genomics")["cohortName"] == "tiny"


def test_only_who_may_borrow_borrows() -> None:
    assert all("borrowingLimit" not in quota for quota in quotas("climate").values())
    assert all(quota["borrowingLimit"] == "0" for quota in quotas("genomics").values())


def test_every_flavor_names_every_resource_in_the_order_of_the_group() -> None:
    (group,) = cluster_queue("climate")["resourceGroups"]
    assert group["coveredResources"] == ["cpu", "memory", GPU]
    for flavor in group["flavors"]:
        assert [resource["name"] for resource in flavor["resources"]] == group["coveredResources"]


def test_quantities_are_in_the_form_that_the_api_server_gives_back() -> None:
    assert quotas("climate")["ai-simulated", "memory"]["nominalQuota"] == "1Ti"
    assert quotas("climate")["ai-simulated", GPU]["nominalQuota"] == "16"


def test_only_the_projects_own_namespace_may_submit() -> None:
    assert cluster_queue("climate")["namespaceSelector"] == {"matchLabels": {"twinstack.io/project": "climate"}}


def test_shares_weigh_in_fair_sharing() -> None:
    assert cluster_queue("climate")["fairSharing"] == {"weight": "60"}


def test_a_job_finds_its_queue_by_the_projects_name_and_by_none() -> None:
    _, *local = queues.project_queues(sandbox())["climate"]
    assert [(queue["kind"], queue["metadata"]["name"]) for queue in local] == [  # type: ignore[index]
        ("LocalQueue", "climate"),
        ("LocalQueue", "default"),
    ]
    assert all(queue["spec"] == {"clusterQueue": "climate"} for queue in local)


def test_flavors_say_labels_and_taints_of_their_nodes() -> None:
    services, shared, _ = queues.resource_flavors(sandbox())
    assert services["spec"] == {"nodeLabels": {"twinstack.io/pool": "services", "tier": "services"}}
    assert shared["spec"] == {"nodeLabels": {"twinstack.io/pool": "shared"}}


def test_a_site_without_projects_has_flavors_but_no_queue() -> None:
    plan = Planned().host("h1", pool("p")).build()
    assert queues.project_queues(plan) == {}
    assert len(queues.resource_flavors(plan)) == 1
