"""KWOK's controller and the nodes that it plays."""

from __future__ import annotations

import hashlib

import yaml

from twinstack.components.kwok.nodes import node, simulated_hosts
from twinstack.components.kwok.stages import stages
from twinstack.manifests import Manifest, manifest
from twinstack.planning.model import Plan
from twinstack.rendering.nodes import CONTROL_PLANE_TAINT, SIMULATED

NAMESPACE = "kwok-system"
NAME = "kwok-controller"
IMAGE = "registry.k8s.io/kwok/kwok:v0.7.0"

_CONFIG = "kwok.yaml"
_PORT = 10247
_RBAC = "rbac.authorization.k8s.io"
_READ = ["get", "list", "watch"]
_WRITE = ["patch", "update"]


def resources(plan: Plan) -> tuple[Manifest, ...]:
    """The controller with all that it needs, then a Node a simulated host."""
    text = configuration(plan)
    return (
        manifest("v1", "Namespace", NAMESPACE, labels={"pod-security.kubernetes.io/enforce": "restricted"}),
        manifest("v1", "ServiceAccount", NAME, namespace=NAMESPACE),
        _cluster_role(),
        _cluster_role_binding(),
        manifest("v1", "ConfigMap", NAME, namespace=NAMESPACE, data={_CONFIG: text}),
        _deployment(text),
        *(node(host) for host in simulated_hosts(plan)),
    )


def configuration(plan: Plan) -> str:
    """KWOK's configuration with all stages: it plays nodes that carry our label, and never any other."""
    options = {
        "manageAllNodes": False,
        "manageNodesWithLabelSelector": f"{SIMULATED}=true",
        # Without a lease nodes are lost after half a minute; shorter ones cost the API server.
        "nodeLeaseDurationSeconds": 40,
        "nodePort": _PORT,
        # Addresses set aside for benchmarks and for documents: whoever finds one behind a Service reaches nobody.
        "cidr": "198.18.0.1/15",
        "nodeIP": "192.0.2.1",
        "enableCRDs": [],
    }
    head = {"apiVersion": "config.kwok.x-k8s.io/v1alpha1", "kind": "KwokConfiguration", "options": options}
    version = plan.site.kubernetes.version if plan.site.kubernetes else ""
    return yaml.safe_dump_all([head, *stages(version)], sort_keys=False)


def _cluster_role() -> Manifest:
    def rule(group: str, names: list[str], verbs: list[str]) -> Manifest:
        return {"apiGroups": [group], "resources": names, "verbs": verbs}

    rules = [
        rule("", ["nodes"], _READ),
        rule("", ["pods"], [*_READ, *_WRITE, "delete"]),
        rule("", ["nodes/status", "pods/status"], _WRITE),
        rule("", ["events"], ["create", *_WRITE]),
        rule("coordination.k8s.io", ["leases"], [*_READ, *_WRITE, "create"]),
    ]
    return manifest(f"{_RBAC}/v1", "ClusterRole", NAME, rules=rules)


def _cluster_role_binding() -> Manifest:
    return manifest(
        f"{_RBAC}/v1",
        "ClusterRoleBinding",
        NAME,
        roleRef={"apiGroup": _RBAC, "kind": "ClusterRole", "name": NAME},
        subjects=[{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
    )


def _deployment(configuration_text: str) -> Manifest:
    selector = {"app.kubernetes.io/name": NAME}
    # KWOK reads its configuration once: a new one must make new pods.
    digest = hashlib.sha256(configuration_text.encode()).hexdigest()
    template = {"metadata": {"labels": selector, "annotations": {"twinstack.io/configuration": digest}}, "spec": _pod()}
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": selector},
        "template": template,
    }
    return manifest("apps/v1", "Deployment", NAME, namespace=NAMESPACE, labels=selector, spec=spec)


def _pod() -> Manifest:
    return {
        "serviceAccountName": NAME,
        "priorityClassName": "system-cluster-critical",
        "tolerations": [{"key": CONTROL_PLANE_TAINT.key, "operator": "Exists", "effect": "NoSchedule"}],
        "securityContext": {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container()],
        "volumes": [
            {"name": "configuration", "configMap": {"name": NAME}},
        ],
    }


def _container() -> Manifest:
    return {
        "name": NAME,
        "image": IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [f"--config=/etc/kwok/{_CONFIG}"],
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": _PORT}, "periodSeconds": 2, "timeoutSeconds": 2},
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": _PORT}, "periodSeconds": 30, "timeoutSeconds": 10},
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "configuration", "mountPath": "/etc/kwok", "readOnly": True},
        ],
    }
