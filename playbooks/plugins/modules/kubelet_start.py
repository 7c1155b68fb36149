"""Ansible module, for a control plane: a kubelet that was stopped with its cluster goes on."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import KUBELET_UNIT, Failed, Host, api_answers, wait

DOCUMENTATION = """
module: kubelet_start
short_description: Start the kubelet of a finished control plane, so that its cluster can be asked
description:
  - Removing the last control planes only stops them. Wanted again, their cluster goes on as it was.
  - A host that is no finished control plane is left alone, and so is a kubelet that runs.
options:
  timeout:
    description: Seconds in which the API server has to answer.
    type: int
    default: 240
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


def is_stopped(host: Host) -> bool:
    """Whether it is a member whose kubelet rests."""
    if host.record.get("state") != "done":
        return False
    shown = ("systemctl", "show", "--property", "ActiveState", "--value", KUBELET_UNIT)
    return host.run(*shown).strip() == "inactive"


def settle(host: Host, timeout: float, *, check: bool) -> list[str]:
    """Start it where it is stopped; what was done."""
    if not is_stopped(host):
        return []
    if not check:
        host.run("systemctl", "start", KUBELET_UNIT)
        wait(lambda: api_answers(host), timeout, "the API server of this stopped control plane did not come back")
    return [f"start {KUBELET_UNIT}"]


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "timeout": {"type": "int", "default": 240},
            "record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"},
        },
        supports_check_mode=True,
    )
    host = Host(module.run_command, module.params["record"])
    try:
        done = settle(host, module.params["timeout"], check=module.check_mode)
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(done), actions=done)


if __name__ == "__main__":
    main()
