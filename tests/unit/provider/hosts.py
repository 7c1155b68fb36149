"""A Host resource over a pretended Ansible, for its tests."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from pulumi.provider.experimental.provider import PropertyDiffKind

from tests.unit.provider.fakes import FakeLog, FakeRunner
from tests.unit.provider.manifests import host
from twinstack.provider.resources.base import Call
from twinstack.provider.resources.host import HostResource
from twinstack.provider.store import Store
from twinstack.provider.values import Properties

URN = "urn:pulumi:test::p::twinstack:index:Host::cpu1"
CALL = Call(URN, "cpu1")
ROLE = "slurm-compute"
PLAYS = ("drain_slurm", "slurm_compute", "stop", "lift_slurm", "observe")


class World:
    """A Host resource over a pretended Ansible."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.store = Store(folder)
        self.runner = FakeRunner(PLAYS, **settings)
        self.log = FakeLog()

    def host(self, text: str = "one\n", **changes: Any) -> dict[str, Any]:
        return host(self.store, text, **changes)

    @property
    def resource(self) -> HostResource:
        return HostResource(self.runner, self.store, self.log)

    def create(self, new: Properties, call: Call = CALL) -> Properties:
        return asyncio.run(self.resource.create(call, new))[1]

    def update(self, old: Properties, new: Properties, call: Call = CALL) -> Properties:
        return asyncio.run(self.resource.update(call, old, new))

    def read(self, state: Properties, inputs: Properties | None = None) -> Properties | None:
        return asyncio.run(self.resource.read(CALL, state, inputs or self.host()))

    def delete(self, old: Properties) -> None:
        asyncio.run(self.resource.delete(CALL, old))

    def diff(self, old: Properties, new: Properties) -> dict[str, PropertyDiffKind]:
        return {path: one.kind for path, one in self.resource.diff(old, new).paths.items()}

    @property
    def groups(self) -> list[dict[str, list[str]]]:
        return [{group: list(members) for group, members in play.groups.items()} for play in self.runner.seen]
