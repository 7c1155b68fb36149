"""Ansible module: the first control plane of a cluster."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import (
    ADMIN,
    LEAVING,
    STARTED,
    Failed,
    Host,
    api_answers,
    apply_settings,
    carry_out,
    configuration_digest,
    leftovers,
    refuse_swap,
    renew_control_plane,
    upgrade,
    wait,
)
from ansible.module_utils.twinstack_reset import reset
from ansible.module_utils.twinstack_skew import step

DOCUMENTATION = """
module: kubeadm_init
short_description: Initialise a control plane with kubeadm, once, and take up changes of its configuration
description:
  - An initialisation that this module began and that never finished is taken back (C(kubeadm reset)) and begun again.
  - Where an API server answers at a shared endpoint already, no second cluster is made.
  - A control plane that was once finished is never reset, whatever state it is in; one that somebody else made
    is taken over when its API server answers, else the module fails.
  - When the configuration changes afterwards, the documents in the cluster, the static pods and the addons are made
    anew. Another version is applied by C(kubeadm upgrade apply), one minor version at a time and never back.
options:
  config:
    description: kubeadm's configuration file.
    type: path
    required: true
  name:
    description: Name of the node.
    type: str
    required: true
  address:
    description: Address of this host at which its API server listens.
    type: str
    required: true
  endpoint:
    description: Host and port of the cluster's API, by which kubeadm reaches it.
    type: str
    required: true
  version:
    description: The Kubernetes version that the configuration names.
    type: str
    required: true
  patches:
    description: Directory of kubeadm's patches.
    type: path
    required: true
  settings:
    description: Files that a kubelet takes up by a restart.
    type: list
    elements: path
    default: []
  preflight:
    description: kubeadm's checks whose errors count as warnings in an upgrade.
    type: list
    elements: str
    default: []
  timeout:
    description: Seconds in which the API server and the kubelet have to answer.
    type: int
    default: 120
  record:
    description: File in which it is remembered what was done.
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

RESET, INIT, ADOPT, UPGRADE, CONFIGURE, RESTART = "reset", "init", "adopt", "upgrade", "configure", "settings"
PORT = 6443
# How an API server answers whom it does not know, where it does not tell everybody that it is ready.
CLOSED = frozenset({401, 403})
LATER = "in the inventory, name it after the control planes that there are, and it joins them"
PHASES = (("upload-config", "all"), ("addon", "all"))


def plan(host: Host, params: dict[str, Any]) -> list[str]:
    """What has to be done, in order.

    Raises:
        Failed: there is a control plane of a version from which no step leads to the wanted one.
    """
    record, found = host.record, leftovers(host)
    if not found:
        return [INIT]
    if record.get("state") == STARTED:
        return [RESET, INIT]
    if record.get("state") == LEAVING:
        raise Failed(f"this host was leaving its cluster: {LATER}")
    if record.get("state") != "done":
        return [ADOPT]
    newer = record["version"] != params["version"]
    wrong = step(record["version"], params["version"])
    if wrong:
        raise Failed("\n".join(wrong))
    changed = record["config"] != configuration_digest(host, params["config"])
    restart = not newer and record["settings"] != host.digest(*params["settings"])
    wanted = ((UPGRADE, newer), (CONFIGURE, changed), (RESTART, restart))
    return [name for name, needed in wanted if needed]


def act(host: Host, params: dict[str, Any], action: str) -> None:
    """Do one step and write down that it is done."""
    if action == RESET:
        reset(host)
    elif action == INIT:
        refuse_swap(host)
        refuse_second(params)
        host.write_record({"state": STARTED})
        initialise(host, params)
        host.write_record(finished(host, params))
    elif action == ADOPT:
        adopt(host, params)
    elif action == UPGRADE:
        upgrade(host, ("apply", f"v{params['version']}", "--yes"), params["patches"], params["preflight"])
        apply_settings(host, params["patches"], params["timeout"])
        host.update_record(version=params["version"], settings=host.digest(*params["settings"]))
    elif action == CONFIGURE:
        for phase in PHASES:
            host.run("kubeadm", "init", "phase", *phase, "--config", params["config"])
        renew_control_plane(host, params["config"], params["name"], params["timeout"])
        host.update_record(config=configuration_digest(host, params["config"]))
    else:
        apply_settings(host, params["patches"], params["timeout"])
        host.update_record(settings=host.digest(*params["settings"]))


