"""Ansible module, for a control plane: what a host needs in order to join."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_kubernetes import ADMIN, Failed, Host, wait

DOCUMENTATION = """
module: kubeadm_token
short_description: Make a short-lived bootstrap token, and the key to the control plane's certificates if asked
description:
  - It comes back when the cluster has signed its public introduction with the token, so that no join waits for it.
  - Its results are secrets, so the task needs C(no_log).
options:
  ttl:
    description: How long the token is good, as kubeadm writes durations.
    type: str
    default: 15m0s
  description:
    description: Shown by C(kubeadm token list).
    type: str
    default: a host joins
  certificates:
    description:
      - Whether to upload the control plane's certificates for two hours, encrypted. The key follows from the
        certificate authority's own, so that control planes that join at once do not take the key from each other.
    type: bool
    default: false
  config:
    description: kubeadm's configuration file; needed to upload certificates.
    type: path
  timeout:
    description: Seconds in which the signature has to appear.
    type: int
    default: 90
author: [twinstack]
"""

RETURN = """
token:
  description: The token.
  type: str
  returned: always
ca_cert_hashes:
  description: By what the cluster's certificate authority is known.
  type: list
  returned: always
certificate_key:
  description: The key to the uploaded certificates; empty when it was not asked for.
  type: str
  returned: always
"""

JOIN = re.compile(
    r"--token (?P<token>[a-z0-9]{6}\.[a-z0-9]{16}) --discovery-token-ca-cert-hash (?P<hash>sha256:[0-9a-f]{64})"
)
AUTHORITY = "/etc/kubernetes/pki/ca.key"
PURPOSE = b"twinstack: certificates for joining control planes"


def make(host: Host, ttl: str, description: str) -> tuple[str, str]:
    """A new token and the hash of the cluster's certificate authority."""
    options = ("--kubeconfig", ADMIN, "--ttl", ttl, "--description", description, "--print-join-command")
    told = host.run("kubeadm", "token", "create", *options)
    found = JOIN.search(told)
    if not found:
        raise Failed("kubeadm made a token, but what it printed has no token and hash in it")
    return found["token"], found["hash"]


def is_signed(host: Host, token: str) -> bool:
    """Whether the cluster's introduction has a signature by the token."""
    name = f"jws-kubeconfig-{token.partition('.')[0]}"
    signature = f"jsonpath={{.data.{name}}}"
    shown = host.kubectl("--namespace", "kube-public", "get", "configmap", "cluster-info", "--output", signature)
    return bool(shown.strip())


def upload_certificates(host: Host, config: str) -> str:
    """The key to the freshly uploaded certificates; kubeadm reads it from a file, since all can see command lines."""
    key = hmac.new(host.path(AUTHORITY).read_bytes(), PURPOSE, hashlib.sha256).hexdigest()
    descriptor, name = tempfile.mkstemp(prefix="twinstack-certificates-", suffix=".yaml")
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(f"certificateKey: {key}\n{host.path(config).read_text()}")
        host.run("kubeadm", "init", "phase", "upload-certs", "--upload-certs", "--config", name)
    finally:
        os.unlink(name)  # noqa: PTH108 (as it was made)
    return key


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "ttl": {"type": "str", "default": "15m0s"},
            "description": {"type": "str", "default": "a host joins"},
            "certificates": {"type": "bool", "default": False},
            "config": {"type": "path"},
            "timeout": {"type": "int", "default": 90},
        },
        required_if=[("certificates", True, ["config"])],
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=True, token="", ca_cert_hashes=[], certificate_key="")
    params = module.params
    host = Host(module.run_command, "/dev/null")
    try:
        token, ca_hash = make(host, params["ttl"], params["description"])
        key = upload_certificates(host, params["config"]) if params["certificates"] else ""
        wait(lambda: is_signed(host, token), params["timeout"], "the cluster did not sign for the new token")
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=True, token=token, ca_cert_hashes=[ca_hash], certificate_key=key)


if __name__ == "__main__":
    main()
