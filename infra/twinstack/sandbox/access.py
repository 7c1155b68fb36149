"""How the operator reaches the hosts: pinned keys, settings for ssh, an inventory for ad-hoc Ansible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from twinstack.sandbox import hosts, keys
from twinstack.sandbox.login import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twinstack.sandbox.layout import Layout
    from twinstack.sandbox.wanted import Machine


def write(layout: Layout, machines: Iterable[Machine], domain: str, user: str) -> None:
    """Write the hosts' names, known_hosts, ssh_config and an Ansible inventory into the sandbox's directory."""
    racked = tuple(machines)
    pins = {machine.name: (machine.address, _public(layout, machine.name)) for machine in racked}
    # In place: running hosts see this very file.
    layout.names.write_text(names(racked, domain))
    layout.known_hosts.write_text(keys.known_hosts(pins))
    layout.ssh_config.write_text(ssh_config(layout, racked, user))
    layout.ansible_inventory.write_text(ansible_inventory(layout, racked, user))


def names(machines: Iterable[Machine], domain: str) -> str:
    """Text of the hosts' /etc/hosts, which stands in for the name service that a site has."""
    lines = (f"{machine.address} {machine.name}.{domain} {machine.name}\n" for machine in machines)
    return "127.0.0.1 localhost\n" + "".join(lines)


def ssh_config(layout: Layout, machines: Iterable[Machine], user: str) -> str:
    """Text for `ssh -F`: the sandbox's key, pinned host keys only, no questions."""
    common = (
        f"Host *\n  User {user}\n  BatchMode yes\n  IdentitiesOnly yes\n  StrictHostKeyChecking yes\n  LogLevel ERROR\n"
        f"  IdentityFile {layout.key}\n  UserKnownHostsFile {layout.known_hosts}\n"
    )
    return common + "".join(f"Host {machine.name}\n  HostName {machine.address}\n" for machine in machines)


def ansible_inventory(layout: Layout, machines: Iterable[Machine], user: str) -> str:
    """Text of an Ansible inventory with the same settings."""
    own = {
        "ansible_ssh_common_args": f"-F {layout.ssh_config}",
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_become": user != ROOT,
    }
    hosts_ = {machine.name: {"ansible_host": str(machine.address)} for machine in machines}
    document = {"all": {"vars": own, "hosts": hosts_}}
    return yaml.safe_dump(document, sort_keys=False)


def _public(layout: Layout, name: str) -> str:
    key = hosts.host_key(layout, name)
    return key.with_name(f"{key.name}.pub").read_text().strip()