def initialise(host: Host, params: dict[str, Any]) -> None:
    """Run kubeadm; a shared endpoint that leads elsewhere is told as what it is."""
    try:
        host.run("kubeadm", "init", "--config", params["config"], "--skip-token-print")
    except Failed as error:
        local, endpoint = f"{params['address']}:{PORT}", params["endpoint"]
        if local != endpoint and listens(local) and not listens(endpoint):
            where = f"The API server answers at {local} and not at kubernetes.endpoint {endpoint}"
            raise Failed(
                f"{error}\n{where}: what holds that address has to pass it on to the control planes"
            ) from error
        raise


def refuse_second(params: dict[str, Any]) -> None:
    """Say so when there is a cluster already: a host that became the first one would make another under its name.

    Raises:
        Failed: an API server answers at an endpoint that is not this host's own.
    """
    endpoint = params["endpoint"]
    if endpoint != f"{params['address']}:{PORT}" and serves(endpoint):
        raise Failed(f"an API server answers at kubernetes.endpoint {endpoint} already: {LATER}")


def serves(endpoint: str) -> bool:
    """Whether an API server answers at `host:port`; a load balancer with none behind it takes connections, too."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(f"https://{endpoint}/readyz", timeout=5, context=anybody):
            return True
    except urllib.error.HTTPError as error:
        return error.code in CLOSED
    except (OSError, http.client.HTTPException):
        return False


def listens(endpoint: str) -> bool:
    """Whether somebody takes connections at `host:port`."""
    name, _, port = endpoint.rpartition(":")
    try:
        with socket.create_connection((name, int(port)), timeout=5):
            return True
    except OSError:
        return False


def finished(host: Host, params: dict[str, Any]) -> dict[str, Any]:
    """The record of a control plane that runs with all its present files."""
    return {
        "state": "done",
        "version": params["version"],
        "config": configuration_digest(host, params["config"]),
        "settings": host.digest(*params["settings"]),
    }


def adopt(host: Host, params: dict[str, Any]) -> None:
    """Take over a control plane that runs; its files are applied by the next run."""
    if not api_answers(host):
        found = ", ".join(leftovers(host))
        raise Failed(
            f"{found}: somebody else's control plane, and its API server does not answer. Mend it, or give it up with "
            "`kubeadm reset`; this role resets only what it began itself"
        )
    host.write_record({"state": "done", "version": params["version"], "config": "", "settings": ""})


def settle(host: Host, params: dict[str, Any]) -> list[str]:
    """Do all that has to be done; what that was."""
    steps = plan(host, params)
    if INIT not in steps and ADOPT not in steps:
        wait(lambda: api_answers(host), params["timeout"], f"the API server of {ADMIN} did not answer")
    for action in steps:
        act(host, params, action)
    return steps


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "config": {"type": "path", "required": True},
            "name": {"type": "str", "required": True},
            "address": {"type": "str", "required": True},
            "endpoint": {"type": "str", "required": True},
            "version": {"type": "str", "required": True},
            "patches": {"type": "path", "required": True},
            "settings": {"type": "list", "elements": "path", "default": []},
            "preflight": {"type": "list", "elements": "str", "default": []},
            "timeout": {"type": "int", "default": 120},
            "record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"},
        },
        supports_check_mode=True,
    )
    _, steps = carry_out(module, plan, settle)
    module.exit_json(changed=bool(steps), actions=steps)


if __name__ == "__main__":
    main()
