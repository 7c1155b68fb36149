"""Which Kubernetes version may follow which: the version skew policy as sentences for the operator.

Source: kubernetes.io/releases/version-skew-policy (kubelets are never newer than an API server and at most three minor
versions older; API servers differ by one minor version at most) and kubeadm's own limit of one minor version
a step, none back (cmd/kubeadm/app/phases/upgrade/policy.go).
"""

from __future__ import annotations

import re
from typing import Dict, List, Tuple  # noqa: UP035 (hosts run Python 3.9, too)

OLDEST_KUBELET = 3
VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")

Version = Tuple[int, int, int]  # noqa: UP006
Versions = Dict[str, str]  # noqa: UP006


def parsed(text: str) -> Version:
    """The numbers of a version such as `v1.35.4`; zeros for what is none."""
    found = VERSION.match(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def step(cluster: str, wanted: str) -> List[str]:  # noqa: UP006
    """What is wrong with going from one version of the cluster to another."""
    old, new = parsed(cluster), parsed(wanted)
    if new < old:
        return [f"the cluster runs {cluster}, and Kubernetes does not go back to {wanted}: correct kubernetes.version"]
    if new[:2] > (old[0], old[1] + 1):
        between = f"{old[0]}.{old[1] + 1}"
        first = f"set kubernetes.version to a {between} version first, run `pulumi up`, then go on"
        return [f"from {cluster} to {wanted} skips a minor version: {first}"]
    return []


def too_old(kubelets: Versions, wanted: str) -> List[str]:  # noqa: UP006
    """Kubelets that an API server of the wanted version would leave behind."""
    oldest = parsed(wanted)[1] - OLDEST_KUBELET
    return [
        f"the kubelet of {node} is {version}, and API servers of {wanted} serve none before 1.{oldest}: bring the host "
        "up to the cluster's present version, or take it out of the inventory"
        for node, version in sorted(kubelets.items())
        if 0 < parsed(version)[1] < oldest
    ]


def behind(servers: Versions, wanted: str) -> List[str]:  # noqa: UP006
    """API servers that are older than a kubelet of the wanted version may be."""
    return [
        f"the API server of {node} is {version}, and no kubelet may be newer: its control plane has to be at {wanted} "
        "first"
        for node, version in sorted(servers.items())
        if parsed(version) < parsed(wanted)
    ]
