"""Ansible module, for a control plane: cordon nodes and evict their pods, or uncordon what was cordoned so."""

from __future__ import annotations

import json
from typing import Any, Dict  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_drains import Turn, Wanted, is_ours, takes_over, wait, wanted
from ansible.module_utils.twinstack_kubernetes import Failed, Host

DOCUMENTATION = """
module: kubernetes_drain
short_description: Drain nodes of Kubernetes and wait until no pod is left that a drain takes away, or end such drains
description:
  - Pods are evicted (kubernetes.io/docs/concepts/scheduling-eviction/api-eviction), so PodDisruptionBudgets hold; an
    eviction that one refuses is asked for again until the node's time is over.
  - Left alone are pods of DaemonSets, mirror pods and pods that have ended, as by C(kubectl drain). A pod that nobody
    would bring back is not evicted but waited for.
  - The annotation C(twinstack.io/drain) says that this module cordoned a node, and why. A node that somebody else has
    cordoned is emptied likewise and stays as it is.
  - Does not fail for a node's sake. What holds each is in C(twinstack); whoever asked decides.
options:
  state:
    description: Whether the nodes are to be drained, or drains of these kinds are to end.
    type: str
    choices: [present, absent]
    default: present
  nodes:
    description:
      - Nodes by name, each with C(reason), C(timeout), the seconds that it may be waited for, and C(kinds), what the
        reasons of drains begin with that may be ended or given another reason.
    type: dict
    required: true
  window:
    description: Seconds after which to answer although nodes are still waited for.
    type: int
    default: 300
  grace:
    description: Seconds to wait for more, once nodes are free.
    type: int
    default: 20
author: [twinstack]
"""

RETURN = """
actions:
  description: What was done.
  type: list
  returned: always
held:
  description: Nodes that are not free, with what holds each.
  type: dict
  returned: always
twinstack:
  description: Nodes by what became of them. C(free), C(waiting) and C(late), the latter two with what holds each.
  type: dict
  returned: always
"""

REASON = "twinstack.io/drain"
MIRROR = "kubernetes.io/config.mirror"
ENDED = frozenset({"Succeeded", "Failed"})
# From this number of nodes on, one question for the pods of all of them is cheaper than one each.
FEW = 3
REFUSED = "disruption budget"
GONE = "NotFound"

Object = Dict[str, Any]  # noqa: UP006 (hosts run Python 3.9, too)


def reason_of(node: Object) -> str:
    """Why this module cordoned a node; empty where it did not."""
    return str(node["metadata"].get("annotations", {}).get(REASON, ""))


def is_ready(node: Object) -> bool:
    """Whether the node's kubelet answers."""
    conditions = node.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def owner_of(pod: Object) -> str:
    """The kind of what brings a pod back; empty where nothing does."""
    owners = pod["metadata"].get("ownerReferences", [])
    return next((str(owner["kind"]) for owner in owners if owner.get("controller")), "")


def stays(pod: Object) -> bool:
    """Whether a drain leaves a pod where it is."""
    mirror = MIRROR in pod["metadata"].get("annotations", {})
    return mirror or owner_of(pod) == "DaemonSet" or pod.get("status", {}).get("phase") in ENDED


def name_of(pod: Object) -> str:
    """A pod's namespace and name."""
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


