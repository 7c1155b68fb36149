"""The whole Site from a valid file."""

from __future__ import annotations

from pathlib import Path

from twinstack.inventory import defaults
from twinstack.inventory.build import hosts, kubernetes, machines, people, pools, slurm, slurm_packages, storage
from twinstack.inventory.build.notes import Notes, Section
from twinstack.inventory.document import Document
from twinstack.inventory.model import OperatingSystem, Site


def build(raw: Section, document: Document, notes: Notes) -> Site:
    """The Site that `raw` describes; `document` knows the lines, `notes` takes what does not add up."""
    path = Path(document.file).absolute()
    lines = hosts.lines_of(document.below("hosts"), len(raw["hosts"]))
    networks = machines.networks(raw["networks"])
    machines_by_name = hosts.hosts(raw["hosts"], lines, notes)
    by_pool = pools.pools(raw.get("pools", {}), machines_by_name.values(), notes)
    stored = storage.storage(raw.get("storage", {}))
    system = OperatingSystem(raw["os"]["distribution"], raw["os"]["release"])
    batch = None
    if "slurm" in raw:
        batch = slurm.slurm(
            raw["slurm"],
            path.parent,
            raw["name"],
            system=system,
            hosts=machines_by_name.values(),
            pools=by_pool.values(),
            mounts=stored.nfs,
        )
        batch = slurm_packages.packaged(batch, raw["slurm"], path.parent, notes)
    cluster = None
    if "kubernetes" in raw:
        cluster = kubernetes.kubernetes(raw["kubernetes"], networks, machines_by_name, by_pool, notes)
    return Site(
        path=path,
        name=raw["name"],
        domain=raw["domain"],
        timezone=raw.get("timezone", defaults.TIMEZONE),
        os=system,
        networks=networks,
        hardware=machines.hardware(raw["hardware"]),
        hosts=machines_by_name,
        access=machines.access(raw["access"], path.parent),
        pools=by_pool,
        slurm=batch,
        kubernetes=cluster,
        storage=stored,
        projects=people.projects(raw.get("projects", {}), batch),
        users=people.users(raw.get("identity", {}).get("users", {})),
        software=people.software(raw.get("software", {})),
        observability=people.observability(raw.get("observability", {})),
        artifacts=people.artifacts(raw.get("artifacts", {}), path.parent),
        policy=people.policy(raw.get("policy", {})),
    )
