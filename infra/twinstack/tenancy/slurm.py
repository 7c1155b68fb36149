"""Projects in Slurm's accounting database: QOS, accounts and who may submit to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twinstack.inventory.model import Project, Qos, Service, Slurm
from twinstack.planning.model import Plan


@dataclass(frozen=True, slots=True)
class SlurmQos:
    """A QOS as sacctmgr keeps it; `preempt` are the QOS whose jobs it may preempt."""

    name: str
    description: str
    priority: int
    preempt: tuple[str, ...]
    max_jobs_per_user: int | None


@dataclass(frozen=True, slots=True)
class SlurmAccount:
    """An account below root, one a project; `qos` are those allowed (empty: the cluster's own)."""

    name: str
    cluster: str
    description: str
    organization: str
    fairshare: int
    qos: tuple[str, ...]

    @property
    def default_qos(self) -> str | None:
        """The QOS of jobs that name none."""
        return self.qos[0] if self.qos else None


@dataclass(frozen=True, slots=True)
class SlurmAssociation:
    """A user's right to submit to an account; a coordinator may manage it.

    `default` is true for one association a user: the account of jobs that name none.
    """

    user: str
    account: str
    cluster: str
    coordinator: bool
    default: bool


@dataclass(frozen=True, slots=True)
class SlurmTenancy:
    """All that the accounting database must hold, in an order in which it can be created."""

    qos: tuple[SlurmQos, ...] = ()
    accounts: tuple[SlurmAccount, ...] = ()
    associations: tuple[SlurmAssociation, ...] = ()


def slurm_entities(plan: Plan) -> SlurmTenancy:
    """QOS, accounts and associations of a site; empty where no accounting database is placed."""
    site = plan.site
    if site.slurm is None or not site.by_service[Service.SLURM_ACCOUNTING]:
        return SlurmTenancy()
    cluster = site.slurm.cluster
    projects = tuple(site.projects.values())
    return SlurmTenancy(
        qos=tuple(_qos(qos) for qos in _preempted_first(site.slurm)),
        accounts=tuple(_account(project, cluster, site.name) for project in projects),
        associations=tuple(_associations(projects, cluster)),
    )


def _qos(qos: Qos) -> SlurmQos:
    return SlurmQos(
        name=qos.name,
        description=f"QOS {qos.name}",
        priority=qos.priority,
        preempt=qos.preempt,
        max_jobs_per_user=qos.max_jobs_per_user,
    )


def _preempted_first(slurm: Slurm) -> Iterator[Qos]:
    """QOS such that each comes after those that it preempts, because sacctmgr wants these to exist."""
    seen: set[str] = set()

    def visit(name: str) -> Iterator[Qos]:
        if name in seen or name not in slurm.qos:
            return
        seen.add(name)
        for preempted in slurm.qos[name].preempt:
            yield from visit(preempted)
        yield slurm.qos[name]

    for name in slurm.qos:
        yield from visit(name)


def _account(project: Project, cluster: str, organization: str) -> SlurmAccount:
    return SlurmAccount(
        name=project.name,
        cluster=cluster,
        description=f"project {project.name}",
        organization=organization,
        fairshare=project.share,
        qos=project.qos,
    )


def _associations(projects: tuple[Project, ...], cluster: str) -> Iterator[SlurmAssociation]:
    homes: dict[str, str] = {}
    for project in projects:
        for user in project.members:
            yield SlurmAssociation(
                user=user,
                account=project.name,
                cluster=cluster,
                coordinator=user in project.admins,
                default=homes.setdefault(user, project.name) == project.name,
            )
