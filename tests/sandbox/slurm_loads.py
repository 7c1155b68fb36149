"""A throw-away slurmctld reads the files of an inventory, and says how many nodes it counts."""

from __future__ import annotations

import io
import re
import tarfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import yaml

from playbooks.plugins.modules.slurmctld_check import errors, rewritten
from tests.sandbox.world import ROOT
from twinstack.inventory.load import load
from twinstack.planning import plan
from twinstack.planning.model import Plan
from twinstack.rendering import render
from twinstack.rendering.roles.slurm_controller import configuration
from twinstack.rendering.slurm_hooks import JOB_SUBMIT
from twinstack.rendering.slurm_nodes import login_nodes, members

HOST = "ctl1"
CONTRACT = ROOT.parent / "shared" / "contract"
PLACES = {
    ROOT: ("stacks/*/site.yaml", "tests/*/*/site.yaml", "tests/sandbox/sites/*.yaml", "tests/sandbox/upgrade.yaml"),
    CONTRACT: ("*.yaml",),
}
INVENTORIES = sorted(
    path
    for folder, patterns in PLACES.items()
    for pattern in patterns
    for path in folder.glob(pattern)
    if "slurm" in yaml.safe_load(path.read_text(encoding="utf-8"))
)
"""Every inventory of the project and of the contract that has a Slurm."""
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
  if kill -0 $daemon; then
    echo nodes $(timeout 30 scontrol --oneliner show node | grep -c ^NodeName=)
    echo gpus $(timeout 30 scontrol --oneliner show node | grep -c Gres=gpu)
    echo leaves $(timeout 30 scontrol --oneliner show topology | grep -c Level=0 || true)
    kill $daemon
  fi
  cat {DIRECTORY}/log
'
"""


class Loaded(NamedTuple):
    """What slurmctld made of the files."""

    counts: dict[str, int]
    errors: list[str]


Run = Callable[[str, bytes], str]
"""Runs a script on a host with something to read; its output."""


def planned(path: Path, release: str) -> Plan:
    """An inventory's plan with another release of Slurm."""
    site = load(path)
    assert site.slurm
    return plan(replace(site, slurm=replace(site.slurm, version=release)))


def files(made: Plan) -> dict[str, str]:
    """What slurmctld reads of a site, as its check rewrites it."""
    artefacts = render(made).artefacts
    names = [*configuration(made), *(name for name in [JOB_SUBMIT] if f"slurm/{name}" in artefacts)]
    texts = {name: artefacts[f"slurm/{name}"].text for name in names}
    return {**texts, "slurm.conf": rewritten(texts["slurm.conf"], DIRECTORY, HOST)}


def packed(texts: dict[str, str]) -> bytes:
    """The texts as tar: of this moment, for slurmctld takes a Lua script of 1970 for one that it has loaded already."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(text.encode()), time.time()
            archive.addfile(entry, io.BytesIO(text.encode()))
    return stream.getvalue()


def loaded(run: Run, texts: dict[str, str]) -> Loaded:
    """Have the files read."""
    text = run(SCRIPT, packed(texts))
    counts = {word: int(number) for word, number in re.findall(r"^(nodes|gpus|leaves) (\d+)$", text, re.MULTILINE)}
    return Loaded(counts, errors(text.splitlines()))


def assert_loads(run: Run, made: Plan) -> None:
    """slurmctld reads the site's files without a complaint, and finds in them what was planned."""
    texts, nodes = files(made), members(made)
    found = loaded(run, texts)
    assert found.errors == []
    assert found.counts["nodes"] == len(nodes) + len(login_nodes(made))
    assert found.counts["gpus"] == sum(1 for node in nodes if node.allocation.slurm and node.allocation.slurm.gpus)
    if {"topology.conf", "topology.yaml"} & texts.keys():
        assert found.counts["leaves"] == len({node.host.rack for node in (*nodes, *login_nodes(made))})
