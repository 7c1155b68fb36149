"""Ansible module: what kubeadm made on a host that has left its cluster is taken back."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import LONGEST, Failed, Host, leftovers
from ansible.module_utils.twinstack_reset import leave

DOCUMENTATION = """
module: kubeadm_reset
short_description: Reset what kubeadm has made, unless volumes of pods are still mounted
description:
  - Deletes what C(kubeadm reset) deletes, which is all below C(/var/lib/kubelet) and C(/var/lib/etcd), certificates,
    kubeconfigs and static pods of C(/etc/kubernetes), and the containers of pods. M(kubernetes_backup) comes before it
    on a control plane.
  - A host of which kubeadm has made nothing is left alone.
options:
  record:
    description: File in which it is remembered what kubeadm did; it goes with that.
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


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={"record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"}},
        supports_check_mode=True,
    )
    host = Host(module.run_command, module.params["record"])
    if module.check_mode:
        module.exit_json(changed=bool(leftovers(host)), actions=[])
    try:
        with host.alone(LONGEST):
            done = leave(host)
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(done), actions=done)


if __name__ == "__main__":
    main()
