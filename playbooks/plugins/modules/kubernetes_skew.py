"""Ansible module, for the first control plane: whether hosts may take a Kubernetes version now."""

from __future__ import annotations

import re
from typing import Any, Dict, List  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import Failed, Host
from ansible.module_utils.twinstack_skew import behind, step, too_old

DOCUMENTATION = """
module: kubernetes_skew
short_description: Refuse a Kubernetes version that hosts may not take now, before anything is installed
description:
  - Asks the cluster which versions it runs. Nothing is refused while there is no cluster, or one that is half made.
  - The first control plane (C(first)) may go one minor version up and never back. Others (C(control-plane)) follow it.
    Workers (C(worker)) wait until every API server is at least as new.
options:
  version:
    description: The version that hosts are to have.
    type: str
    required: true
  member:
    description: What the hosts are.
    type: str
    choices: [first, control-plane, worker]
    required: true
  record:
    description: File in which it is remembered what was done.
    type: path
    default: /var/lib/twinstack/kubeadm.json
author: [twinstack]
"""

RETURN = """
cluster:
  description: The cluster's version; empty while there is none.
  type: str
  returned: always
"""

CONFIGURED = re.compile(r"^kubernetesVersion: v(\S+)$", re.MULTILINE)
SERVERS = "jsonpath={range .items[*]}{.spec.nodeName} {.spec.containers[0].image}{'\\n'}{end}"
KUBELETS = "jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion}{'\\n'}{end}"


def cluster_version(host: Host) -> str:
    """The version in kubeadm's own record of the cluster; it is written when the first control plane is upgraded."""
    shown = "jsonpath={.data.ClusterConfiguration}"
    text = host.kubectl("--namespace", "kube-system", "get", "configmap", "kubeadm-config", "--output", shown)
    found = CONFIGURED.search(text)
    if not found:
        raise Failed("the cluster's ConfigMap kubeadm-config names no version: was it not made by kubeadm?")
    return found[1]


def servers(host: Host) -> Dict[str, str]:  # noqa: UP006
    """The version of each API server by node."""
    pods = ("get", "pods", "--selector", "component=kube-apiserver", "--output", SERVERS)
    return {node: image.rpartition(":")[2] for node, image in rows(host.kubectl("--namespace", "kube-system", *pods))}


def kubelets(host: Host) -> Dict[str, str]:  # noqa: UP006
    """The version of each kubelet by node."""
    return dict(rows(host.kubectl("get", "nodes", "--output", KUBELETS)))


def rows(text: str) -> List[List[str]]:  # noqa: UP006
    """Lines of two words."""
    return [words for words in (line.split() for line in text.splitlines()) if len(words) == 2]  # noqa: PLR2004


def problems(host: Host, cluster: str, params: Dict[str, Any]) -> List[str]:  # noqa: UP006
    """Why hosts may not take the version."""
    wanted = params["version"]
    if params["member"] == "worker":
        return behind(servers(host), wanted)
    if cluster == wanted:
        return []
    if params["member"] == "first":
        return step(cluster, wanted) or too_old(kubelets(host), wanted)
    return [f"the first control plane is at {cluster}, not yet at {wanted}, and it goes first"]


def settle(host: Host, params: Dict[str, Any]) -> str:  # noqa: UP006
    """The cluster's version.

    Raises:
        Failed: hosts may not take the wanted one.
    """
    if host.record.get("state") != "done":
        return ""
    cluster = cluster_version(host)
    wrong = problems(host, cluster, params)
    if wrong:
        raise Failed("\n".join(wrong))
    return cluster


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "version": {"type": "str", "required": True},
            "member": {"type": "str", "required": True, "choices": ["first", "control-plane", "worker"]},
            "record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"},
        },
        supports_check_mode=True,
    )
    try:
        cluster = settle(Host(module.run_command, module.params["record"]), module.params)
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, cluster=cluster)


if __name__ == "__main__":
    main()
