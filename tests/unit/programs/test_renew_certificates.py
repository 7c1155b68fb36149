from __future__ import annotations

import ast
import json
from argparse import Namespace
from pathlib import Path

import pytest

from twinstack import programs
from twinstack.programs import renew_certificates as renew

YEAR = 365
API = "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    a: b\n  labels:\n    x: y\n  name: kube-apiserver\n"
SCHEDULER = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    x: y\n  name: kube-scheduler\n"


class Machine:
    """A control plane whose kubelet starts what a manifest says at once."""

    def __init__(self, folder: Path, days: int) -> None:
        self.days, self.ran, self.manifests = days, list[str](), folder
        self.broken = ""
        for name, text in (("kube-apiserver", API), ("kube-scheduler", SCHEDULER)):
            (folder / f"{name}.yaml").write_text(text)

    def __call__(self, *argv: str) -> str:
        self.ran.append(" ".join(argv))
        if argv[:3] == ("kubeadm", "certs", "renew"):
            self.days = YEAR
        if argv[0] == "kubeadm":
            return json.dumps({"certificates": [self._certificate("admin.conf"), self._certificate("x", missing=True)]})
        return json.dumps(self._pod(argv[-3]))

    def _certificate(self, name: str, *, missing: bool = False) -> dict[str, object]:
        facts = {"name": name, "expirationDate": f"in {self.days}", "residualTime": self.days * renew.DAY}
        return {**facts, "externallyManaged": False, "missing": missing}

    def _pod(self, name: str) -> dict[str, object]:
        text = (self.manifests / f"{name.removesuffix('-head')}.yaml").read_text()
        found = [line.split('"')[1] for line in text.splitlines() if renew.ANNOTATION in line]
        ready = "False" if name.startswith(self.broken or "-") else "True"
        annotations = {renew.ANNOTATION: found[0]} if found else {}
        return {
            "metadata": {"annotations": annotations},
            "status": {"conditions": [{"type": "Ready", "status": ready}]},
        }


def settle(machine: Machine, folder: Path) -> str:
    arguments = Namespace(node="head", days=60, timeout=0, records=folder, manifests=machine.manifests)
    return renew.settle(arguments, machine)


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    folder = tmp_path / "manifests"
    folder.mkdir()
    return folder


def test_certificates_that_are_good_are_left_alone(tmp_path: Path, manifests: Path) -> None:
    machine = Machine(manifests, 61)
    assert settle(machine, tmp_path) == "nothing to do: admin.conf is the first to expire, on in 61"
    assert (manifests / "kube-apiserver.yaml").read_text() == API


def test_certificates_that_expire_soon_are_renewed_and_every_static_pod_starts_anew(
    tmp_path: Path, manifests: Path
) -> None:
    machine = Machine(manifests, 59)
    said = settle(machine, tmp_path)
    assert said == "certificates are good until in 365; restarted: kube-apiserver, kube-scheduler"
    assert machine.ran.count("kubeadm certs renew all") == 1
    assert settle(machine, tmp_path).startswith("nothing to do")


def test_a_run_that_was_killed_after_the_renewal_is_made_good(tmp_path: Path, manifests: Path) -> None:
    machine = Machine(manifests, 59)
    machine.broken = "kube-apiserver"
    with pytest.raises(renew.Failed, match="kube-apiserver did not get ready"):
        settle(machine, tmp_path)
    assert (manifests / "kube-scheduler.yaml").read_text() == SCHEDULER
    machine.broken = ""
    assert settle(machine, tmp_path).endswith("restarted: kube-scheduler")
    assert not (tmp_path / "certificates.pending").exists()


@pytest.mark.parametrize("manifest", [API, SCHEDULER])
def test_a_manifest_gets_one_annotation(manifest: str) -> None:
    once = renew.annotated(manifest, "a")
    assert renew.annotated(once, "a") == once
    assert renew.annotated(once, "b") == renew.annotated(manifest, "b")
    assert len(once.splitlines()) - len(manifest.splitlines()) == (1 if manifest is API else 2)


def test_a_command_that_fails_is_told_with_its_words() -> None:
    with pytest.raises(renew.Failed, match="failed with code 3: no such thing"):
        renew.run("sh", "-c", "echo no such thing >&2; exit 3")


def test_the_program_is_whole_as_it_is_placed() -> None:
    tree = ast.parse(programs.text("renew_certificates"), feature_version=(3, 9))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith("twinstack") for name in imported)
