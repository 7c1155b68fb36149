from __future__ import annotations

import ast
from typing import Any

from tests.unit import sites
from twinstack.inventory.model import Service, Stack
from twinstack.planning import plan
from twinstack.planning.model import Plan
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import node_exporter, scrape_targets, slurm_exporter


def planned(*services: Service) -> Plan:
    hosts = [
        sites.host("head", None, Service.SLURM_CONTROLLER),
        sites.host("spare", None, Service.SLURM_CONTROLLER),
        sites.host("mon", None, *services),
        sites.host("c1", "batch"),
        sites.host("sim1", "batch", simulated=True),
    ]
    return plan(sites.site(hosts, [sites.pool("batch", Stack.SLURM)], slurm=sites.slurm("batch")))


def spec(module: Any, decided: Plan, host: str) -> Any:
    return module.render(Renderer(decided), decided.hosts[host]).spec


def test_slurms_figures_come_from_the_first_controller_of_a_monitored_site() -> None:
    decided = planned(Service.MONITORING)
    assert [host.name for host in decided.with_role("slurm-exporter")] == ["head"]
    assert not planned().with_role("slurm-exporter")


def test_the_program_is_python_and_writes_where_the_node_exporter_reads() -> None:
    decided = planned(Service.MONITORING)
    found = spec(slurm_exporter, decided, "head")
    ast.parse(slurm_exporter.program(), feature_version=(3, 9))
    assert slurm_exporter.program().startswith("#!/usr/bin/python3\n")
    directory = spec(node_exporter, decided, "head").directories[-1].dest
    assert f"ReadWritePaths={directory}\n" in slurm_exporter.service()
    assert [unit.name for unit in found.units] == ["twinstack-slurm-metrics.timer"]


def test_only_monitoring_hosts_hold_the_list_of_targets() -> None:
    decided = planned(Service.MONITORING)
    assert [host.name for host in decided.with_role("scrape-targets")] == ["mon"]
    assert spec(scrape_targets, decided, "mon").files[0].dest.startswith("/etc/prometheus/file_sd/")
