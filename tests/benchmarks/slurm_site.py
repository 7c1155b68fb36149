"""A Slurm site of any size with an instance of the project's own program over pretended hosts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from tests.provider import engine
from twinstack.planning.roles import ORDER
from twinstack.provider.host_vars import group_of

STACK = "bench"
FIRST = IPv4Address("10.1.0.1")
SERVICES = {
    "ctl1": "[slurm-controller]",
    "stor1": "[nfs-server]",
    "mon1": "[monitoring]",
    "login1": "[login]",
}
SITE = """\
apiVersion: twinstack/v1
kind: Site
name: bench
domain: bench.internal
os: {{distribution: debian, release: "12"}}
networks:
  management: {{cidr: 10.0.0.0/8, dns: [10.0.0.2], ntp: [10.0.0.2]}}
hardware:
  service: {{sockets: 1, cores_per_socket: 16, threads_per_core: 2, memory: 128GiB}}
  cpu: {{sockets: 2, cores_per_socket: 64, threads_per_core: 1, numa_per_socket: 4, memory: 512GiB}}
hosts:
{hosts}
access: {{user: root, host_keys: known_hosts}}
pools:
  batch: {{stack: slurm, max_unavailable: 5%}}
slurm:
  cluster: bench
  partitions: {{batch: {{pools: [batch], default: true}}}}
storage:
  nfs: [{{name: home, server: stor1, export: /srv/home, mount: /home}}]
  classes: {{default: home}}
identity:
  users: {{ana: {{uid: 20001}}, dee: {{uid: 20004}}}}
"""
PLAY = """\
- name: Apply {role}
  hosts: {group}
  gather_facts: false
  tasks:
    - name: Apply
      ansible.builtin.raw: apply {role}
"""


def entries(count: int) -> Iterator[str]:
    """The hosts of a site: four with services, the others compute."""
    for index, (name, services) in enumerate(SERVICES.items()):
        yield f"  - {{name: {name}, hardware: service, address: 10.0.0.{11 + index}, rack: r0, services: {services}}}"
    for index in range(count - len(SERVICES)):
        name, address, rack = f"cpu{index + 1:05}", FIRST + index, f"r{1 + index // 50}"
        yield f"  - {{name: {name}, hardware: cpu, address: {address}, rack: {rack}, pool: batch}}"


@dataclass(frozen=True)
class Instance:
    """The program's stack in a folder of its own, with playbooks that only record who is called."""

    folder: Path

    @property
    def record(self) -> Path:
        return self.folder / "playbooks" / "record"

    def write(self, hosts: int) -> None:
        """The inventory and the host keys of a site of that many hosts."""
        (self.folder / "site.yaml").write_text(SITE.format(hosts="\n".join(entries(hosts))))
        machines = [*SERVICES, *(str(FIRST + index) for index in range(hosts))]
        (self.folder / "known_hosts").write_text("".join(f"{name} ssh-ed25519 KEY\n" for name in machines))

    def verb(self, *words: str) -> tuple[float, str]:
        """Seconds that a verb of pulumi takes, and what it said."""
        options = ("--stack", STACK, "--config-file", str(self.folder / f"Pulumi.{STACK}.yaml"))
        begin = time.monotonic()
        done = self._pulumi(engine.REPOSITORY, *words, *options)
        assert done.returncode == 0, done.stdout + done.stderr
        return time.monotonic() - begin, done.stdout

    def contacted(self) -> set[str]:
        """The hosts that were connected to since the last time this was asked."""
        path = self.record / "hosts"
        found = set(path.read_text().split()) if path.exists() else set()
        path.unlink(missing_ok=True)
        return found

    def make(self) -> None:
        """The stack's files, and the stack."""
        (self.folder / "backend").mkdir()
        shutil.copytree(engine.HERE / "playbooks", self.folder / "playbooks")
        plays = "".join(PLAY.format(role=role, group=group_of(role)) for role in ORDER)
        (self.folder / "playbooks" / "site.yml").write_text(f"---\n{plays}")
        self.record.mkdir()
        for name, content in (("down", "[]"), ("broken", "{}")):
            (self.record / f"{name}.json").write_text(content)
        (self.folder / "Pulumi.yaml").write_text("name: twinstack\nruntime: python\n")
        paths = {"inventory": "site.yaml", "state": "work", "playbooks": "playbooks"}
        config = {f"twinstack:{key}": str(self.folder / path) for key, path in paths.items()}
        (self.folder / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": config}))
        self._pulumi(self.folder, "stack", "init", STACK, "--no-select").check_returncode()

    def _pulumi(self, project: Path, *words: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "home").mkdir(exist_ok=True)
        # A plain file in place of this folder: the engine logs every property of every call into it.
        (self.folder / "home" / "logs").touch()
        return subprocess.run(
            ["pulumi", "-C", str(project), *words, "--non-interactive", "--color", "never"],
            env={**os.environ, **engine.environment(self.folder)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
