"""Scripts of the operator's that Slurm runs: the parameters that name them, and the hosts that hold them.

They are named by absolute paths in all releases: then each host runs what was placed there. (From 23.11 on configless
would send Prolog and Epilog of relative paths; earlier releases do not.) Prolog and Epilog are patterns, so that a node
that has not got its script yet, or not any more, runs none, where a missing file would drain it (prolog_epilog.html).
"""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Slurm
from twinstack.rendering import slurm_paths as paths
from twinstack.rendering.model import PlacedFile
from twinstack.rendering.renderer import Renderer
from twinstack.rendering.slurm_nodes import slurm_of
from twinstack.rendering.slurm_settings import Setting

_ON_NODES = {
    "prolog": ("Prolog", "prolog.d/*"),
    "epilog": ("Epilog", "epilog.d/*"),
    "task_prolog": ("TaskProlog", "task_prolog"),
    "task_epilog": ("TaskEpilog", "task_epilog"),
}
_ON_CONTROLLERS = {
    "controller_prolog": ("PrologSlurmctld", "controller_prolog"),
    "controller_epilog": ("EpilogSlurmctld", "controller_epilog"),
}
JOB_SUBMIT = "job_submit.lua"


def settings(slurm: Slurm) -> Iterator[Setting]:
    """The parameters that name the scripts; the health check's stand with its interval."""
    for event, (parameter, name) in {**_ON_NODES, **_ON_CONTROLLERS}.items():
        if event in slurm.hooks:
            yield parameter, f"{paths.SCRIPTS}/{name}"
    if "job_submit" in slurm.hooks:
        yield "JobSubmitPlugins", "lua"


def node_files(renderer: Renderer) -> tuple[PlacedFile, ...]:
    """The scripts of a node."""
    return tuple(
        _file(renderer, event, name.replace("*", event))
        for event, (_, name) in _ON_NODES.items()
        if event in slurm_of(renderer.site).hooks
    )


def controller_files(renderer: Renderer) -> tuple[PlacedFile, ...]:
    """The scripts of a controller."""
    hooks = slurm_of(renderer.site).hooks
    scripts = [_file(renderer, event, name) for event, (_, name) in _ON_CONTROLLERS.items() if event in hooks]
    if "job_submit" not in hooks:
        return tuple(scripts)
    text = hooks["job_submit"].text
    submit = renderer.file(f"{paths.CONFIGURATION}/{JOB_SUBMIT}", f"slurm/{JOB_SUBMIT}", lambda: text)
    return (*scripts, submit)


def _file(renderer: Renderer, event: str, name: str) -> PlacedFile:
    text = slurm_of(renderer.site).hooks[event].text
    return renderer.file(f"{paths.SCRIPTS}/{name}", f"slurm/hooks/{event}", lambda: text, mode="0755")
