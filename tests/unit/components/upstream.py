"""Upstream's own schemas and values, where they lie beside the project; tests against them are skipped elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

UPSTREAM = Path(__file__).resolve().parents[4] / "shared" / "upstream"


def text(path: str) -> str:
    """A file of the snapshot."""
    found = UPSTREAM / path
    if not found.exists():
        pytest.skip(f"no upstream snapshot with {path}")
    return found.read_text()


def values(component: str) -> Any:
    """A chart's own values."""
    return yaml.safe_load(text(f"{component}/values.yaml"))


def problems(component: str, document: Mapping[str, Any]) -> list[str]:
    """What a custom resource's schema says against an object; unknown fields are wrong too."""
    version = str(document["apiVersion"]).partition("/")[2]
    schema = _schemas(component)[str(document["kind"]), version]
    found = Draft202012Validator(schema).iter_errors({key: document[key] for key in document if key != "metadata"})
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in found]


@cache
def _schemas(component: str) -> dict[tuple[str, str], Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[tuple[str, str], Any] = {}
    for document in yaml.load_all(text(f"{component}/crds.yaml"), loader):
        for version in document["spec"]["versions"] if document else ():
            schema = version["schema"]["openAPIV3Schema"]
            found[document["spec"]["names"]["kind"], version["name"]] = _closed(schema)
    return found


def _closed(schema: Any) -> Any:
    """A schema that takes no field but those that it names."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    return closed
