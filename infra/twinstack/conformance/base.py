"""Conditions of every host: its clock follows a source, SSH is as hardened, people have their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Service
from twinstack.planning.identity import project_gids
from twinstack.planning.model import HostPlan, Plan
from twinstack.rendering import sshd_conf

SYNCHRONISED = frozenset({"Normal", "Insert second", "Delete second"})
"""Leap states of `chronyc tracking` with a source (chronyc(1)); the other is `Not synchronised`."""

SYNONYMS = {"prohibit-password": "without-password"}
"""How `sshd -T` calls what it was told."""


def conditions(plan: Plan) -> Iterator[Condition]:
    """What the roles base and users promise beyond their files and units."""
    ids = {name: user.uid for name, user in plan.site.users.items()}
    gids = project_gids(plan.site.projects)
    for host in plan.hosts.values():
        if "base" in host.roles:
            yield Condition("time", host.name, "the clock follows a source", follows_source)
            yield Condition("ssh", host.name, "options in effect", partial(ssh_as_planned, host, plan.site.access.user))
        if "users" in host.roles and (ids or gids):
            what = f"{len(ids)} people and {len(gids)} groups have their numbers"
            yield Condition("users", host.name, what, partial(numbers_as_planned, ids, gids))


def follows_source(shell: Shell) -> Verdict:
    """Chrony has a source: a server of the site, or for the site's own server at least its own clock."""
    answer = shell.run("chronyc", "-n", "-c", "tracking")
    fields = answer.stdout.strip().split(",")
    if answer.rc or len(fields) < 14:  # noqa: PLR2004 (chronyc(1), the report `tracking`)
        return Verdict.wrong(f"chronyd does not answer: {(answer.stdout or answer.stderr).strip()}")
    source, stratum, offset, leap = fields[1] or fields[0], fields[2], fields[4], fields[-1]
    return Verdict.of(leap in SYNCHRONISED, f"{leap}: source {source}, stratum {stratum}, {offset} s off")


def ssh_as_planned(host: HostPlan, user: str, shell: Shell) -> Verdict:
    """What sshd's whole configuration comes to has our options, whatever other files say."""
    login = f"user={user},host={host.host.address},addr={host.host.address}"
    answer = shell.run("/usr/sbin/sshd", "-T", "-C", login)
    if answer.rc:
        return Verdict.wrong(answer.stderr.strip())
    seen = dict(line.partition(" ")[::2] for line in answer.stdout.splitlines())
    wrong = [
        f"{option} {seen.get(option.lower())}, planned {value}"
        for option, value in sshd_conf.options(login=host.runs(Service.LOGIN)).items()
        if seen.get(option.lower(), "").lower() not in {value.lower(), SYNONYMS.get(value)}
    ]
    return Verdict.of(not wrong, "; ".join(wrong) or "as planned")


def numbers_as_planned(uids: Mapping[str, int], gids: Mapping[str, int], shell: Shell) -> Verdict:
    """The name service, wherever it has people from, knows them by the inventory's numbers."""
    wrong = [*_differences("passwd", uids, shell), *_differences("group", gids, shell)]
    return Verdict.of(not wrong, "; ".join(wrong) or "as planned")


def _differences(database: str, planned: Mapping[str, int], shell: Shell) -> Iterator[str]:
    if not planned:
        return
    rows = (line.split(":") for line in shell.run("getent", database, *planned).stdout.splitlines())
    seen = {row[0]: row[2] for row in rows}
    for name, number in planned.items():
        if seen.get(name) != str(number):
            yield f"{database} {name}: planned {number}, seen {seen.get(name, 'none')}"
