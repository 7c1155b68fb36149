"""A site of any size, as an inventory file: 80 % Slurm hosts, 10 % split GPU hosts, 10 % Kubernetes hosts."""

from __future__ import annotations

from pathlib import Path

SITE = """\
apiVersion: twinstack/v1
kind: Site
name: bench
domain: bench.example
os: {{distribution: debian, release: "12"}}
networks:
  management: {{cidr: 10.0.0.0/8, dns: [10.0.0.2], ntp: [10.0.0.2]}}
hardware:
  service: {{sockets: 1, cores_per_socket: 16, threads_per_core: 2, memory: 128GiB}}
  cpu: {{sockets: 2, cores_per_socket: 64, threads_per_core: 1, numa_per_socket: 4, memory: 512GiB}}
  gpu: {{sockets: 2, cores_per_socket: 48, threads_per_core: 1, numa_per_socket: 2, memory: 1024GiB,
        gpus: {{vendor: nvidia, model: h100, count: 8, memory: 80GiB, numa: [0, 0, 1, 1, 2, 2, 3, 3]}}}}
hosts:
  - {{name: "ctl[1-3]", hardware: service, address: "10.0.0.[11-13]", rack: r0, services: [kubernetes-control-plane]}}
  - {{name: slurm, hardware: service, address: 10.0.0.21, rack: r0, services: [slurm-controller, slurm-accounting]}}
  - {{name: stor, hardware: service, address: 10.0.0.22, rack: r0, services: [nfs-server, monitoring, login]}}
{hosts}
access: {{user: root}}
pools:
  batch: {{stack: slurm, max_unavailable: 5%}}
  ai:
    stack: split
    split: {{system: {{cores: 4}}, slurm: {{cores: 44, gpus: 4}}, kubernetes: {{cores: 48, gpus: 4}}}}
  work: {{stack: kubernetes, labels: {{tier: work}}}}
slurm:
  cluster: bench
  partitions: {{batch: {{pools: [batch], default: true}}, gpu: {{pools: [ai]}}}}
kubernetes:
  version: 1.35.4
  endpoint: 10.0.0.10:6443
  networking: {{cni: cilium, pod_cidr: 172.16.0.0/12, service_cidr: 192.168.0.0/16}}
storage:
  nfs: [{{name: home, server: stor, export: /srv/home, mount: /home}}]
  classes: {{default: home}}
projects:
  climate: {{members: {{users: [ana]}}, share: 60}}
  genomics: {{members: {{users: [dee]}}, share: 40}}
identity:
  users: {{ana: {{uid: 20001}}, dee: {{uid: 20004}}}}
"""


def write_site(path: Path, hosts: int) -> Path:
    """Write the inventory of a site of about that many hosts (a multiple of 1,000)."""
    kinds = (
        ("cpu", "cpu", "batch", hosts * 8 // 10),
        ("gpu", "gpu", "ai", hosts // 10),
        ("work", "cpu", "work", hosts // 10),
    )
    entries = [_entry(index + 1, *kind) for index, kind in enumerate(kinds)]
    path.write_text(SITE.format(hosts="\n".join(entries)))
    return path


def _entry(number: int, name: str, hardware: str, pool: str, count: int) -> str:
    """One entry for `count` hosts in racks of a hundred."""
    racks = count // 100
    third = f"[0-{racks - 1}]" if racks > 1 else "0"
    rack = f"{name}[1-{racks}]" if racks > 1 else f"{name}1"
    return (
        f'  - {{name: "{name}[00001-{count:05}]", hardware: {hardware}, pool: {pool}, '
        f'address: "10.{number}.{third}.[0-99]", rack: "{rack}"}}'
    )
