"""Ansible module: a kubelet that stops, with what pods have mounted, or with all pods."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import LONGEST, Failed, Host, leftovers
from ansible.module_utils.twinstack_reset import halt, prepare, stop_kubelet

DOCUMENTATION = """
module: kubelet_stop
short_description: Stop the kubelet of a host that leaves its cluster, or of one whose cluster is stopped
description:
  - A host that leaves (C(leaving)) has the volumes of its pods taken off, never by force. One that stays mounted is a
    failure, since C(kubeadm reset) would delete its files.
  - Else all pods are ended, also static ones, which live on without kubelet and containerd; nothing is deleted, and a
    kubelet that is started again goes on with the same cluster.
  - A host of which kubeadm has made nothing is left alone.
options:
  leaving:
    description: Whether the cluster goes on without this host.
    type: bool
    required: true
  record:
    description: File in which it is remembered what kubeadm did.
    type: path
    default: /var/lib/twinstack/kubeadm.json
author: [twinstack]
"""

RETURN = """
actions:
  description: What was done.
  type: list
  returned: always
"""


def settle(host: Host, *, leaving: bool) -> list[str]:
    """Stop what is to stop; what was done."""
    if leaving:
        return prepare(host)
    return [*stop_kubelet(host), *halt(host)] if leftovers(host) else []


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "leaving": {"type": "bool", "required": True},
            "record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"},
        },
        supports_check_mode=True,
    )
    host = Host(module.run_command, module.params["record"])
    if module.check_mode:
        module.exit_json(changed=bool(leftovers(host)), actions=[])
    try:
        with host.alone(LONGEST):
            done = settle(host, leaving=module.params["leaving"])
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(done), actions=done)


if __name__ == "__main__":
    main()
