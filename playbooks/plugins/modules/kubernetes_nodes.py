"""Ansible module, for a control plane that stays: nodes that leave the cluster, and its etcd."""

from __future__ import annotations

from typing import Dict, List  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_etcd import Etcd, Member
from ansible.module_utils.twinstack_kubernetes import Failed, Host, wait

DOCUMENTATION = """
module: kubernetes_nodes
short_description: Delete nodes from a cluster, and control planes from its etcd
description:
  - Nodes first, while every API server still answers. Then control planes leave etcd one by one, each when etcd finds
    the others well enough. C(kubeadm reset) would delete its data whether etcd let it go or not, and does not even
    ask etcd once the node is deleted.
  - The hosts themselves are not contacted. What is gone already is left alone.
options:
  names:
    description: Nodes that leave.
    type: list
    elements: str
    required: true
  members:
    description: Addresses by name, of those that are control planes.
    type: dict
    default: {}
  timeout:
    description: Seconds that etcd may refuse to let each go.
    type: int
    default: 60
author: [twinstack]
"""

RETURN = """
actions:
  description: What was done.
  type: list
  returned: always
"""


def nodes(host: Host, names: List[str]) -> List[str]:  # noqa: UP006
    """Those of the nodes that the cluster has."""
    listed = host.kubectl("get", "nodes", "--ignore-not-found", "--output", "name", *sorted(names))
    return [line.partition("/")[2] for line in listed.split()]


def leaving(members: List[Member], addresses: Dict[str, str]) -> List[Member]:  # noqa: UP006
    """The members of control planes that leave.

    Raises:
        Failed: nobody would be left.
    """
    found = [member for member in members if any(member.is_on(*plane) for plane in addresses.items())]
    if found and len(found) == len(members):
        raise Failed("these are all members of etcd: the last control plane is stopped, not taken out of its cluster")
    return found


def leave(etcd: Etcd, member: Member, seconds: float) -> None:
    """Take a member out; etcd refuses for a while after another has left, or while it elects a leader."""
    refusals = ["it did not answer"]

    def is_gone() -> bool:
        try:
            etcd.remove(member)
        except (Failed, OSError) as error:
            refusals.append(str(error))
        return etcd.answers() and member.id not in {one.id for one in etcd.members()}

    try:
        wait(is_gone, seconds, "")
    except Failed as error:
        raise Failed(f"etcd does not let {member.name or member.peers} go: {refusals[-1]}") from error


def settle(host: Host, etcd: Etcd, params: Dict[str, object], *, check: bool) -> List[str]:  # noqa: UP006
    """Do what is to be done; what that is."""
    present = nodes(host, list(params["names"]))  # type: ignore[call-overload]
    if present and not check:
        host.kubectl("delete", "node", "--ignore-not-found", *present)
    members = leaving(etcd.members(), dict(params["members"])) if params["members"] else []  # type: ignore[call-overload]
    for member in members if not check else ():
        leave(etcd, member, float(str(params["timeout"])))
    return [*(f"delete node {name}" for name in present), *(f"remove member {member.name}" for member in members)]


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "names": {"type": "list", "elements": "str", "required": True},
            "members": {"type": "dict", "default": {}},
            "timeout": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    try:
        done = settle(Host(module.run_command, "/dev/null"), Etcd(), module.params, check=module.check_mode)
    except (Failed, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(done), actions=done)


if __name__ == "__main__":
    main()
