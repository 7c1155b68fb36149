"""The program of every stack: from its inventory to Pulumi resources, in one visible order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pulumi
from pulumi.runtime.settings import SETTINGS

from twinstack.declare import kubernetes
from twinstack.declare.accounting import declare_accounting
from twinstack.declare.connections import Connections
from twinstack.declare.host_keys import after, with_learned_keys
from twinstack.declare.hosts import HostFactory, declare_hosts
from twinstack.declare.known_hosts import KnownHosts
from twinstack.declare.notices import fold, notices
from twinstack.declare.quiet import quieten
from twinstack.declare.resources import Artefact, Cluster, Host, Provider
from twinstack.declare.settings import NAMESPACE, Settings, beside
from twinstack.declare.site import SiteComponent
from twinstack.declare.stack_secrets import declare_secrets
from twinstack.inventory.load import load
from twinstack.inventory.model import Service, Site
from twinstack.inventory.problems import InventoryError
from twinstack.planning import plan as make_plan
from twinstack.planning.model import Plan
from twinstack.provider.store import Store
from twinstack.rendering import render
from twinstack.rendering.model import Rendering
from twinstack.tenancy.slurm import slurm_entities

ACCOUNTING = (Service.SLURM_ACCOUNTING, Service.SLURM_CONTROLLER)
CONTROL_PLANE = "kubernetes-control-plane"


def run() -> None:
    """Load, plan, render and declare the current stack."""
    quieten()
    config = pulumi.Config(NAMESPACE)
    settings = Settings.of(config, Path(pulumi.get_root_directory()), pulumi.get_stack())
    plan = make_plan(load_or_stop(settings.inventory))
    Declaration(plan, render(plan), settings, config).declare()


def load_or_stop(inventory: Path) -> Site:
    """The checked site.

    Raises:
        pulumi.RunError: the inventory has problems; all are told, and nothing was touched.
    """
    try:
        return load(inventory)
    except InventoryError as error:
        raise pulumi.RunError("\n".join(("the inventory has problems:", *map(str, error.problems)))) from error


@dataclass(frozen=True)
class Declaration:
    """One stack on its way to the engine."""

    plan: Plan
    rendering: Rendering
    settings: Settings
    config: pulumi.Config

    def declare(self) -> None:
        """Declare everything, and the stack's outputs."""
        site = SiteComponent(self.plan)
        options = pulumi.ResourceOptions(parent=site, provider=self._provider(site))
        self._artefacts(options)
        connections = self._connections(options)
        secrets = after(connections.learned, self._secrets(options))
        factory = HostFactory(self.plan, self.rendering, connections, secrets)
        hosts = declare_hosts(factory, options)
        self._accounting(connections, hosts, options)
        cluster = self._cluster(connections, hosts, options)
        if cluster is not None:
            waits = [cluster, *self._with_prefix(hosts, "kubernetes-")]
            kubernetes.declare(self.plan, cluster.kubeconfig, waits, site)
        export(self.plan, cluster)

    def _provider(self, site: pulumi.Resource) -> Provider:
        key_file = self.plan.site.access.ssh_key_file
        return Provider(
            "twinstack",
            state=self.settings.state,
            ssh_key_file=beside(self.settings.root, key_file) if key_file else None,
            playbooks=self.settings.playbooks,
            timeouts={f"{name}Timeout": seconds for name, seconds in asdict(self.plan.site.access.timeouts).items()},
            opts=pulumi.ResourceOptions(parent=site),
        )

    def _artefacts(self, options: pulumi.ResourceOptions) -> None:
        """Put every text where the provider finds it, also for previews, and show it to the engine."""
        store = Store(self.settings.artefacts)
        for name, artefact in self.rendering.artefacts.items():
            Artefact(name, artefact.text, store.put(artefact.text), options)

    def _connections(self, options: pulumi.ResourceOptions) -> Connections:
        pinned = Connections(self.plan.site, KnownHosts.read(self.plan.site.access.host_keys))
        connections = with_learned_keys(pinned, options)
        for notice in notices(self.plan, connections, SETTINGS.parallel):
            pulumi.log.warn(notice)
        return connections

    def _secrets(self, options: pulumi.ResourceOptions) -> pulumi.Output[Mapping[str, str]]:
        names = [name for spec in self.rendering.specs.values() for name in spec.secrets]
        return declare_secrets(names, self.config, options)

    def _accounting(self, connections: Connections, hosts: Mapping[str, Host], options: pulumi.ResourceOptions) -> None:
        tenancy = slurm_entities(self.plan)
        controller = connections.controllers.get("slurm")
        if controller is not None:
            serving = {host.name for service in ACCOUNTING for host in self.plan.site.by_service[service]}
            declare_accounting(tenancy, controller, [hosts[name] for name in hosts if name in serving], options)

    def _cluster(
        self, connections: Connections, hosts: Mapping[str, Host], options: pulumi.ResourceOptions
    ) -> Cluster | None:
        wanted, control_plane = self.plan.site.kubernetes, connections.controllers.get("kubernetes")
        if wanted is None or control_plane is None:
            return None
        after = pulumi.ResourceOptions(depends_on=[hosts[control_plane.name]])
        return Cluster(
            self.plan.site.name,
            control_plane,
            endpoint=wanted.endpoint,
            version=wanted.version,
            role=self.rendering.hosts[control_plane.name][CONTROL_PLANE].digest,
            opts=pulumi.ResourceOptions.merge(options, after),
        )

    def _with_prefix(self, hosts: Mapping[str, Host], prefix: str) -> list[Host]:
        rendered = self.rendering.hosts
        return [host for name, host in hosts.items() if any(role.startswith(prefix) for role in rendered[name])]


def export(plan: Plan, cluster: Cluster | None) -> None:
    """The stack's outputs: what runs where, and the way into the cluster."""
    pulumi.export("site", plan.site.name)
    pulumi.export("hosts", by_stack(plan))
    if cluster is not None:
        pulumi.export("kubeconfig", pulumi.Output.secret(cluster.kubeconfig))


def by_stack(plan: Plan) -> dict[str, str]:
    """Folded host names by the stack that they serve; simulated hosts apart."""
    names: dict[str, list[str]] = {}
    for host in plan.hosts.values():
        names.setdefault("simulated" if host.host.simulated else host.stack, []).append(host.name)
    return {stack: fold(hosts) for stack, hosts in names.items()}
