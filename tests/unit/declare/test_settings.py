from __future__ import annotations

from pathlib import Path

import pulumi
import pytest

from twinstack.declare.settings import Settings, beside

ROOT = Path("/project")


def settings(**config: str) -> Settings:
    pulumi.runtime.set_all_config({f"twinstack:{key}": value for key, value in config.items()})
    return Settings.of(pulumi.Config("twinstack"), ROOT, "lab")


def test_an_empty_configuration_means_the_stacks_own_folder() -> None:
    found = settings()
    assert found == Settings(ROOT, ROOT / "stacks" / "lab" / "site.yaml", ".twinstack/lab", "playbooks")
    assert found.artefacts == ROOT / ".twinstack" / "lab" / "artefacts"


def test_paths_may_lie_elsewhere() -> None:
    found = settings(inventory="/instance/site.yaml", state="/instance/work", playbooks="/other")
    assert found == Settings(ROOT, Path("/instance/site.yaml"), "/instance/work", "/other")
    assert found.artefacts == Path("/instance/work/artefacts")


def test_relative_paths_start_beside_the_stack_configurations() -> None:
    assert settings(inventory="site/b.yaml").inventory == ROOT / "stacks" / "site" / "b.yaml"
    assert settings(state="../run").state == "stacks/../run"


@pytest.mark.parametrize(("path", "kept"), [("/project/stacks/key", "stacks/key"), ("/keys/key", "/keys/key")])
def test_state_keeps_paths_of_the_project_relative(path: str, kept: str) -> None:
    assert beside(ROOT, Path(path)) == kept
