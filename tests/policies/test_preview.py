"""Each rule refuses a bad stack in a preview of the real engine, and lets a good one pass."""

from __future__ import annotations

import pytest

from tests.policies.engine import Declared, Engine, Preview
from twinstack.rulebook import RULES, Level

pytestmark = pytest.mark.pulumi

SITE = {
    "policy": {},
    "projects": ["climate"],
    "kubernetesVersion": "1.35.4",
    "split": {"both1": {"slurm": [0], "kubernetes": [1]}},
}
BASELINE = {"twinstack.io/project": "climate", "pod-security.kubernetes.io/enforce": "baseline"}

GOOD: list[Declared] = [
    ("kubernetes:core/v1:Namespace", "climate", {"metadata": {"name": "climate", "labels": BASELINE}}),
    (
        "kubernetes:core/v1:ResourceQuota",
        "climate/project",
        {"metadata": {"name": "project", "namespace": "climate"}, "spec": {"hard": {"requests.cpu": "1"}}},
    ),
    (
        "kubernetes:core/v1:Pod",
        "climate/fine",
        {
            "metadata": {"name": "fine", "namespace": "climate"},
            "spec": {"containers": [{"name": "c", "image": "registry.example/app:1.2"}]},
        },
    ),
    ("twinstack:index:Component", "kueue", {"chart": "kueue", "version": "0.19.2"}),
    ("twinstack:index:Host", "both1", {"stack": "split", "roles": {"slurm-compute": "d", "kubernetes-worker": "d"}}),
    *(
        ("twinstack:index:Host", f"ctl{number}", {"stack": "services", "roles": {"kubernetes-control-plane": "d"}})
        for number in (1, 2, 3)
    ),
]
BAD: list[Declared] = [
    ("kubernetes:core/v1:Namespace", "climate", {"metadata": {"name": "climate", "labels": BASELINE}}),
    (
        "kubernetes:apps/v1:Deployment",
        "climate/web",
        {
            "metadata": {"name": "web", "namespace": "climate"},
            "spec": {
                "template": {
                    "spec": {
                        "containers": [
                            {"name": "c", "image": "nginx:latest", "securityContext": {"privileged": True}},
                        ]
                    }
                }
            },
        },
    ),
    ("kubernetes:helm.sh/v3:Release", "monitoring", {"chart": "kube-prometheus-stack", "version": ">=1"}),
    ("twinstack:index:Host", "cpu1", {"stack": "slurm", "roles": {"slurm-compute": "d", "kubernetes-worker": "d"}}),
    ("twinstack:index:Host", "ctl1", {"stack": "services", "roles": {"kubernetes-control-plane": "d"}}),
    ("kubernetes:core/v1:Node", "cpu1", {"metadata": {"name": "cpu1"}}),
]
CULPRITS = {
    "pinned-versions": ("Deployment climate/web", "Release monitoring"),
    "no-privileged-projects": ("Deployment climate/web",),
    "project-quota": ("Namespace climate",),
    "one-scheduler-per-host": ("Host cpu1", "Node cpu1"),
    "ha-control-plane": ("Host ctl1",),
}


@pytest.fixture(scope="module")
def bad(engine: Engine) -> Preview:
    """A preview of the bad stack with every rule enforced."""
    return engine.preview({**SITE, "policy": {name: {"level": Level.ENFORCED} for name in RULES}}, BAD)


@pytest.fixture(scope="module")
def advised(engine: Engine) -> Preview:
    """A preview of the bad stack with the first rule off and all others advisory."""
    levels = {name: {"level": Level.ADVISORY} for name in RULES} | {"pinned-versions": {"level": Level.OFF}}
    return engine.preview({**SITE, "policy": levels}, BAD)


@pytest.mark.parametrize("name", RULES)
def test_a_bad_stack_is_refused_with_rule_resource_and_remedy(bad: Preview, name: str) -> None:
    found = RULES[name]
    told = bad.violations(found.name)
    assert bad.refused, bad.text
    assert len(told) == len(CULPRITS[found.name]), bad.text
    for culprit in CULPRITS[found.name]:
        (line,) = (line for line in told if culprit in line)
        assert line.startswith(f"mandatory] {found.name}")
        assert found.remedy in line


def test_a_good_stack_passes(engine: Engine) -> None:
    preview = engine.preview(SITE, GOOD)
    assert not preview.refused, preview.text
    assert "✅ twinstack" in preview.text
    assert "[advisory]" not in preview.text


def test_advice_lets_the_stack_pass_and_is_shown(advised: Preview) -> None:
    assert not advised.refused, advised.text
    assert "[mandatory]" not in advised.text
    for name in set(RULES) - {"pinned-versions"}:
        assert len(advised.violations(f"{name}-advisory")) == len(CULPRITS[name]), advised.text


def test_a_rule_that_is_off_says_nothing(advised: Preview) -> None:
    assert "nginx:latest" not in advised.text
