"""The Pulumi provider: hands each request to the kind of resource that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pulumi.provider.experimental import provider as engine

from twinstack.provider.errors import ProviderError
from twinstack.provider.limits import Limits
from twinstack.provider.resources.base import Call, Resource
from twinstack.provider.runner import AnsibleRunner, Runner
from twinstack.provider.values import Properties, plain_map, property_map, text

NAME = "twinstack"


@dataclass(frozen=True, slots=True)
class Settings:
    """The provider's configuration: folders on the operator's machine; relative ones are the project's."""

    state: Path
    playbooks: Path
    key_file: Path | None
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(cls, properties: Properties, project: Path) -> Settings:
        """The settings of a configured provider."""
        key_file = text(properties, "sshKeyFile")
        return cls(
            state=project / Path(text(properties, "state") or ".twinstack").expanduser(),
            playbooks=project / Path(text(properties, "playbooks") or "playbooks").expanduser(),
            key_file=project / Path(key_file).expanduser() if key_file else None,
            limits=Limits.of(properties),
        )


def project_of(folder: Path) -> Path:
    """The nearest folder above with a Pulumi.yaml: relative paths start there, on whichever machine this is."""
    return next((path for path in (folder, *folder.parents) if (path / "Pulumi.yaml").exists()), folder)


def token(kind: str) -> str:
    """The engine's name of a kind of resource."""
    return f"{NAME}:index:{kind}"


Kinds = Callable[[Settings, Runner], Mapping[str, Resource]]


class TwinstackProvider(engine.Provider):
    """Serves the kinds of resources that `kinds` makes once the settings are known."""

    def __init__(self, version: str, kinds: Kinds) -> None:
        self._version = version
        self._kinds = kinds
        self._resources: Mapping[str, Resource] = {}
        self._runner: AnsibleRunner | None = None

    async def get_schema(self, request: engine.GetSchemaRequest) -> engine.GetSchemaResponse:
        """Name and version; the typed classes of the resources are in `declare.resources`."""
        del request
        return engine.GetSchemaResponse(json.dumps({"name": NAME, "version": self._version}))

    async def diff_config(self, request: engine.DiffRequest) -> engine.DiffResponse:
        """Settings say where things lie on this machine: they never replace a resource."""
        del request
        return engine.DiffResponse(changes=False)

    async def configure(self, request: engine.ConfigureRequest) -> engine.ConfigureResponse:
        """Take the settings and make the resources."""
        settings = Settings.of(plain_map(request.args), project_of(Path.cwd()))
        self._runner = AnsibleRunner(settings.state / "runs", settings.playbooks, settings.key_file, settings.limits)
        self._resources = {token(kind): made for kind, made in self._kinds(settings, self._runner).items()}
        return engine.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: engine.CheckRequest) -> engine.CheckResponse:
        """Inputs pass as they are, or with what is wrong with them."""
        wrong = await self._of(request.type).check(plain_map(request.new_inputs), plain_map(request.old_inputs or {}))
        failures = [engine.CheckFailure(name, reason) for name, reason in wrong.items()]
        return engine.CheckResponse(request.new_inputs, failures or None)

    async def diff(self, request: engine.DiffRequest) -> engine.DiffResponse:
        """How the inputs differ from the state."""
        found = self._of(request.type).diff(plain_map(request.old_state), plain_map(request.new_inputs))
        return engine.DiffResponse(
            changes=bool(found.paths),
            replaces=list(found.replaces),
            delete_before_replace=bool(found.replaces),
            detailed_diff=dict(found.paths),
        )

    async def create(self, request: engine.CreateRequest) -> engine.CreateResponse:
        """Create a resource."""
        kind = self._of(request.type)
        made, properties = await kind.create(_call(request), plain_map(request.properties))
        return engine.CreateResponse("" if request.preview else made, property_map(properties, kind.SECRET))

    async def update(self, request: engine.UpdateRequest) -> engine.UpdateResponse:
        """Change a resource."""
        kind = self._of(request.type)
        properties = await kind.update(_call(request), plain_map(request.olds), plain_map(request.news))
        return engine.UpdateResponse(property_map(properties, kind.SECRET))

    async def read(self, request: engine.ReadRequest) -> engine.ReadResponse:
        """Look how a resource is found; inputs stay as they are, for nobody but the program changes them."""
        kind = self._of(request.type)
        call = Call(request.urn, request.name)
        found = await kind.read(call, plain_map(request.properties), plain_map(request.inputs))
        if found is None:
            return engine.ReadResponse("", {}, {})
        return engine.ReadResponse(request.resource_id, property_map(found, kind.SECRET), request.inputs)

    async def delete(self, request: engine.DeleteRequest) -> None:
        """Remove a resource."""
        call = Call(request.urn, request.name)
        await self._of(request.type).delete(call, plain_map(request.properties))

    async def cancel(self) -> None:
        """End what is running; whoever waits for it fails."""
        if self._runner is not None:
            self._runner.cancel()

    def is_checked(self, urn: str) -> bool:
        """Whether a resource's inputs can be wrong."""
        return self._of(urn.split("::")[-2]).CHECKED

    def is_observed(self, urn: str) -> bool:
        """Whether the world can differ from a resource's state."""
        return self._of(urn.split("::")[-2]).OBSERVED

    def secret_of(self, urn: str) -> frozenset[str]:
        """The names of a resource's secret properties."""
        return self._of(urn.split("::")[-2]).SECRET

    def _of(self, path: str) -> Resource:
        """The kind at the end of a path of types, such as `parent$child`."""
        kind = path.rsplit("$", 1)[-1]
        found = self._resources.get(kind)
        if found is None:
            raise ProviderError(f"{kind} is not a resource of {NAME} {self._version}")
        return found


def _call(request: engine.CreateRequest | engine.UpdateRequest) -> Call:
    return Call(request.urn, request.name, preview=request.preview)
