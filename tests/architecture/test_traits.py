"""What the project promises of its own shape; the import contracts themselves are in .importlinter."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
import yaml

from playbooks.plugins.module_utils.twinstack_observers import OBSERVERS
from tests.sandbox import damage
from twinstack.components import COMPONENTS
from twinstack.inventory.load import load
from twinstack.inventory.model import OperatingSystem
from twinstack.planning import plan
from twinstack.planning.components import COMPONENTS as KNOWN
from twinstack.planning.roles import ORDER
from twinstack.provider.live_settings import SYSCTL, TMPFILES
from twinstack.rendering import render
from twinstack.rendering.distribution import REDHAT
from twinstack.rendering.package_pins import unpinned
from twinstack.rendering.roles import ROLES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("infra", "policies", "playbooks") for path in (ROOT / folder).rglob("*.py"))
TASKS = sorted((ROOT / "playbooks").rglob("*.yml"))
SWALLOWED = re.compile(r"failed_when:\s*false|ignore_errors:\s*(true|yes)|set_fact")


def functions() -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = chain.from_iterable(ast.walk(ast.parse(path.read_text())) for path in SOURCES)
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_files_stay_short() -> None:
    long = {str(path.relative_to(ROOT)) for path in SOURCES if len(path.read_text().splitlines()) > 300}
    assert long == set()


def test_functions_stay_short_and_typed() -> None:
    lengths = sorted((node.end_lineno or 0) - node.lineno + 1 for node in functions())
    assert statistics.median(lengths) <= 8
    assert lengths[int(0.9 * len(lengths))] <= 30
    assert [node.name for node in functions() if node.returns is None] == []


@pytest.mark.parametrize("path", TASKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_playbooks_swallow_no_failure_and_decide_nothing(path: Path) -> None:
    assert not SWALLOWED.search(path.read_text())


def test_plays_are_in_the_order_of_roles() -> None:
    plays = yaml.safe_load((ROOT / "playbooks" / "site.yml").read_text())
    assert [play["hosts"] for play in plays if "hosts" in play] == [role.replace("-", "_") for role in ORDER]
    assert [plays[end]["ansible.builtin.import_playbook"] for end in (1, -1)] == ["drain.yml", "lift.yml"]
    assert tuple(ROLES) == ORDER


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "playbooks" / "roles").iterdir()))
def test_every_role_is_described(role: str) -> None:
    folder = ROOT / "playbooks" / "roles" / role
    assert (folder / "README.md").read_text().startswith("# ")
    assert yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text())["argument_specs"]


def packages_of_the_rhel_family() -> dict[str, set[str]]:
    """The package names of each role, as sites of the project would have them on RHEL's family."""
    sites = ("stacks/production", "stacks/sandbox", "tests/sandbox/pair", "tests/sandbox/sites/planes")
    found: dict[str, set[str]] = {}
    for name in sites:
        path = ROOT / name
        read = load(path / "site.yaml" if path.is_dir() else path.with_suffix(".yaml"))
        site = replace(read, os=OperatingSystem("rocky", "9"), software=replace(read.software, apptainer=True))
        for spec in render(plan(site)).specs.values():
            names = {unpinned(REDHAT, package)[0] for package in spec.packages}
            found.setdefault(spec.role, set()).update(names)
    return {role: names for role, names in found.items() if names}


RPMS = packages_of_the_rhel_family()


def test_every_role_with_packages_is_looked_at() -> None:
    none = {"users", "gpu", "gpfs-mount", "slurm-exporter", "scrape-targets", "slurm-packages"}
    assert set(ORDER) - set(RPMS) <= none


@pytest.mark.parametrize("role", RPMS)
def test_a_role_with_packages_names_the_rhel_familys_and_says_what_was_not_run(role: str) -> None:
    text = (ROOT / "playbooks" / "roles" / role.replace("-", "_") / "README.md").read_text()
    said = [part for part in re.split(r"\n\n|\n- ", text) if re.search(r"\bnot run\s+here\b", part, re.IGNORECASE)]
    assert any(re.search(r"RHEL|Red Hat|EPEL", part) for part in said), "what of RHEL's family was not run here"
    assert any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in RPMS[role]), RPMS[role]


DAMAGED = {"stacks/sandbox": damage.SANDBOX, "tests/sandbox/pair": damage.PAIR}


def test_every_role_has_a_case_of_drift() -> None:
    cases = [damage.SANDBOX, damage.PAIR, damage.PLANES, damage.UPGRADE, damage.NOT_HERE]
    assert sorted(chain.from_iterable(cases)) == sorted(ORDER), "tests/sandbox/damage.py: how each role can be damaged"


@pytest.mark.parametrize("folder", DAMAGED)
def test_damage_is_done_where_its_role_is(folder: str) -> None:
    hosts = plan(load(ROOT / folder / "site.yaml")).hosts
    damaged = {role: case.host for role, case in DAMAGED[folder].items()}
    assert {role: host for role, host in damaged.items() if role not in hosts[host].roles} == {}


def test_roles_with_kernel_settings_are_placed_by_the_task_that_sets_them_live() -> None:
    sites = [ROOT / "stacks" / name / "site.yaml" for name in ("sandbox", "lab", "production")]
    specs = [spec for path in sites for spec in render(plan(load(path))).specs.values()]
    roles = {spec.role for spec in specs if any(file.dest.startswith((SYSCTL, TMPFILES)) for file in spec.files)}
    assert "tuning" in roles
    for role in roles:
        tasks = yaml.safe_load((ROOT / "playbooks/roles" / role.replace("-", "_") / "tasks/main.yml").read_text())
        assert {"role": role} in [task.get("twinstack_role") for task in tasks]


def test_a_role_leaves_something_that_a_refresh_can_see() -> None:
    sites = [ROOT / "stacks" / name / "site.yaml" for name in ("sandbox", "lab", "production")]
    specs = {name: spec for path in sites for name, spec in render(plan(load(path))).specs.items()}
    seen = (spec.packages or spec.files or spec.units or spec.directories for spec in specs.values())
    blind = [spec.role for spec, parts in zip(specs.values(), seen, strict=True) if not parts]
    assert set(blind) <= set(OBSERVERS), "playbooks/plugins/module_utils/twinstack_observers.py says what to look at"


def test_every_component_is_known_to_the_plan_and_described() -> None:
    for component in COMPONENTS:
        assert component.name in KNOWN
        assert (ROOT / "infra" / "twinstack" / "components" / component.name / "README.md").exists()


def test_checking_an_inventory_needs_no_engine() -> None:
    script = (
        "import sys, twinstack.commands.check; print(sorted({'pulumi', 'ansible_runner', 'grpc'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_path_of_a_machine_and_no_registry_host_but_upstreams_own() -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    texts = {name: (ROOT / name).read_text(errors="ignore") for name in names if not name.endswith((".sum", ".lock"))}
    mine = Path(__file__).relative_to(ROOT).as_posix()
    machine = re.compile(r"/work/(main|shared|build)|/root/\.(cache|pyenv|cargo)")
    assert [name for name, text in texts.items() if name != mine and machine.search(text)] == []
