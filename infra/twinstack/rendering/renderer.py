"""The frame of rendering: one Plan, every artefact once by name, every role spec once by profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twinstack.inventory.model import Site
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering import slurm_packages
from twinstack.rendering.distribution import Distribution, distribution_of
from twinstack.rendering.model import Artefact, HostRole, PlacedFile, RoleSpec

RoleFunction = Callable[["Renderer", HostPlan], HostRole]


class Renderer:
    """What role functions draw on: the Plan, the distribution's names, and the registers of what was rendered.

    A text is rendered when its name is first asked for, a spec when its (role, profile) is, so that 10,000
    alike hosts cost one rendering and as many look-ups.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.site: Site = plan.site
        self.distribution: Distribution = slurm_packages.of_site(distribution_of(plan.site.os), plan.site.slurm)
        self._artefacts: dict[str, Artefact] = {}
        self._shared: dict[tuple[str, str], HostRole] = {}

    def artefact(self, name: str, text: Callable[[], str]) -> Artefact:
        """The artefact of that name, rendered by `text` when it is asked for first."""
        found = self._artefacts.get(name)
        if found is None:
            found = self._artefacts[name] = Artefact(name, text())
        return found

    def file(
        self,
        dest: str,
        name: str,
        text: Callable[[], str],
        *,
        owner: str = "root",
        group: str = "root",
        mode: str = "0644",
        secret: str | None = None,
        restarts: tuple[str, ...] = (),
        reloads: tuple[str, ...] = (),
        validate: str | None = None,
        drain: bool | None = None,
    ) -> PlacedFile:
        """The artefact `name` as a file at `dest`; the rest is as `PlacedFile` says."""
        artefact = self.artefact(name, text)
        return PlacedFile(
            dest=dest,
            artefact=artefact.name,
            digest=artefact.digest,
            owner=owner,
            group=group,
            mode=mode,
            secret=secret,
            restarts=restarts,
            reloads=reloads,
            validate=validate,
            drain=drain,
        )

    def role(
        self,
        role: str,
        profile: str,
        spec: Callable[[], RoleSpec],
        *,
        own_files: Mapping[str, str] | None = None,
        own: Mapping[str, object] | None = None,
    ) -> HostRole:
        """A host's role; `spec` is called once per (role, profile), hosts with nothing of their own share it."""
        shared = self._shared.get((role, profile))
        if shared is None:
            shared = self._shared[role, profile] = HostRole(_named(spec(), role, profile))
        if not own_files and not own:
            return shared
        return HostRole(shared.spec, own_files or {}, own or {})

    @property
    def specs(self) -> Mapping[str, RoleSpec]:
        """Every role spec so far, by its manifest's name."""
        return {shared.spec.name: shared.spec for shared in self._shared.values()}

    @property
    def artefacts(self) -> Mapping[str, Artefact]:
        """Every artefact so far and every spec's manifest, by name."""
        manifests = {spec.name: Artefact(spec.name, spec.text) for spec in self.specs.values()}
        return dict(sorted({**self._artefacts, **manifests}.items()))


def _named(spec: RoleSpec, role: str, profile: str) -> RoleSpec:
    if (spec.role, spec.profile) != (role, profile):
        raise ValueError(f"the spec of role {role}, profile {profile} calls itself {spec.role}, {spec.profile}")
    return spec
