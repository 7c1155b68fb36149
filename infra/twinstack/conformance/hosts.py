"""Conditions of each host by itself: packages, placed files, units, mounts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.planning.model import Plan
from twinstack.rendering.distribution import Distribution, distribution_of
from twinstack.rendering.model import HostRole, Rendering, Unit, digest_of
from twinstack.rendering.package_pins import unpinned


def conditions(plan: Plan, rendering: Rendering) -> Iterator[Condition]:
    """What must be true of every host on its own, in the plan's order."""
    for host in plan.hosts.values():
        for name, role in rendering.hosts.get(host.name, {}).items():
            yield from role_conditions(plan, host.name, name, role)


def role_conditions(plan: Plan, host: str, name: str, role: HostRole) -> Iterator[Condition]:
    """Packages are installed, files are as rendered, units are enabled and run."""
    if role.spec.packages:
        names, what = distribution_of(plan.site.os), f"{name}: packages {' '.join(role.spec.packages)}"
        yield Condition("packages", host, what, partial(packages_installed, names, role.spec.packages))
    planned = planned_digests(role)
    if planned:
        yield Condition("files", host, f"{name}: {len(planned)} files as rendered", partial(files_as_rendered, planned))
    for unit in role.spec.units:
        yield Condition("services", host, f"{name}: unit {unit.name}", partial(unit_runs, unit))


def planned_digests(role: HostRole) -> dict[str, str]:
    """The sha256 of every file that holds no secret, by its place."""
    shared = {file.dest: file.digest for file in role.spec.files if file.digest and not file.secret}
    own = {dest: digest_of(text) for dest, text in role.own_files.items()}
    return {**shared, **own}


def packages_installed(names: Distribution, packages: tuple[str, ...], shell: Shell) -> Verdict:
    """Every package is installed, in the planned version where one is pinned."""
    planned = dict(unpinned(names, package) for package in packages)
    seen = installed(names.family, tuple(planned), shell)
    wrong = [
        f"{name} {version or '(any)'}: seen {seen[name][0] if name in seen else 'none'}"
        for name, version in planned.items()
        if not version_fits(version, seen.get(name, ()))
    ]
    return Verdict.of(not wrong, "; ".join(wrong) or f"{len(planned)} installed")


def version_fits(planned: str, seen: tuple[str, ...]) -> bool:
    """Whether a version that is installed is the planned one; `1.2.*` stands for any that begins so."""
    if planned.endswith("*"):
        return any(version.startswith(planned[:-1]) for version in seen)
    return planned in seen or bool(seen and not planned)


def installed(family: str, names: tuple[str, ...], shell: Shell) -> dict[str, tuple[str, ...]]:
    """The version of each installed package in every form in which it may be pinned; what is missing is left out."""
    if family == "redhat":
        answer = shell.run("rpm", "-q", "--qf", "%{NAME} ok %{VERSION}-%{RELEASE} %{VERSION}\n", *names)
    else:
        answer = shell.run("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status} ${Version}\n", *names)
    rows = (line.split() for line in answer.stdout.splitlines())
    return {row[0]: tuple(row[2:]) for row in rows if len(row) > 2 and row[1] in {"ok", "installed"}}  # noqa: PLR2004


def files_as_rendered(planned: dict[str, str], shell: Shell) -> Verdict:
    """Every file has the digest of its rendering."""
    answer = shell.run("sha256sum", "--", *planned)
    seen = {dest: digest for digest, _, dest in (line.partition("  ") for line in answer.stdout.splitlines())}
    wrong = [
        f"{dest} {'differs' if dest in seen else 'is missing'}" for dest in planned if seen.get(dest) != planned[dest]
    ]
    return Verdict.of(not wrong, "; ".join(wrong) or "all as rendered")


def unit_runs(unit: Unit, shell: Shell) -> Verdict:
    """The unit is enabled and, where it is to be started, active."""
    properties = "ActiveState,SubState,UnitFileState,Result"
    answer = shell.run("systemctl", "show", "--property", properties, unit.name)
    seen = dict(line.partition("=")[::2] for line in answer.stdout.splitlines())
    state = f"{seen.get('ActiveState')} ({seen.get('SubState')}), {seen.get('UnitFileState') or 'no unit file'}"
    runs = seen.get("ActiveState") == "active" or not unit.started
    enabled = seen.get("UnitFileState") in {"enabled", "enabled-runtime", "static", "alias", "generated"}
    return Verdict.of(runs and enabled, f"{unit.name} is {state}")
