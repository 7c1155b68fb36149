"""Both stacks on one machine, from one inventory: brought up once, looked at, changed, broken, mended, removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sandbox.world import Done, World, forget

pytestmark = pytest.mark.sandbox


def test_up_shows_a_job_on_each_stack(up: Done) -> None:
    assert "in account climate on cpu[1-2]: COMPLETED" in up.output
    assert "admitted by queue climate, ran on " in up.output
    assert "both1: the job had CPU 0, the Guaranteed pod CPU 1" in up.output
    assert "was placed on gpu" in up.output


def test_the_summary_says_what_is_not_real(up: Done) -> None:
    assert "gpu[1-4]" in up.output
    assert "KWOK answers for them" in up.output
    assert "make sandbox-shell" in up.output


@pytest.mark.usefixtures("up")
def test_a_second_up_contacts_no_host(world: World) -> None:
    before = world.runs()
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive", "--policy-pack", "policies")
    assert done.code == 0, done.output
    assert world.runs() == before
    assert "unchanged" in done.output
    assert done.seconds < 30  # the figure itself is printed by the benchmark; this holds the order of magnitude


@pytest.mark.usefixtures("up")
def test_the_running_site_conforms(world: World, tmp_path: Path) -> None:
    done, seen = world.conform(tmp_path)
    assert done.code == 0, done.output
    assert "failed" not in seen.values()
    assert any(name.startswith("ctl1: slurm: node both1") for name in seen)
    assert any("cluster queue of genomics is active" in name for name in seen)
    not_here = [name for name, outcome in seen.items() if outcome == "skipped"]
    assert {name.split(": ")[1] for name in not_here} <= {"memory", "mounts", "tuning"}


@pytest.mark.usefixtures("up")
def test_conformance_names_the_one_daemon_that_is_down(world: World, tmp_path: Path) -> None:
    world.on("cpu1", "systemctl", "stop", "slurmd")
    try:
        done, seen = world.conform(tmp_path)
    finally:
        world.on("cpu1", "systemctl", "start", "slurmd")
    assert done.code == 1
    failed = [name for name, outcome in seen.items() if outcome == "failed"]
    assert failed == ["cpu1: services: slurm-compute: unit slurmd.service"]


@pytest.mark.usefixtures("up")
def test_a_preview_names_host_role_and_text_and_up_touches_no_other_host(world: World) -> None:
    site = world.instance / "site.yaml"
    before, runs = site.read_text(), world.runs()
    site.write_text(before.replace("tier: services", "tier: web"))
    assert site.read_text() != before
    preview = world.pulumi("preview", "--diff", "--non-interactive")
    assert preview.code == 0, preview.output
    assert "kube1" in preview.output
    assert "kubernetes-worker" in preview.output
    assert '~ tier: "services" => "web"' in preview.output
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    groups = [world.roles_of(run) for run in world.runs() if run not in runs]
    # A label disturbs nobody.
    assert not any("drain_kubernetes" in found for found in groups)
    assert set().union(*(found["kubernetes_worker"] for found in groups)) == {"kube1", "kube2"}
    assert {group for found in groups for group in found} <= {"kubernetes_worker", "lift_kubernetes"}
    label = "jsonpath={.metadata.labels.tier}"
    asked = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "get", "node", "kube1", "-o", label)
    assert world.on("ctl1", *asked) == "web"
    site.write_text(before)
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    assert world.on("ctl1", *asked) == "services"


@pytest.mark.usefixtures("up")
def test_certificates_are_renewed_and_everybody_still_reaches_the_cluster(world: World, tmp_path: Path) -> None:
    def expiry() -> str:
        told = json.loads(world.on("ctl1", "kubeadm", "certs", "check-expiration", "--output", "json"))
        return str(next(each["expirationDate"] for each in told["certificates"] if each["name"] == "apiserver"))

    before = expiry()
    said = world.on("ctl1", "python3", "/usr/local/lib/twinstack/renew-certificates", "--node", "ctl1", "--days", "400")
    assert "restarted: etcd, kube-apiserver, kube-controller-manager, kube-scheduler" in said
    assert expiry() > before
    nothing = world.on("ctl1", "python3", "/usr/local/lib/twinstack/renew-certificates", "--node", "ctl1")
    assert nothing.startswith("nothing to do")
    _, seen = world.conform(tmp_path)
    assert seen["ctl1: kubernetes: certificates of the control plane"] == "passed"
    # The kubeconfig in the stack's state is the one from before: it is good until it expires itself.
    done = world.pulumi("preview", "--refresh", "--non-interactive")
    assert done.code == 0, done.output


@pytest.mark.usefixtures("up")
def test_every_role_applied_again_changes_nothing(world: World, tmp_path: Path) -> None:
    forget(world, tmp_path)
    before = world.runs()
    done = world.pulumi("up", "--yes", "--skip-preview", "--non-interactive")
    assert done.code == 0, done.output
    runs = [run for run in world.runs() if run not in before]
    applied = set().union(*(world.applied(run) for run in runs))
    assert applied == {"ctl1", "stor1", "cpu1", "cpu2", "kube1", "kube2", "both1", "flex1"}
    # Drains are all that changes: nobody knows any more what the hosts had.
    assert world.changed_since(before) == set()
