from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pulumi.provider.experimental import provider as engine
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from twinstack.provider.dispatch import Settings, TwinstackProvider, project_of, token
from twinstack.provider.errors import ProviderError
from twinstack.provider.resources.base import Call, Difference, Resource
from twinstack.provider.values import Properties, plain_map, property_map

URN = "urn:pulumi:test::p::twinstack:index:Site$twinstack:index:Thing::one"


class Thing(Resource):
    """Remembers what it was asked."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"key"})

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.gone = False

    async def check(self, new: Properties, old: Properties) -> dict[str, str]:
        del old
        return {"size": "must be small"} if new.get("size") == 9 else {}

    def diff(self, old: Properties, new: Properties) -> Difference:
        if old == new:
            return Difference()
        return Difference({"size": PropertyDiff(PropertyDiffKind.UPDATE, input_diff=True)}, ("size",))

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        self.asked.append((call, new))
        return "made", {**new, "key": "hush"}

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        self.asked.append((call, old, new))
        return new

    async def read(self, call: Call, state: Properties, inputs: Properties) -> Properties | None:
        return None if self.gone else await super().read(call, state, inputs)

    async def delete(self, call: Call, old: Properties) -> None:
        self.asked.append((call, old))


@pytest.fixture
def thing() -> Thing:
    return Thing()


@pytest.fixture
def provider(thing: Thing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TwinstackProvider:
    (tmp_path / "Pulumi.yaml").touch()
    monkeypatch.chdir(tmp_path)
    made = TwinstackProvider("1.2.3", lambda _settings, _runner: {"Thing": thing})
    asyncio.run(made.configure(engine.ConfigureRequest({}, {}, accept_secrets=True, accept_resources=True)))
    return made


def given(**values: Any) -> dict[str, Any]:
    return property_map(values)


def test_a_resource_below_a_parent_is_found_by_its_own_kind(provider: TwinstackProvider, thing: Thing) -> None:
    answer = asyncio.run(provider.create(engine.CreateRequest(URN, given(size=1), 0, preview=False)))
    assert answer.resource_id == "made"
    assert thing.asked == [(Call(URN, "one"), {"size": 1})]


def test_secret_properties_are_marked_on_the_way_out(provider: TwinstackProvider) -> None:
    answer = asyncio.run(provider.create(engine.CreateRequest(URN, given(size=1), 0, preview=False)))
    assert {key: value.is_secret for key, value in answer.properties.items()} == {"size": False, "key": True}
    assert provider.secret_of(URN) == {"key"}


def test_a_preview_makes_no_id(provider: TwinstackProvider, thing: Thing) -> None:
    answer = asyncio.run(provider.create(engine.CreateRequest(URN, given(size=1), 0, preview=True)))
    assert answer.resource_id == ""
    assert thing.asked[0][0].preview


def test_differences_force_a_replacement_that_deletes_first(provider: TwinstackProvider) -> None:
    answer = asyncio.run(provider.diff(engine.DiffRequest(URN, "id", given(size=1), given(size=2), [])))
    assert (answer.changes, answer.replaces, answer.delete_before_replace) == (True, ["size"], True)
    same = asyncio.run(provider.diff(engine.DiffRequest(URN, "id", given(size=1), given(size=1), [])))
    assert (same.changes, same.replaces, same.delete_before_replace) == (False, [], False)


def test_bad_inputs_are_told_by_property(provider: TwinstackProvider) -> None:
    answer = asyncio.run(provider.check(engine.CheckRequest(URN, {}, given(size=9), b"")))
    assert [(failure.property, failure.reason) for failure in answer.failures or []] == [("size", "must be small")]
    assert asyncio.run(provider.check(engine.CheckRequest(URN, {}, given(size=1), b""))).failures is None


def test_update_and_delete_reach_the_resource(provider: TwinstackProvider, thing: Thing) -> None:
    update = engine.UpdateRequest(URN, "id", given(size=1), given(size=2), 0, [], preview=False)
    assert plain_map(asyncio.run(provider.update(update)).properties) == {"size": 2}
    asyncio.run(provider.delete(engine.DeleteRequest(URN, "id", given(size=2), 0)))
    assert thing.asked == [(Call(URN, "one"), {"size": 1}, {"size": 2}), (Call(URN, "one"), {"size": 2})]


def test_a_read_keeps_inputs_and_marks_secrets_and_a_thing_that_is_gone_has_no_id(
    provider: TwinstackProvider, thing: Thing
) -> None:
    request = engine.ReadRequest(URN, "one", given(name="b"), given(name="a"))
    found = asyncio.run(provider.read(request))
    assert (found.resource_id, plain_map(found.properties), plain_map(found.inputs)) == (
        "one",
        {"name": "b"},
        {"name": "a"},
    )
    thing.gone = True
    assert asyncio.run(provider.read(request)).resource_id == ""


def test_an_unknown_kind_is_an_error_of_ours(provider: TwinstackProvider) -> None:
    with pytest.raises(ProviderError, match=r"twinstack:index:Nothing is not a resource of twinstack 1\.2\.3"):
        asyncio.run(provider.delete(engine.DeleteRequest(URN.replace("Thing", "Nothing"), "id", {}, 0)))


def test_settings_never_replace_and_the_schema_names_the_version(provider: TwinstackProvider) -> None:
    assert asyncio.run(provider.diff_config(engine.DiffRequest("", "", {}, {}, []))).changes is False
    schema = asyncio.run(provider.get_schema(engine.GetSchemaRequest(0))).schema
    assert json.loads(schema or "") == {"name": "twinstack", "version": "1.2.3"}


@pytest.mark.parametrize(
    ("properties", "state", "key_file"),
    [
        ({}, "/p/.twinstack", None),
        ({"state": ".twinstack/lab", "sshKeyFile": "stacks/lab/key"}, "/p/.twinstack/lab", "/p/stacks/lab/key"),
        ({"state": "/var/x", "sshKeyFile": "/keys/k"}, "/var/x", "/keys/k"),
    ],
)
def test_relative_paths_are_the_projects(properties: Mapping[str, object], state: str, key_file: str | None) -> None:
    found = Settings.of(properties, Path("/p"))
    assert found == Settings(Path(state), Path("/p/playbooks"), Path(key_file) if key_file else None)


def test_the_project_is_the_nearest_folder_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").touch()
    below = tmp_path / "infra" / "plugin"
    below.mkdir(parents=True)
    assert project_of(below) == tmp_path
    assert token("Host") == "twinstack:index:Host"
