"""What roles read of their parameters is what is rendered for them, and nothing is rendered that nobody reads.

`argument_specs` can say no more than that `twinstack_roles` is a map: it holds every role of the host.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest
import yaml

from playbooks.plugins.module_utils.twinstack_observers import OBSERVERS
from twinstack.inventory.load import load
from twinstack.inventory.model import Site, SlurmPackages
from twinstack.planning import plan
from twinstack.rendering import render
from twinstack.rendering.model import HostRole
from twinstack.rendering.roles import ROLES

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOKS = ROOT / "playbooks" / "roles"
INVENTORIES = [
    *sorted((ROOT / "stacks").glob("*/site.yaml")),
    *sorted(path for path in (ROOT / "tests").rglob("*.yaml") if "kind: Site" in path.read_text()),
    *sorted((ROOT.parent / "shared" / "contract").glob("*.yaml")),
]
VERSIONED = ROOT / "tests" / "sandbox" / "upgrade.yaml"
FULL = ROOT / "tests" / "unit" / "inventory" / "data" / "site.yaml"

Key: TypeAlias = tuple[str, ...]
KEYS = r"((?:\.[a-zA-Z]\w*)*)"
READ = re.compile(r"twinstack_roles(?:\.(\w+)|\['([\w-]+)'\])\.params" + KEYS)
# The role kubernetes_node is a part of two others, which hand it their parameters.
SHARED = "kubernetes_node"
SHARED_READ = re.compile(r"()kubernetes_node_params()" + KEYS)
OPTIONAL = re.compile(r" (?:\| default\(|is (?:not )?defined)")
OBSERVED = re.compile(r"params(?:\[|\.get\()\"(\w+)\"")
DEFINED, NOT_NONE = "is defined", "is not none"


class Read(NamedTuple):
    """A parameter that is looked at; by parameter what that must be for it, else nobody looks."""

    key: Key
    if_: Mapping[Key, str]
    shared: bool = False


class Text(NamedTuple):
    """What Ansible evaluates, and the parameters on which that depends."""

    text: str
    if_: Mapping[Key, str]


def conditions(when: Any) -> dict[Key, str]:
    """The parameters that a `when` wants to be there."""
    return {
        keys(each): word
        for condition in ([when] if isinstance(when, str) else when)
        for each in READ.finditer(condition)
        for word in (DEFINED, NOT_NONE)
        if condition[each.end() :].strip().startswith(word)
    }


def keys(match: re.Match[str]) -> Key:
    return tuple(match[3].split(".")[1:])


def tasks_of(path: Path, if_: Mapping[Key, str]) -> Iterator[tuple[dict[str, Any], Mapping[Key, str]]]:
    """The tasks of a file, those in blocks one by one."""

    def walk(tasks: Iterable[dict[str, Any]], above: Mapping[Key, str]) -> Iterator[Any]:
        for task in tasks:
            own = {**above, **conditions(task.get("when", []))}
            parts = [task[part] for part in ("block", "rescue", "always") if part in task]
            for part in parts:
                yield from walk(part, own)
            if not parts:
                yield task, own

    yield from walk(yaml.safe_load(path.read_text()), if_)


def own_texts(role: str) -> Iterator[Text]:
    """All that a role has Ansible evaluate: tasks and handlers, one by one, and other files."""
    for path in sorted(path for path in (PLAYBOOKS / role).rglob("*") if path.is_file()):
        if path.parent.name in {"tasks", "handlers"}:
            yield from (Text(json.dumps(task), if_) for task, if_ in tasks_of(path, {}))
        elif path.parent.name != "meta" and path.suffix != ".md":
            yield Text(path.read_text(), {})


def shared_texts(role: str) -> Iterator[Text]:
    """The same of what a role includes of the part that nodes share."""
    for path in sorted((PLAYBOOKS / role / "tasks").glob("*.yml")):
        for task, if_ in tasks_of(path, {}):
            included = task.get("ansible.builtin.include_role", {})
            if included.get("name") == SHARED:
                tasks = tasks_of(PLAYBOOKS / SHARED / "tasks" / f"{included['tasks_from']}.yml", if_)
                yield from (Text(json.dumps(each), own) for each, own in tasks)
                yield Text((PLAYBOOKS / SHARED / "defaults" / "main.yml").read_text(), {})


def found(pattern: re.Pattern[str], text: Text) -> Iterator[tuple[str, Read]]:
    """The reads in a text, each with the role that is named."""
    for each in pattern.finditer(text.text):
        own = {keys(each): DEFINED} if OPTIONAL.match(text.text, each.end()) else {}
        yield each[1] or each[2], Read(keys(each), {**text.if_, **own}, shared=pattern is SHARED_READ)


@cache
def reads(role: str) -> tuple[Read, ...]:
    """What a role reads, and what looks for its drift."""
    folder = role.replace("-", "_")
    named = [each for text in own_texts(folder) for each in found(READ, text)]
    assert {name for name, _ in named} <= {role}
    shared = [read for text in shared_texts(folder) for _, read in found(SHARED_READ, text)]
    observer = OBSERVERS.get(role)
    observed = OBSERVED.findall(inspect.getsource(observer)) if observer else ()
    # The empty key is where parameters are handed on as a whole, to the shared part.
    return (*(read for _, read in named if read.key), *shared, *(Read((name,), {}) for name in observed))


def sites() -> Iterator[Site]:
    """Every inventory, and what none of them has: packages of Slurm, a repository of Lustre's client, apptainer."""
    yield from map(load, INVENTORIES)
    versioned, full = load(VERSIONED), load(FULL)
    assert versioned.slurm
    for naming in ("distribution", "schedmd"):
        packages = SlurmPackages("22.05.8-4", naming, None, "./", (), None)
        yield replace(versioned, slurm=replace(versioned.slurm, packages=packages))
    lustre = tuple(replace(mount, repository="https://packages.example.org/") for mount in full.storage.lustre)
    storage, software = replace(full.storage, lustre=lustre), replace(full.software, apptainer=True)
    yield replace(full, storage=storage, software=software)


