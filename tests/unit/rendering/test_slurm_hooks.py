from __future__ import annotations

from tests.unit import sites
from twinstack.inventory.model import Script, Service, Stack
from twinstack.planning import plan
from twinstack.rendering import slurm_conf, slurm_hooks
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.roles import slurm_compute, slurm_controller

SCRIPT = Script("hooks/x.sh", "#!/bin/sh\n")
SCRIPTS = "/usr/local/libexec/twinstack-slurm"
EVENTS = ("prolog", "epilog", "task_prolog", "controller_prolog", "job_submit", "health_check")


def renderer(*events: str) -> Renderer:
    hosts = (sites.host("ctl", None, Service.SLURM_CONTROLLER), sites.host("n1", "batch"))
    section = sites.slurm("batch", hooks=dict.fromkeys(events, SCRIPT), health_check_interval=60)
    return Renderer(plan(sites.site(hosts, (sites.pool("batch", Stack.SLURM),), slurm=section)))


def test_nodes_hold_what_runs_on_nodes_and_controllers_what_runs_there() -> None:
    made = renderer(*EVENTS)
    node = {file.dest: file for file in slurm_compute.render(made, made.plan.hosts["n1"]).spec.files}
    controller = {file.dest for file in slurm_controller.render(made, made.plan.hosts["ctl"]).spec.files}
    scripts = {f"{SCRIPTS}/{name}" for name in ("prolog.d/prolog", "epilog.d/epilog", "task_prolog")}
    assert scripts <= node.keys()
    assert not scripts & controller
    assert {f"{SCRIPTS}/controller_prolog", "/etc/slurm/job_submit.lua"} <= controller
    assert {node[script].mode for script in scripts} == {"0755"}
    assert {node[script].restarts for script in scripts} == {()}


def test_slurm_conf_names_them_by_absolute_paths() -> None:
    text = slurm_conf.text(renderer(*EVENTS).plan)
    assert f"Prolog={SCRIPTS}/prolog.d/*\n" in text
    assert f"PrologSlurmctld={SCRIPTS}/controller_prolog\n" in text
    assert "JobSubmitPlugins=lua\n" in text
    assert "Epilog" not in slurm_conf.text(renderer("prolog").plan)


def test_the_operators_health_check_takes_the_place_of_the_built_in_one() -> None:
    made = renderer("health_check")
    spec = slurm_compute.render(made, made.plan.hosts["n1"]).spec
    check = next(file for file in spec.files if file.dest == "/usr/local/sbin/twinstack-slurm-health")
    assert made.artefacts[check.artefact or ""].text == SCRIPT.text


def test_a_site_without_hooks_names_none() -> None:
    made = renderer()
    assert slurm_hooks.node_files(made) == slurm_hooks.controller_files(made) == ()
