"""The project's own program under the real engine, on an instance of its own: the repository stays as it is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.provider.engine import REPOSITORY, environment

pytestmark = pytest.mark.pulumi

SITE = """\
apiVersion: twinstack/v1
kind: Site
name: tiny
domain: tiny.internal
os: {distribution: debian, release: "12"}
networks:
  management: {cidr: 10.9.0.0/24}
hardware:
  box: {sockets: 1, cores_per_socket: 2, threads_per_core: 1, memory: 2GiB}
hosts:
  - {name: ctl1, hardware: box, address: 10.9.0.1, services: [slurm-controller]}
  - {name: "cpu[1-2]", hardware: box, address: "10.9.0.[2-3]", pool: batch}
access: {user: root, host_keys: known_hosts}
pools:
  batch: {stack: slurm}
slurm:
  cluster: tiny
  partitions:
    batch: {pools: [batch], default: true}
"""
PINNED = "".join(f"10.9.0.{number} ssh-ed25519 KEY{number}\n" for number in (1, 2))


def preview(instance: Path, site: str) -> subprocess.CompletedProcess[str]:
    """Preview the stack `tiny` on this inventory."""
    (instance / "backend").mkdir()
    (instance / "Pulumi.yaml").write_text("name: twinstack\nruntime: python\n")
    (instance / "site.yaml").write_text(site)
    (instance / "known_hosts").write_text(PINNED)
    config = {"twinstack:inventory": str(instance / "site.yaml"), "twinstack:state": str(instance / "work")}
    (instance / "Pulumi.tiny.yaml").write_text(json.dumps({"config": config}))
    pulumi(instance, "-C", str(instance), "stack", "init", "tiny", "--no-select").check_returncode()
    words = ("preview", "--stack", "tiny", "--config-file", str(instance / "Pulumi.tiny.yaml"), "--diff")
    return pulumi(instance, "-C", str(REPOSITORY), *words)


def pulumi(instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["pulumi", *words, "--non-interactive", "--color", "never"]
    return subprocess.run(command, env=environment(instance), capture_output=True, text=True, timeout=120, check=False)


def stack_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (REPOSITORY / "stacks").glob("Pulumi.*.yaml")}


@pytest.fixture(autouse=True)
def _clean_repository() -> Iterator[None]:
    before = stack_files()
    yield
    assert stack_files() == before


def test_a_preview_of_the_program_reaches_nobody(tmp_path: Path) -> None:
    shown = preview(tmp_path, SITE)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stdout.count("+ twinstack:index:Host: (create)") == 3
    assert "for cpu2: not to be contacted" in shown.stdout + shown.stderr
    assert "slurm/slurm.conf" in shown.stdout
    assert not (tmp_path / "work" / "runs").exists()


def test_a_bad_inventory_stops_before_anything_is_declared(tmp_path: Path) -> None:
    shown = preview(tmp_path, SITE.replace("hardware: box, address: 10.9.0.1", "hardware: bix, address: 10.9.0.2"))
    said = shown.stdout + shown.stderr
    assert shown.returncode != 0
    assert f"{tmp_path / 'site.yaml'}:11" in said
    assert "bix" in said
    assert "Traceback" not in said
    assert "twinstack:index:" not in said
    assert not (tmp_path / "work").exists()
