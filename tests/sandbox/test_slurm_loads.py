"""The real slurmctld loads the rendered files of every inventory, and counts the nodes that were planned."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from playbooks.plugins.modules.slurmctld_check import errors, rewritten
from tests.sandbox.world import ROOT, World
from twinstack.inventory.load import load
from twinstack.planning import plan
from twinstack.rendering import render
from twinstack.rendering.roles.slurm_controller import configuration
from twinstack.rendering.slurm_nodes import login_nodes, members

pytestmark = pytest.mark.sandbox

HOST = "ctl1"
RELEASE = "22.05"
"""The daemon's own: other releases are rendered for it here, since no other daemon is."""
CONTRACT = ROOT.parent / "shared" / "contract"
INVENTORIES = sorted(
    [*(ROOT / "stacks").glob("*/site.yaml"), *CONTRACT.glob("*.yaml"), *(ROOT / "tests").glob("*/*/site.yaml")]
)
DIRECTORY = Path("/run/twinstack-loads")
# Alone in its network namespace, so that it meets no node; munge answers on its socket all the same.
SCRIPT = f"""
set -eu
rm -rf {DIRECTORY}; mkdir -p {DIRECTORY}/state; tar -x -C {DIRECTORY}; chown -R slurm {DIRECTORY}/state
export SLURM_CONF={DIRECTORY}/slurm.conf
exec unshare --net sh -euc '
  ip link set lo up; ip address add 192.0.2.1/32 dev lo
  timeout 100 slurmctld -D -c -f $SLURM_CONF >{DIRECTORY}/log 2>&1 & daemon=$!
  until grep -q "Running as primary controller" {DIRECTORY}/log || ! kill -0 $daemon; do sleep 0.2; done
  echo nodes $(timeout 30 scontrol --oneliner show node | grep -c ^NodeName=)
  echo gpus $(timeout 30 scontrol --oneliner show node | grep -c Gres=gpu)
  echo leaves $(timeout 30 scontrol --oneliner show topology | grep -c Level=0 || true)
  kill $daemon; cat {DIRECTORY}/log
'
"""


class Loaded(NamedTuple):
    """What slurmctld made of the files."""

    counts: dict[str, int]
    errors: list[str]


@pytest.fixture(scope="module")
def host() -> Iterator[World]:
    world = World("loads")
    racked = world.sandbox("rack", "--hosts", HOST, "--no-kubernetes")
    assert racked.code == 0, racked.output
    world.on(
        HOST, "sh", "-c", "umask 077; head -c 128 /dev/urandom >/etc/munge/munge.key; chown munge: /etc/munge/munge.key"
    )
    world.on(HOST, "systemctl", "start", "munge")
    yield world
    world.sandbox("unrack")


def packed(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return stream.getvalue()


def loaded(world: World, files: dict[str, str]) -> Loaded:
    argv = world.command("sandbox", "exec", "--name", world.name, "--host", HOST, "--", "sh", "-c", SCRIPT)
    done = subprocess.run(argv, input=packed(files), capture_output=True, timeout=200, cwd=ROOT, check=False)
    text = done.stdout.decode()
    counts = {word: int(number) for word, number in re.findall(r"^(nodes|gpus|leaves) (\d+)$", text, re.MULTILINE)}
    assert counts, text + done.stderr.decode()
    return Loaded(counts, errors([line.partition("] ")[2] or line for line in text.splitlines()]))


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_slurmctld_loads_it_with_every_node(path: Path, host: World) -> None:
    site = load(path)
    assert site.slurm
    made = plan(replace(site, slurm=replace(site.slurm, version=RELEASE)))
    artefacts = render(made).artefacts
    names = [*configuration(made), *(name for name in ["job_submit.lua"] if f"slurm/{name}" in artefacts)]
    files = {name: artefacts[f"slurm/{name}"].text for name in names}
    found = loaded(host, {**files, "slurm.conf": rewritten(files["slurm.conf"], DIRECTORY, HOST)})
    nodes = members(made)
    assert found.errors == []
    assert found.counts["nodes"] == len(nodes) + len(login_nodes(made))
    assert found.counts["gpus"] == sum(1 for node in nodes if node.allocation.slurm and node.allocation.slurm.gpus)
    if "topology.conf" in files:
        assert found.counts["leaves"] == len({node.host.rack for node in (*nodes, *login_nodes(made))})
