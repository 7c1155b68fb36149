"""`twinstack check`: every problem of an inventory, or one line of what the site is."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from twinstack import components
from twinstack.inventory.load import load
from twinstack.inventory.model import Host, Site
from twinstack.inventory.problems import InventoryError, Problem
from twinstack.planning import plan


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a file came to: a site, or problems."""

    file: Path
    site: Site | None
    problems: tuple[Problem, ...]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to tell.")
def command(files: tuple[Path, ...], output: str) -> None:
    """Report every problem of an inventory.

    Each is told as `file:line: where: what (hint)`, and the exit status is 1. An inventory without problems is told in
    one line.
    """
    verdicts = [verdict(file) for file in files]
    lines = in_text(verdicts) if output == "text" else in_json(verdicts)
    click.echo("\n".join(lines))
    sys.exit(any(each.problems for each in verdicts))


def verdict(file: Path) -> Verdict:
    """Check one file."""
    try:
        site = load(file)
    except InventoryError as error:
        return Verdict(file, None, error.problems)
    problems = tuple(component_problems(file, site))
    return Verdict(file, None if problems else site, problems)


def component_problems(file: Path, site: Site) -> Iterator[Problem]:
    """What keeps the platform's components from working: only the Plan shows it, and the program refuses it too."""
    lines = file.read_text().splitlines()
    line = next((number for number, text in enumerate(lines, 1) if text.startswith("kubernetes:")), 1)
    for problem in components.problems(plan(site)):
        name, _, what = problem.partition(": ")
        yield Problem(file, line, f"kubernetes.components.{name}", what)


def in_text(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Problems and sites for people, and a count of the problems."""
    for each in verdicts:
        yield from map(str, each.problems)
        if each.site:
            yield summary(each.site)
    if count := sum(len(each.problems) for each in verdicts):
        files = sum(bool(each.problems) for each in verdicts)
        yield f"{_counted(count, 'problem')}{f' in {files} files' if len(verdicts) > 1 else ''}"


def in_json(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Problems and sites for programs."""
    yield json.dumps([_document(each) for each in verdicts], indent=2)


def _document(verdict: Verdict) -> Mapping[str, object]:
    problems = [{**asdict(problem), "file": str(problem.file)} for problem in verdict.problems]
    return {
        "file": str(verdict.file),
        "problems": problems,
        "summary": summary(verdict.site) if verdict.site else None,
        "hosts": len(verdict.site.hosts) if verdict.site else None,
    }


def summary(site: Site) -> str:
    """What a site is, in one line."""
    kinds = Counter(_kind(site, host) for host in site.hosts.values())
    parts = [f"{_counted(len(site.hosts), 'host')} ({', '.join(f'{count} {kind}' for kind, count in kinds.items())})"]
    if site.slurm:
        parts.append(f"slurm cluster {site.slurm.cluster}")
    if site.kubernetes:
        parts.append(f"kubernetes {site.kubernetes.version} {site.kubernetes.networking.cni}")
    parts.append(_counted(len(site.projects), "project"))
    return f"{site.name}: {', '.join(parts)}"


def _kind(site: Site, host: Host) -> str:
    """Who has a host now, or that there is no machine."""
    if host.simulated:
        return "simulated"
    if host.pool is None:
        return "for services"
    pool = site.pools[host.pool]
    return pool.owners.get(host.name, pool.stack).value


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
