"""Projects in Slurm's accounting database as Pulumi resources."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from twinstack.declare.resources import ConnectionArgs, SlurmAccount, SlurmAssociation, SlurmQos
from twinstack.tenancy import slurm as tenants


def declare_accounting(
    tenancy: tenants.SlurmTenancy,
    controller: ConnectionArgs,
    depends_on: Sequence[pulumi.Resource],
    options: pulumi.ResourceOptions,
) -> None:
    """Declare QOS, accounts that name them, and who may submit to these.

    They depend on hosts only, not on each other, so that one run serves them all; there they are put in order.
    """
    after = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(depends_on)))
    for qos in tenancy.qos:
        _declare_qos(qos, controller, after)
    for account in tenancy.accounts:
        _declare_account(account, controller, after)
    for association in tenancy.associations:
        _declare_association(association, controller, after)


def _declare_qos(qos: tenants.SlurmQos, controller: ConnectionArgs, options: pulumi.ResourceOptions) -> None:
    SlurmQos(
        qos.name,
        controller,
        description=qos.description,
        priority=qos.priority,
        preempt=qos.preempt,
        max_jobs_per_user=qos.max_jobs_per_user,
        opts=options,
    )


def _declare_account(
    account: tenants.SlurmAccount, controller: ConnectionArgs, options: pulumi.ResourceOptions
) -> None:
    SlurmAccount(
        account.name,
        controller,
        cluster=account.cluster,
        description=account.description,
        organization=account.organization,
        fairshare=account.fairshare,
        qos=account.qos,
        default_qos=account.default_qos,
        opts=options,
    )


def _declare_association(
    association: tenants.SlurmAssociation, controller: ConnectionArgs, options: pulumi.ResourceOptions
) -> None:
    SlurmAssociation(
        association.user,
        association.account,
        controller,
        cluster=association.cluster,
        coordinator=association.coordinator,
        default=association.default,
        opts=options,
    )
