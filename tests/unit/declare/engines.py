"""A pretended engine that takes note of what a program declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks

MADE = {
    "twinstack:index:Secret": {"value": "made"},
    "twinstack:index:Cluster": {"kubeconfig": "config"},
    "twinstack:index:HostKey": {"key": "shown"},
}


@dataclass
class Engine(Mocks):
    """What was declared, by type and name, in order; `after` is what each waits for."""

    declared: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    after: dict[str, set[str]] = field(default_factory=dict)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.declared[args.typ.removeprefix("twinstack:index:"), args.name] = args.inputs
        return f"{args.name}-id", {**args.inputs, **MADE.get(args.typ, {})}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        raise AssertionError(args)

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The inputs of a kind's resources, by name."""
        return {name: inputs for (found, name), inputs in self.declared.items() if found == kind}


class Monitor(MockMonitor):
    """Takes note of what each resource waits for, too."""

    mocks: Engine

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the engine's name
        self.mocks.after[request.name] = {urn.rpartition("::")[2] for urn in request.dependencies}
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def declared(program: Callable[[], object], config: Mapping[str, str] | None = None) -> Engine:
    """What a program declares under a configuration of `twinstack:` keys."""
    engine = Engine()
    set_mocks(engine, project="twinstack", stack="lab", monitor=Monitor(engine))
    keys = {f"twinstack:{key}": value for key, value in (config or {}).items()}
    pulumi.runtime.set_all_config(keys, list(keys))

    @pulumi.runtime.test  # type: ignore[misc,untyped-decorator]
    def run() -> None:
        program()

    run()
    return engine


def revealed(value: Any) -> Any:
    """The value of an input that must have been marked as secret."""
    assert value[rpc._special_sig_key] == rpc._special_secret_sig
    return value["value"]