class Cluster:
    """The API server, asked through kubectl on a control plane."""

    def __init__(self, module: AnsibleModule) -> None:
        self.module = module
        self.host = Host(module.run_command, "/dev/null")
        self.actions: list[str] = []
        self.asked: set[str] = set()
        self.silent: set[str] = set()

    def nodes(self, names: list[str]) -> dict[str, Object]:
        """Those of the nodes that the API server knows."""
        answer = self.host.kubectl("get", "nodes", "--ignore-not-found", "--output", "json", *names)
        items = json.loads(answer or "{}")
        found = items.get("items", [items] if items else [])
        return {node["metadata"]["name"]: node for node in found}

    def patch(self, name: str, reason: str | None) -> None:
        """Cordon a node for a reason, or uncordon it."""
        self.actions.append(f"{'cordon' if reason else 'uncordon'} {name}")
        if self.module.check_mode:
            return
        document = {"metadata": {"annotations": {REASON: reason}}, "spec": {"unschedulable": bool(reason) or None}}
        self.host.kubectl("patch", "node", name, "--type", "merge", "--patch", json.dumps(document))

    def pods(self, names: list[str]) -> dict[str, list[Object]]:
        """Pods that a drain takes away, by node."""
        fields = [f"spec.nodeName={name}" for name in names] if len(names) <= FEW else ["spec.nodeName!="]
        found: dict[str, list[Object]] = {name: [] for name in names}
        for field in fields:
            words = ("get", "pods", "--all-namespaces", "--field-selector", field, "--output", "json")
            for pod in json.loads(self.host.kubectl(*words))["items"]:
                if pod["spec"].get("nodeName") in found and not stays(pod):
                    found[pod["spec"]["nodeName"]].append(pod)
        return found

    def busy(self, names: list[str]) -> dict[str, str]:
        """Ask for evictions; what holds those of the nodes that are not free."""
        held = {
            name: [said for pod in pods if (said := self.hold(pod, name))] for name, pods in self.pods(names).items()
        }
        return {name: f"pod{'s' if len(each) > 1 else ''} {', '.join(each)}" for name, each in held.items() if each}

    def hold(self, pod: Object, node: str) -> str:
        """A pod that is in the way, and why; empty for one whose node will never say that it ended."""
        name = name_of(pod)
        if pod["metadata"].get("deletionTimestamp"):
            return "" if node in self.silent else f"{name} (ending)"
        if not owner_of(pod):
            return f"{name} (nothing would bring it back: it has to end by itself)"
        said = self.evict(pod)
        return "" if said == GONE else f"{name} ({said})"

    def evict(self, pod: Object) -> str:
        """Ask for the eviction of a pod; what keeps it."""
        meta = {key: pod["metadata"][key] for key in ("name", "namespace")}
        document = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": meta}
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}/eviction"
        command = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "create", "--raw", path, "--filename", "-"]
        code, out, err = self.module.run_command(command, data=json.dumps(document))
        if name_of(pod) not in self.asked:
            self.asked.add(name_of(pod))
            self.actions.append(f"evict {name_of(pod)}")
        if not code:
            return "ending"
        said = (err or out).strip()
        if GONE in said or "not found" in said:
            return GONE
        return "its disruption budget does not let it go" if REFUSED in said else said


def drain(cluster: Cluster, nodes: dict[str, Wanted], params: dict[str, Any]) -> Turn:
    """Cordon nodes that nobody has cordoned, then evict until they are empty."""
    known = cluster.nodes(sorted(nodes))
    cluster.silent = {name for name, node in known.items() if not is_ready(node)}
    for name, node in known.items():
        if not node["spec"].get("unschedulable") or takes_over(reason_of(node), nodes[name]):
            cluster.patch(name, nodes[name].reason)
    if cluster.module.check_mode:
        return Turn(sorted(nodes), {}, {})
    here = {name: node for name, node in nodes.items() if name in known}
    turn = wait(here, cluster.busy, window=params["window"], grace=params["grace"])
    return turn._replace(free=sorted({*turn.free, *nodes} - {*turn.waiting, *turn.late}))


def lift(cluster: Cluster, nodes: dict[str, Wanted], _params: dict[str, Any]) -> Turn:
    """Uncordon those nodes that were cordoned for a reason of these kinds."""
    known = cluster.nodes(sorted(nodes))
    ours = sorted(name for name, node in known.items() if is_ours(reason_of(node), nodes[name].kinds))
    for name in ours:
        cluster.patch(name, None)
    return Turn(ours, {}, {})


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "nodes": {"type": "dict", "required": True},
            "window": {"type": "int", "default": 300},
            "grace": {"type": "int", "default": 20},
        },
        supports_check_mode=True,
    )
    params, cluster = module.params, Cluster(module)
    nodes = wanted(params["nodes"])
    try:
        turn = (drain if params["state"] == "present" else lift)(cluster, nodes, params)
    except Failed as error:
        turn = Turn([], {}, {name: str(error) for name in nodes})
    module.exit_json(changed=bool(cluster.actions), actions=cluster.actions, held=turn.held, twinstack=turn._asdict())


if __name__ == "__main__":
    main()
