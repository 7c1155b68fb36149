"""Eight hosts from nothing, and a ninth: by `pulumi up` and by a plain `ansible-playbook` of the same roles; seconds.

Both on freshly racked hosts, one after the other. A plain run is given all hosts again, for it cannot know which of
them an added host concerns.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.benchmarks.plain_ansible import Plain
from tests.sandbox.world import ROOT, Done, World

pytestmark = pytest.mark.sandbox

KINDS = (
    "pulumi:providers:twinstack",
    "pulumi:providers:kubernetes",
    *(f"twinstack:index:{kind}" for kind in ("Artefact", "Cluster", "Host", "Secret", "Site")),
)
HOSTS_ALONE = tuple(f"--target=**{kind}::**" for kind in KINDS)
UP = ("up", "--yes", "--skip-preview", "--non-interactive", *HOSTS_ALONE)
NINTH = "cpu3"


def sites(folder: Path) -> tuple[Path, Path]:
    """The sandbox's site, and one with a ninth host."""
    # Hosts alone: no chart is at hand where hosts are racked and no more.
    text = (ROOT / "stacks" / "sandbox" / "site.yaml").read_text().replace("kueue: {}", "kueue: false")
    more = text.replace('"cpu[1-2]"', '"cpu[1-3]"').replace("10.78.0.[21-22]", "10.78.0.[21-23]")
    assert more.count("3]") == text.count("3]") + 2
    eight, nine = folder / "eight.yaml", folder / "nine.yaml"
    eight.write_text(text)
    nine.write_text(more)
    return eight, nine


def told(title: str, done: Done, hosts: set[str]) -> None:
    assert done.code == 0, done.output
    print(f"{title}: {done.seconds:.1f} s, {len(hosts)} hosts contacted")


@pytest.mark.parametrize("way", ["pulumi", "plain"])
def test_eight_hosts_and_a_ninth(way: str, tmp_path: Path) -> None:
    print()
    world = World("bench")
    world.sandbox("down")
    try:
        for site, title in zip(sites(tmp_path), ("eight hosts from nothing", "a ninth host added"), strict=True):
            racked = world.sandbox("rack", "--site", str(site))
            assert racked.code == 0, racked.output
            if way == "plain":
                plain(world, tmp_path, title)
            else:
                before = world.runs()
                done = world.pulumi(*UP)
                hosts = set().union(*(world.applied(run) for run in world.runs() if run not in before))
                told(f"pulumi up, {title}", done, hosts)
    finally:
        world.sandbox("down")


def plain(world: World, folder: Path, title: str) -> None:
    run = Plain(world, folder)
    run.write()
    done = run.play()
    told(f"plain ansible-playbook, {title}", done, set(re.findall(r"^(\w+) +: ok=", done.output, re.MULTILINE)))
