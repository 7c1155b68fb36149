"""Kubernetes objects of components and tenants as Pulumi resources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes import Provider

from twinstack import components
from twinstack.components.model import Component, Ready
from twinstack.declare.charts import Renderer
from twinstack.manifests import Manifest, annotated, name_of, type_of
from twinstack.planning.model import Plan
from twinstack.tenancy.queues import resource_flavors
from twinstack.tenancy.tenants import Tenant, has_queues, tenants

# Objects that hold others come first; everything else may come in any order, for the provider retries.
_FIRST = frozenset({"Namespace", "CustomResourceDefinition"})
# Pulumi waits by itself for these, and tells more while it waits.
_AWAITED = frozenset({"Deployment", "DaemonSet", "StatefulSet"})
# What of an object cannot be changed in place: a node's status is the kubelet's, and here nobody's.
_REPLACED = {"Node": ["status"]}


class KubernetesObject(pulumi.CustomResource):
    """An object of any kind, given as a plain document."""

    def __init__(self, document: Manifest, opts: pulumi.ResourceOptions) -> None:
        super().__init__(type_of(document), name_of(document), dict(document), opts)


class Group(pulumi.ComponentResource):
    """Objects that belong together, so that previews and graphs show them as one."""

    def __init__(self, kind: str, name: str, facts: dict[str, object], parent: pulumi.Resource | None) -> None:
        super().__init__(f"twinstack:index:{kind}", name, facts, pulumi.ResourceOptions(parent=parent))
        self.register_outputs({})


@dataclass(frozen=True)
class Cluster:
    """Where objects go: the provider, and what groups of them hang below."""

    provider: Provider
    parent: pulumi.Resource | None

    def put(
        self, documents: Iterable[Manifest], below: pulumi.Resource, after: Sequence[pulumi.Resource] = ()
    ) -> list[pulumi.Resource]:
        """Declare objects, those that hold others before the rest; everything that was declared."""
        ordered = list(documents)
        holders = [self._object(document, below, after) for document in ordered if document["kind"] in _FIRST]
        waits = [*after, *holders]
        rest = [self._object(document, below, waits) for document in ordered if document["kind"] not in _FIRST]
        return [*holders, *rest]

    def _object(self, document: Manifest, below: pulumi.Resource, after: Sequence[pulumi.Resource]) -> KubernetesObject:
        options = pulumi.ResourceOptions(
            parent=below,
            provider=self.provider,
            depends_on=list(after),
            replace_on_changes=_REPLACED.get(str(document["kind"])),
            delete_before_replace=True,
        )
        return KubernetesObject(document, options)


def declare(
    plan: Plan,
    kubeconfig: pulumi.Input[str],
    depends_on: Sequence[pulumi.Resource],
    parent: pulumi.Resource | None = None,
) -> None:
    """Declare components, then tenants.

    Args:
        plan: the site's plan.
        kubeconfig: administrator's access to the API server.
        depends_on: what must be there before the first object: the control plane and the workers.
        parent: the site's own resource.

    Raises:
        pulumi.RunError: components cannot work as planned; it says why, each on its own line.
    """
    problems = components.problems(plan)
    if problems:
        raise pulumi.RunError("\n".join(problems))
    cluster = Cluster(_provider(plan, kubeconfig, depends_on, parent), parent)
    charts = Renderer(plan.site, parent)
    declared: dict[str, list[pulumi.Resource]] = {}
    for component in components.switched_on(plan):
        needed = [resource for name in component.needs for resource in declared.get(name, [])]
        declared[component.name] = _component(plan, component, cluster, charts, needed)
    _tenants(plan, cluster, declared.get("kueue", []))


def _provider(
    plan: Plan, kubeconfig: pulumi.Input[str], depends_on: Sequence[pulumi.Resource], parent: pulumi.Resource | None
) -> Provider:
    return Provider(
        "kubernetes",
        kubeconfig=kubeconfig,
        # Without it, renewed certificates in the kubeconfig would replace every object.
        cluster_identifier=plan.site.name,
        enable_config_map_mutable=True,
        enable_secret_mutable=True,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on)),
    )


def _component(
    plan: Plan, component: Component, cluster: Cluster, charts: Renderer, needed: Sequence[pulumi.Resource]
) -> list[pulumi.Resource]:
    chart = component.chart(plan) if component.chart else None
    pin: dict[str, object] = {"chart": chart.name, "version": chart.version} if chart else {}
    group = Group("Component", component.name, pin, cluster.parent)
    own = cluster.put(component.resources(plan), group, needed)
    if chart is None:
        return own
    rendered = [waiting(document, component.ready) for document in charts.objects(chart)]
    return [*own, *cluster.put(rendered, group, own)]


def waiting(document: Manifest, ready: Sequence[Ready]) -> Manifest:
    """The object, marked so that Pulumi waits for the condition in which its component counts as up."""
    for wanted in ready:
        if (wanted.kind, wanted.name) == (document["kind"], name_of(document)) and wanted.kind not in _AWAITED:
            return annotated(document, {"pulumi.com/waitFor": f"condition={wanted.condition}"})
    return document


def _tenants(plan: Plan, cluster: Cluster, kueue: Sequence[pulumi.Resource]) -> None:
    flavors: list[pulumi.Resource] = []
    if has_queues(plan):
        group = Group("Queues", plan.site.name, {}, cluster.parent)
        flavors = cluster.put(resource_flavors(plan), group, kueue)
    for tenant in tenants(plan):
        _tenant(tenant, cluster, [*kueue, *flavors])


def _tenant(tenant: Tenant, cluster: Cluster, queues: Sequence[pulumi.Resource]) -> None:
    group = Group("Project", tenant.project, {}, cluster.parent)
    plain = cluster.put(tenant.plain, group)
    cluster.put(tenant.queued, group, [*queues, *plain])
