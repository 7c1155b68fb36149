from __future__ import annotations

import json

from tests.unit.rendering.roles.test_slurm_exporter import planned
from twinstack.inventory.model import Service
from twinstack.rendering import scrape_targets


def test_every_real_host_is_a_target_with_its_labels() -> None:
    found = json.loads(scrape_targets.text(planned(Service.MONITORING)))
    assert len([target for group in found for target in group["targets"]]) == 4
    assert all(target.endswith(":9100") for group in found for target in group["targets"])
    [batch] = [group for group in found if group["labels"].get("pool") == "batch"]
    assert batch["labels"]["stack"] == "slurm"


def test_slurms_cluster_is_named_where_its_figures_are() -> None:
    found = json.loads(scrape_targets.text(planned(Service.MONITORING)))
    named = [group for group in found if "slurm_cluster" in group["labels"]]
    assert [len(group["targets"]) for group in named] == [1]


def test_hosts_that_are_alike_share_a_group() -> None:
    found = json.loads(scrape_targets.text(planned(Service.MONITORING)))
    labels = [json.dumps(group["labels"]) for group in found]
    assert len(labels) == len(set(labels))