@cache
def rendered() -> Mapping[str, list[HostRole]]:
    """What hosts are given, by role; once what many are given alike."""
    every = {
        (role, json.dumps([each.spec.params, each.own], default=str, sort_keys=True)): each
        for site in sites()
        for roles in render(plan(site)).hosts.values()
        for role, each in roles.items()
    }
    return {role: [each for (name, _), each in every.items() if name == role] for role in ROLES}


def parameters(each: HostRole) -> Mapping[str, Any]:
    """The parameters as the role gets them (`provider/host_vars.py`)."""
    return {**each.spec.params, **each.own}


def has(given: Any, key: Key) -> bool:
    """Whether a parameter is there, be it none."""
    return not key or (isinstance(given, Mapping) and key[0] in given and has(given[key[0]], key[1:]))


def is_none(given: Any, key: Key) -> bool:
    return given is None if not key else has(given, key[:1]) and is_none(given[key[0]], key[1:])


def looks(read: Read, given: Mapping[str, Any]) -> bool:
    """Whether anybody looks, given these parameters."""
    return not any(is_none(given, key) if word == NOT_NONE else not has(given, key) for key, word in read.if_.items())


def unread(given: Mapping[str, Any], known: set[Key], above: Key = ()) -> Iterator[str]:
    """Parameters that nobody looks at: neither at them, nor at something in them."""
    for name, value in given.items():
        key = (*above, name)
        if key in known:
            continue
        if not any(read[: len(key)] == key for read in known):
            yield ".".join(key)
        elif isinstance(value, Mapping):
            yield from unread(value, known, key)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_reads_is_rendered_for_it(role: str) -> None:
    given = [parameters(each) for each in rendered()[role]]
    assert given, "no inventory has this role"
    for read in reads(role):
        looked_at = [each for each in given if looks(read, each)]
        # What the shared part looks at may be the other role's alone.
        assert looked_at or read.shared, f"no inventory has {'.'.join(read.key)}"
        assert [each for each in looked_at if not has(each, read.key)] == [], f"{'.'.join(read.key)} is not rendered"


@pytest.mark.parametrize("role", ROLES)
def test_what_is_rendered_for_a_role_is_read_by_it(role: str) -> None:
    known = {read.key for read in reads(role)}
    assert {name for each in rendered()[role] for name in unread(parameters(each), known)} == set()


@pytest.mark.parametrize("role", ROLES)
def test_what_disturbs_nobody_is_a_part_of_its_role(role: str) -> None:
    every = rendered()[role]
    parts = {name for each in every for name in (*parameters(each), *each.spec.packages)}
    units = {unit.name for each in every for unit in each.spec.units}
    assert {name for each in every for name in each.spec.calm} - parts - units == set()
