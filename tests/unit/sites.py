"""Sites built by hand for tests: the inventory's records with few words, without reading a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

from twinstack.inventory import defaults
from twinstack.inventory.model import (
    Access,
    Artifacts,
    Gpus,
    Hardware,
    Host,
    Kubernetes,
    Network,
    Networking,
    NfsMount,
    Observability,
    OperatingSystem,
    Partition,
    Pool,
    Project,
    Scheduling,
    Service,
    Site,
    Slice,
    Slurm,
    Software,
    Split,
    Stack,
    Storage,
    Tuning,
    User,
)

GIB = 1 << 30
FIRST_ADDRESS = IPv4Address("10.0.0.1")


def hardware(name: str = "server", cores: int = 8, memory: int = 32 * GIB, **changes: Any) -> Hardware:
    """A hardware class of one socket, unless said otherwise."""
    fields: dict[str, Any] = {
        "name": name,
        "sockets": 1,
        "cores_per_socket": cores,
        "threads_per_core": 1,
        "numa_per_socket": 1,
        "memory": memory,
        "hugepages": {},
        "gpus": None,
        "nics": (),
        "disks": (),
        "absent": frozenset(),
    }
    return Hardware(**(fields | changes))


def gpus(count: int = 8, numa: tuple[int, ...] = (), vendor: str = "nvidia") -> Gpus:
    """GPUs of a machine."""
    return Gpus(vendor=vendor, model="h100", count=count, memory=80 * GIB, numa=numa)


def host(name: str, pool: str | None = None, *services: Service, **changes: Any) -> Host:
    """A host of class `server`; `site` gives it an address."""
    fields: dict[str, Any] = {
        "name": name,
        "hardware": "server",
        "address": FIRST_ADDRESS,
        "rack": "r1",
        "pool": pool,
        "services": frozenset(services),
        "simulated": False,
        "maintenance": False,
        "line": 1,
    }
    return Host(**(fields | changes))


def pool(name: str, stack: Stack, **changes: Any) -> Pool:
    """A pool; `site` fills in its hosts."""
    fields: dict[str, Any] = {
        "name": name,
        "stack": stack,
        "hosts": (),
        "split": None,
        "owners": {},
        "max_unavailable": "1",
        "drain_timeout": 3600,
        "labels": {},
        "taints": (),
        "tuning": Tuning(cpu_manager="none", topology_manager="none", memory_manager="None"),
    }
    return Pool(**(fields | changes))


def split(slurm: Slice, kubernetes: Slice, system: Slice | None = None) -> Split:
    """A division of a split pool."""
    return Split(system=system, slurm=slurm, kubernetes=kubernetes)


def partition(name: str, *pools: str, **changes: Any) -> Partition:
    """A partition over the pools; what `changes` leaves out is as where the inventory says nothing."""
    fields: dict[str, Any] = {"default": False, "max_time": None, "qos": None, "state": "up", "settings": {}}
    return Partition(name, pools, **(fields | changes))


def slurm(*pools: str, **changes: Any) -> Slurm:
    """A Slurm section with one partition over the pools."""
    fields: dict[str, Any] = {
        "cluster": "test",
        "version": "22.05",
        "partitions": {"main": partition("main", *pools, default=True)},
        "qos": {},
        "scheduling": Scheduling(select="cons_tres", preempt_mode="off", fair_share=True),
        "health_check_interval": None,
        "state_location": None,
        "hooks": {},
        "power": None,
        "reboot": "/usr/bin/systemctl reboot",
        "rest": None,
        "parameters": {},
    }
    return Slurm(**(fields | changes))


def kubernetes(cni: str = "bridge", pod_cidr: str = "10.244.0.0/16", **changes: Any) -> Kubernetes:
    """A Kubernetes section."""
    fields: dict[str, Any] = {
        "version": "1.35.4",
        "endpoint": "10.0.0.1:6443",
        "networking": Networking(cni, IPv4Network(pod_cidr), IPv4Network("10.96.0.0/12"), kube_proxy=True),
        "secondary_networks": (),
        "components": {},
    }
    return Kubernetes(**(fields | changes))


def project(name: str, *users: str, share: int = 1, quota: Mapping[str, int] | None = None) -> Project:
    """A project."""
    return Project(name, admins=(), users=users, share=share, qos=(), quota=quota, borrow=False)


def storage(**changes: Any) -> Storage:
    """Storage, empty unless said otherwise."""
    fields: dict[str, Any] = {
        "nfs": (),
        "lustre": (),
        "gpfs": (),
        "ceph": None,
        "default_class": None,
        "capacity_class": None,
        "datasets": (),
    }
    return Storage(**(fields | changes))


def network(name: str = "management", cidr: str = "10.0.0.0/8", **changes: Any) -> Network:
    """A network."""
    fields: dict[str, Any] = {
        "name": name,
        "cidr": IPv4Network(cidr),
        "kind": "ethernet",
        "mtu": None,
        "dns": (),
        "ntp": (),
        "sriov": None,
    }
    return Network(**(fields | changes))


def _by_name(records: Iterable[Any]) -> dict[str, Any]:
    return {record.name: record for record in records}


def _filled(one: Pool, hosts: Iterable[Host]) -> Pool:
    return replace(one, hosts=tuple(host.name for host in hosts if host.pool == one.name))


def site(hosts: Iterable[Host], pools: Iterable[Pool] = (), **changes: Any) -> Site:
    """A site of these hosts; sections that nobody names are absent or empty."""
    placed = [replace(one, address=FIRST_ADDRESS + i, line=i + 1) for i, one in enumerate(hosts)]
    people = sorted({name for one in changes.get("projects", ()) for name in one.members})
    lists = {
        "networks": _by_name(changes.pop("networks", (network(),))),
        "hardware": _by_name(changes.pop("hardware", (hardware(),))),
        "hosts": _by_name(placed),
        "pools": _by_name(_filled(one, placed) for one in pools),
        "projects": _by_name(changes.pop("projects", ())),
        "users": {name: User(name, 20001 + index) for index, name in enumerate(people)},
    }
    fields: dict[str, Any] = {
        "path": Path("site.yaml"),
        "name": "test",
        "domain": "test.example",
        "timezone": "UTC",
        "os": OperatingSystem("debian", "12"),
        "access": Access(
            user="root",
            port=22,
            ssh_key_file=None,
            host_keys=None,
            jump=None,
            accept_new=False,
            timeouts=defaults.TIMEOUTS,
        ),
        "slurm": None,
        "kubernetes": None,
        "storage": storage(),
        "software": Software(lmod=None, spack=None),
        "observability": Observability(retention=30 * 86400, receiver=None, url_secret=None),
        "artifacts": Artifacts(charts="upstream", images="upstream"),
        "policy": {},
    }
    return Site(**(fields | lists | changes))


def dual() -> Site:
    """A small site of both stacks: a head with every service, and a pool of each kind."""
    services = (service for service in Service if service is not Service.LOGGING)
    half = Slice(cores=4, gpus=0, memory=None)
    return site(
        hosts=(
            host("head", None, *services),
            host("c1", "batch"),
            host("c2", "batch"),
            host("k1", "work"),
            host("s1", "both"),
            host("f1", "swing"),
            host("f2", "swing"),
            host("g1", "sim", hardware="gpu", simulated=True),
        ),
        pools=(
            pool("batch", Stack.SLURM),
            pool("work", Stack.KUBERNETES),
            pool("both", Stack.SPLIT, split=split(half, half)),
            pool("swing", Stack.FLEXIBLE, owners={"f1": Stack.SLURM, "f2": Stack.KUBERNETES}),
            pool("sim", Stack.KUBERNETES),
        ),
        hardware=(hardware(), hardware("gpu", cores=16, gpus=gpus())),
        slurm=slurm("batch", "both", "swing"),
        kubernetes=kubernetes(),
        projects=(project("climate", "ana", "bo", share=3), project("genes", "dee")),
        storage=storage(nfs=(NfsMount("home", "head", "/srv/home", "/home", ()),)),
    )
