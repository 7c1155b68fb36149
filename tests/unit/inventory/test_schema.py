from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from twinstack.inventory import defaults
from twinstack.inventory.formats import FORMATS, checker
from twinstack.inventory.model import Service, Stack
from twinstack.inventory.schema import tree
from twinstack.planning.components import COMPONENTS

SCHEMA = json.loads(files("twinstack.inventory").joinpath("schema.json").read_text())


def parts(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every schema inside of one, with where it is."""
    yield path, schema
    for keyword in ("properties", "patternProperties"):
        for name, part in schema.get(keyword, {}).items():
            yield from parts(part, f"{path}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from parts(schema[keyword], f"{path}/*")
    for index, part in enumerate(schema.get("oneOf", ())):
        yield from parts(part, f"{path}|{index}")


PARTS = dict(parts(tree()))


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_part_is_described_with_examples_so_that_editors_complete_it() -> None:
    bare = [path for path, part in PARTS.items() if not part.get("description")]
    bare += [path for path, part in PARTS.items() if path and "const" not in part and not part.get("examples")]
    assert bare == []


def test_every_example_is_valid_for_it_stands_in_for_mistakes() -> None:
    formats = checker()
    for path, part in PARTS.items():
        validator = Draft202012Validator(part, format_checker=formats)
        for example in part.get("examples", ()):
            assert not list(validator.iter_errors(example)), f"{path}: {example}"


def test_no_mapping_takes_unknown_keys() -> None:
    open_ = [
        path for path, part in PARTS.items() if part.get("type") == "object" and "additionalProperties" not in part
    ]
    assert open_ == []
    assert not [path for path, part in PARTS.items() if part.get("additionalProperties") is True]


def test_patterns_are_anchored_and_texts_and_numbers_bounded() -> None:
    for path, part in PARTS.items():
        if part.get("type") == "string" and "enum" not in part:
            assert part.get("pattern", "^$").startswith("^"), path
            assert part.get("pattern", "^$").endswith("$"), path
            assert "title" in part, path
        if part.get("type") == "integer":
            assert {"minimum", "maximum"} <= part.keys(), path


def test_every_format_has_a_parser() -> None:
    assert {part["format"] for part in PARTS.values() if "format" in part} == FORMATS.keys()


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/apiVersion", defaults.API_VERSIONS),
        ("/hosts/*/services/*", tuple(Service)),
        ("/pools/*/stack", tuple(Stack)),
        ("/hardware/*/absent/*", defaults.CAPABILITIES),
        ("/os/distribution", tuple(defaults.RELEASES)),
    ],
)
def test_words_are_those_of_the_model(path: str, values: tuple[str, ...]) -> None:
    part = PARTS[path]
    assert tuple(part.get("enum", [part.get("const")])) == values


def test_components_are_those_that_planning_knows() -> None:
    assert tuple(PARTS["/kubernetes/components"]["properties"]) == COMPONENTS


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/timezone", defaults.TIMEZONE),
        ("/networks/*/kind", defaults.NETWORK_KIND),
        ("/access/port", defaults.SSH_PORT),
        ("/pools/*/max_unavailable", defaults.MAX_UNAVAILABLE),
        ("/pools/*/drain_timeout", defaults.DRAIN_TIMEOUT),
        ("/pools/*/tuning/cpu_manager", defaults.TUNING.cpu_manager),
        ("/pools/*/tuning/topology_manager", defaults.TUNING.topology_manager),
        ("/pools/*/tuning/memory_manager", defaults.TUNING.memory_manager),
        ("/slurm/qos/*/priority", defaults.QOS.priority),
        ("/slurm/scheduling/select", defaults.SCHEDULING.select),
        ("/slurm/scheduling/preempt_mode", defaults.SCHEDULING.preempt_mode),
        ("/slurm/scheduling/fair_share", defaults.SCHEDULING.fair_share),
        ("/kubernetes/networking/cni", defaults.CNI),
        ("/storage/ceph/block/replicas", defaults.REPLICAS),
        ("/storage/ceph/object_store/gateways", defaults.GATEWAYS),
        ("/projects/*/share", defaults.SHARE),
        ("/observability/retention", defaults.RETENTION),
        ("/artifacts/charts", defaults.UPSTREAM),
    ],
)
def test_the_defaults_that_it_shows_are_the_ones_that_are_used(path: str, value: object) -> None:
    assert PARTS[path]["default"] == value
