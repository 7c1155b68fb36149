from __future__ import annotations

from tests.unit.tenancy.plans import Planned, project, sandbox
from twinstack.inventory.model import Qos
from twinstack.tenancy.slurm import SlurmAssociation, SlurmTenancy, slurm_entities


def test_an_account_a_project_with_its_share() -> None:
    accounts = slurm_entities(sandbox()).accounts
    assert [(account.name, account.fairshare, account.cluster) for account in accounts] == [
        ("climate", 60, "tiny"),
        ("genomics", 40, "tiny"),
    ]


def test_the_first_qos_is_the_default() -> None:
    made = Planned()
    made.projects = {"a": project("a", qos=("normal", "urgent")), "b": project("b", qos=())}
    first, second = slurm_entities(made.build()).accounts
    assert (first.qos, first.default_qos) == (("normal", "urgent"), "normal")
    assert (second.qos, second.default_qos) == ((), None)


def test_administrators_coordinate() -> None:
    made = Planned()
    made.projects = {"a": project("a", admins=("ana",), users=("ana", "bo"))}
    assert slurm_entities(made.build()).associations == (
        SlurmAssociation("ana", "a", "tiny", coordinator=True, default=True),
        SlurmAssociation("bo", "a", "tiny", coordinator=False, default=True),
    )


def test_a_user_of_two_projects_has_one_default_account() -> None:
    made = Planned()
    made.projects = {name: project(name, admins=(), users=("bo",)) for name in ("a", "b")}
    associations = slurm_entities(made.build()).associations
    assert [(found.account, found.default) for found in associations] == [("a", True), ("b", False)]


def test_a_qos_comes_after_those_that_it_preempts() -> None:
    qos = (
        Qos("urgent", 1000, ("normal", "low"), 4),
        Qos("normal", 100, ("low",), None),
        Qos("low", 1, (), None),
    )
    assert [found.name for found in slurm_entities(Planned(qos=qos).build()).qos] == ["low", "normal", "urgent"]


def test_qos_that_preempt_each_other_are_each_named_once() -> None:
    qos = (Qos("a", 1, ("b",), None), Qos("b", 1, ("a",), None))
    assert [found.name for found in slurm_entities(Planned(qos=qos).build()).qos] == ["b", "a"]


def test_without_a_database_there_is_nothing_to_keep() -> None:
    assert slurm_entities(Planned(services=frozenset()).build()) == SlurmTenancy()
    assert slurm_entities(Planned(slurm=False).build()) == SlurmTenancy()
