from __future__ import annotations

from tests.unit.tenancy.plans import Planned, sandbox
from twinstack.declare.site import facts
from twinstack.inventory.model import PolicyChoice


def test_policies_learn_projects_version_and_divided_cores() -> None:
    assert facts(sandbox()) == {
        "policy": {},
        "projects": ["climate", "genomics"],
        "kubernetesVersion": "1.35.4",
        "split": {"both1": {"slurm": [0], "kubernetes": [1]}},
    }


def test_policies_learn_the_sites_choices() -> None:
    policy = {
        "ha-control-plane": PolicyChoice("advisory", None, None),
        "pinned-versions": PolicyChoice("off", "being moved", "2030-05-17"),
    }
    assert facts(Planned(policy=policy).build())["policy"] == {
        "ha-control-plane": {"level": "advisory"},
        "pinned-versions": {"level": "off", "until": "2030-05-17"},
    }


def test_a_site_without_kubernetes_has_no_version() -> None:
    assert facts(Planned(kubernetes=False).build())["kubernetesVersion"] == ""
