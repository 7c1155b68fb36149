"""Ansible module: a host as a member of a cluster."""

from __future__ import annotations

import json
import os
import tempfile
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import (
    KUBELET,
    LEAVING,
    STARTED,
    Host,
    apply_settings,
    carry_out,
    configuration_digest,
    leftovers,
    refuse_swap,
    renew_control_plane,
    upgrade,
)
from ansible.module_utils.twinstack_reset import reset

DOCUMENTATION = """
module: kubeadm_join
short_description: Join a host to a cluster with kubeadm, once, and take up changes of its settings and version
description:
  - Without C(bootstrap) it only tells whether the host is a member, and sees to the kubelet's settings if so.
  - A join that never finished, and a membership that was being given up, is taken back (C(kubeadm reset)) before the
    next one.
  - A member whose packages have become newer is upgraded by C(kubeadm upgrade node); M(kubernetes_skew) says before
    whether it may.
  - The document with the token exists only while kubeadm runs, readable by root alone.
options:
  configuration:
    description: kubeadm's JoinConfiguration without name and discovery.
    type: dict
    required: true
  name:
    description: Name of the node.
    type: str
    required: true
  endpoint:
    description: Host and port of the cluster's API.
    type: str
    required: true
  control_plane:
    description: The local API endpoint of a host that joins as a control plane.
    type: dict
  config:
    description: kubeadm's configuration file, by which a control plane makes its static pods anew when it changes.
    type: path
  bootstrap:
    description: C(token), C(ca_cert_hashes) and C(certificate_key), as M(kubeadm_token) makes them.
    type: dict
  version:
    description: The Kubernetes version of the installed packages.
    type: str
    required: true
  preflight:
    description: kubeadm's checks whose errors count as warnings in an upgrade.
    type: list
    elements: str
    default: []
  patches:
    description: Directory of kubeadm's patches.
    type: path
    required: true
  settings:
    description: Files that a kubelet takes up by a restart.
    type: list
    elements: path
    default: []
  timeout:
    description: Seconds in which the kubelet has to answer.
    type: int
    default: 120
  record:
    description: File in which it is remembered what was done.
    type: path
    default: /var/lib/twinstack/kubeadm.json
author: [twinstack]
"""

RETURN = """
joined:
  description: Whether the host is a member now.
  type: bool
  returned: always
actions:
  description: What was done.
  type: list
  returned: always
"""

RESET, JOIN, UPGRADE, CONFIGURE, RESTART = "reset", "join", "upgrade", "configure", "settings"
CERTIFICATE = f"{KUBELET}/pki/kubelet-client-current.pem"


def is_member(host: Host) -> bool:
    """Whether a join finished: the kubelet then has a certificate of its own.

    A control plane gets that early in its join; there the record must say that the rest came, too. One that was about
    to leave may have left etcd already.
    """
    has_certificate = os.path.lexists(host.path(CERTIFICATE)) and host.path("/etc/kubernetes/kubelet.conf").exists()
    return has_certificate and host.record.get("state") not in {STARTED, LEAVING}


def plan(host: Host, params: dict[str, Any]) -> list[str]:
    """What has to be done, in order."""
    if is_member(host):
        now, record = applied(host, params), host.record
        steps = ((UPGRADE, "version"), (CONFIGURE, "config"), (RESTART, "settings"))
        found = [step for step, key in steps if record.get(key) != now[key]]
        return [step for step in found if step != RESTART or UPGRADE not in found]
    if not params["bootstrap"]:
        return []
    return [RESET, JOIN] if leftovers(host) else [JOIN]


def act(host: Host, params: dict[str, Any], step: str) -> None:
    """Do one step and write down that it is done."""
    if step == RESET:
        reset(host)
        return
    now = applied(host, params)
    if step == JOIN:
        join(host, params)
        host.write_record({"state": "done", **now})
    elif step == UPGRADE:
        upgrade(host, ("node",), params["patches"], params["preflight"])
        apply_settings(host, params["patches"], params["timeout"])
        host.update_record(state="done", version=now["version"], settings=now["settings"])
    elif step == CONFIGURE:
        renew_control_plane(host, params["config"], params["name"], params["timeout"])
        host.update_record(state="done", config=now["config"])
    else:
        apply_settings(host, params["patches"], params["timeout"])
        host.update_record(state="done", settings=now["settings"])


def applied(host: Host, params: dict[str, Any]) -> dict[str, str | None]:
    """What the record says of a host that runs with all its files; workers have no configuration of their own."""
    config = params["config"]
    return {
        "version": params["version"],
        "config": configuration_digest(host, config) if config else None,
        "settings": host.digest(*params["settings"]),
    }


def join(host: Host, params: dict[str, Any]) -> None:
    """Run kubeadm with a document that is gone afterwards."""
    refuse_swap(host)
    host.write_record({"state": STARTED})
    descriptor, name = tempfile.mkstemp(prefix="twinstack-join-", suffix=".yaml")
    try:
        with os.fdopen(descriptor, "w") as stream:
            json.dump(document(params), stream)
        host.run("kubeadm", "join", "--config", name)
    finally:
        os.unlink(name)  # noqa: PTH108 (as it was made)


def document(params: dict[str, Any]) -> dict[str, Any]:
    """The whole JoinConfiguration."""
    given, bootstrap = params["configuration"], params["bootstrap"]
    discovery = {
        "token": bootstrap["token"],
        "apiServerEndpoint": params["endpoint"],
        "caCertHashes": bootstrap["ca_cert_hashes"],
    }
    found = {
        **given,
        "nodeRegistration": {"name": params["name"], **given["nodeRegistration"]},
        "discovery": {"bootstrapToken": discovery},
    }
    if params["control_plane"]:
        key = bootstrap["certificate_key"]
        found["controlPlane"] = {"localAPIEndpoint": params["control_plane"], "certificateKey": key}
    return found


def settle(host: Host, params: dict[str, Any]) -> list[str]:
    """Do all that has to be done; what that was."""
    steps = plan(host, params)
    for step in steps:
        act(host, params, step)
    return steps


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "configuration": {"type": "dict", "required": True},
            "name": {"type": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "control_plane": {"type": "dict"},
            "config": {"type": "path"},
            "bootstrap": {"type": "dict", "no_log": True},
            "version": {"type": "str", "required": True},
            "preflight": {"type": "list", "elements": "str", "default": []},
            "patches": {"type": "path", "required": True},
            "settings": {"type": "list", "elements": "path", "default": []},
            "timeout": {"type": "int", "default": 120},
            "record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"},
        },
        supports_check_mode=True,
    )
    host, steps = carry_out(module, plan, settle)
    module.exit_json(changed=bool(steps), actions=steps, joined=is_member(host))


if __name__ == "__main__":
    main()
