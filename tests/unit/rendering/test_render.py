from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit import sites
from twinstack.inventory.load import load
from twinstack.inventory.model import Site, Stack
from twinstack.planning import plan
from twinstack.rendering import render
from twinstack.rendering.model import Rendering

ROOT = Path(__file__).parents[3]
FILES = {
    "sandbox": ROOT / "stacks" / "sandbox" / "site.yaml",
    "lab": ROOT.parent / "shared" / "contract" / "lab.yaml",
    "aurora": ROOT.parent / "shared" / "contract" / "site.yaml",
}


@pytest.fixture(scope="module", params=["by hand", *(name for name, path in FILES.items() if path.exists())])
def site(request: pytest.FixtureRequest) -> Site:
    return sites.dual() if request.param == "by hand" else load(FILES[request.param])


@pytest.fixture(scope="module")
def rendered(site: Site) -> Rendering:
    return render(plan(site))


def test_hosts_have_the_planned_roles_in_order(site: Site, rendered: Rendering) -> None:
    for name, host in plan(site).hosts.items():
        assert tuple(rendered.hosts[name]) == host.roles


def test_placed_artefacts_exist_with_the_digest_that_the_manifest_names(rendered: Rendering) -> None:
    placed = [file for spec in rendered.specs.values() for file in spec.files if file.artefact]
    assert placed
    for file in placed:
        assert file.digest == rendered.artefacts[str(file.artefact)].digest


def test_files_are_from_an_artefact_a_secret_or_the_host(rendered: Rendering) -> None:
    for roles in rendered.hosts.values():
        for role in roles.values():
            slots = {file.dest for file in role.spec.files if file.artefact is None and file.secret is None}
            assert slots == set(role.own_files)


def test_no_two_roles_of_a_host_place_the_same_file(rendered: Rendering) -> None:
    for roles in rendered.hosts.values():
        places = [file.dest for role in roles.values() for file in role.spec.files]
        assert len(places) == len(set(places))


def test_secret_files_are_not_readable_by_everyone(rendered: Rendering) -> None:
    secret = [file for spec in rendered.specs.values() for file in spec.files if file.secret]
    assert [file.dest for file in secret if int(file.mode, 8) & 0o007] == []


def test_marks_stand_only_in_files_that_name_their_secret(rendered: Rendering) -> None:
    for spec in rendered.specs.values():
        for file in spec.files:
            marked = file.artefact is not None and "@secret:" in rendered.artefacts[file.artefact].text
            assert not marked or file.secret


def test_manifests_are_json_and_params_survive_it(rendered: Rendering) -> None:
    for spec in rendered.specs.values():
        assert json.loads(spec.text)["params"] == json.loads(json.dumps(spec.params))


def test_rendering_is_the_same_every_time(site: Site, rendered: Rendering) -> None:
    first, second = rendered, render(plan(site))
    assert {name: a.text for name, a in first.artefacts.items()} == {n: a.text for n, a in second.artefacts.items()}
    assert {h: {r: s.digest for r, s in roles.items()} for h, roles in first.hosts.items()} == {
        h: {r: s.digest for r, s in roles.items()} for h, roles in second.hosts.items()
    }


def test_adding_a_compute_host_changes_no_role_of_its_neighbours() -> None:
    def digests(count: int) -> dict[str, dict[str, str]]:
        hosts = [sites.host(f"c{index}", "batch") for index in range(count)]
        site = sites.site(hosts, [sites.pool("batch", Stack.SLURM)], slurm=sites.slurm("batch"))
        return {h: {r: s.digest for r, s in roles.items()} for h, roles in render(plan(site)).hosts.items()}

    before, after = digests(40), digests(41)
    assert {host: after[host] for host in before} == before


def test_what_a_role_calls_calm_is_there(rendered: Rendering) -> None:
    for roles in rendered.hosts.values():
        for role in roles.values():
            spec = role.spec
            assert {*spec.calm} <= {*spec.packages, *spec.params, *role.own, *(unit.name for unit in spec.units)}
