"""Kueue's chart, pinned, with values from the Plan."""

from __future__ import annotations

import yaml

from twinstack.components.model import Chart
from twinstack.manifests import PROJECT
from twinstack.planning.model import Plan
from twinstack.rendering.nodes import CONTROL_PLANE_TAINT

NAMESPACE = "kueue-system"
VERSION = "0.19.2"

# Kinds of job that other components bring; Kueue leaves a kind alone that is not listed.
FRAMEWORKS = {
    "jobset": "jobset.x-k8s.io/jobset",
    "mpi-operator": "kubeflow.org/mpijob",
    "kuberay-operator": "ray.io/rayjob",
    "kubeflow-trainer": "trainer.kubeflow.org/trainjob",
}

_MIB_AT_LEAST = 512
_HOSTS_A_MIB = 2  # Kueue watches every pod and node: half a MiB a host was ample at 1,000 hosts.
_HIGHLY_AVAILABLE = 3  # control planes from which on a second replica has somewhere else to run


def chart(plan: Plan) -> Chart:
    """The chart with the values of a site."""
    return Chart(
        name="kueue",
        version=VERSION,
        repository="oci://registry.k8s.io/kueue/charts",
        namespace=NAMESPACE,
        values=values(plan),
    )


def values(plan: Plan) -> dict[str, object]:
    """Values that differ from the chart's own."""
    replicas = 2 if len(plan.with_role("kubernetes-control-plane")) >= _HIGHLY_AVAILABLE else 1
    return {
        "controllerManager": {
            "replicas": replicas,
            "podDisruptionBudget": {"enabled": replicas > 1},
            "tolerations": [{"key": CONTROL_PLANE_TAINT.key, "operator": "Exists", "effect": "NoSchedule"}],
            "readinessProbe": {"initialDelaySeconds": 1, "periodSeconds": 2},
            "manager": {
                "image": {
                    "repository": "registry.k8s.io/kueue/kueue",
                    "tag": f"v{VERSION}",
                    "pullPolicy": "IfNotPresent",
                },
                "priorityClassName": "system-cluster-critical",
                "resources": _resources(len(plan.hosts)),
            },
        },
        "managerConfig": {"controllerManagerConfigYaml": yaml.safe_dump(configuration(plan), sort_keys=False)},
    }


def configuration(plan: Plan) -> dict[str, object]:
    """The controller's own configuration: one text for the chart, so Kueue's defaults hold for what is not here."""
    return {
        "apiVersion": "config.kueue.x-k8s.io/v1beta2",
        "kind": "Configuration",
        "health": {"healthProbeBindAddress": ":8081"},
        "metrics": {"bindAddress": ":8443"},
        "webhook": {"port": 9443},
        "leaderElection": {"leaderElect": True, "resourceName": "c1f6bfd2.kueue.x-k8s.io"},
        "clientConnection": {"qps": 300, "burst": 500},
        # Webhooks are asked for these namespaces alone: a Kueue that is down stops projects, never the platform.
        "managedJobsNamespaceSelector": {"matchExpressions": [{"key": PROJECT, "operator": "Exists"}]},
        "integrations": {"frameworks": frameworks(plan)},
        "fairSharing": {"preemptionStrategies": ["LessThanOrEqualToFinalShare", "LessThanInitialShare"]},
        # Jobs may ask for what nobody counts (ephemeral storage, RDMA); only counted resources need quota.
        "resources": {"quotaCheckStrategy": "IgnoreUndeclared"},
        # Images of tens of GB take long to pull; a job whose pods never start gives up in the end.
        "waitForPodsReady": {
            "timeout": "30m",
            "blockAdmission": False,
            "requeuingStrategy": {"timestamp": "Eviction", "backoffLimitCount": 5},
        },
        "objectRetentionPolicies": {"workloads": {"afterFinished": "168h"}},
    }


def frameworks(plan: Plan) -> list[str]:
    """Kinds of workload that are queued: plain ones, and those of components that are on."""
    on = [name for name, planned in plan.components.items() if planned.on]
    return ["batch/job", "pod", "deployment", "statefulset", *(FRAMEWORKS[name] for name in FRAMEWORKS if name in on)]


def _resources(hosts: int) -> dict[str, object]:
    memory = f"{max(_MIB_AT_LEAST, _MIB_AT_LEAST // 2 + hosts // _HOSTS_A_MIB)}Mi"
    return {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "2", "memory": memory}}
