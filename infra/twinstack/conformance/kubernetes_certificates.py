"""Conditions of the control planes' certificates: seen long before they expire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import Service
from twinstack.planning.model import Plan

DAY = 86400
# They are renewed with 60 days left: with fewer than 30, that has not worked for a month.
SOON = 30
# kubeadm makes authorities for ten years and never renews them: that is planned work.
AUTHORITY_SOON = 365
# Only the control plane that `kubeadm init` made has it, and its administrator may take it away (kubeadm-init, 1.29).
OPTIONAL = frozenset({"super-admin.conf"})


def conditions(plan: Plan) -> Iterator[Condition]:
    """What every control plane must say of its own."""
    if plan.site.kubernetes:
        for host in plan.site.by_service[Service.KUBERNETES_CONTROL_PLANE]:
            yield Condition("kubernetes", host.name, "certificates of the control plane", good)


def good(shell: Shell) -> Verdict:
    """No certificate is missing or expires soon."""
    answer = shell.run("kubeadm", "certs", "check-expiration", "--output", "json")
    if answer.rc:
        return Verdict.wrong(answer.stderr.strip())
    told = json.loads(answer.stdout)
    certificates = [each for each in told["certificates"] if not (each["missing"] and each["name"] in OPTIONAL)]
    wrong = [*short(certificates, SOON), *short(told["certificateAuthorities"], AUTHORITY_SOON)]
    first = min(certificates, key=lambda each: int(each["residualTime"]))
    return Verdict.of(not wrong, "; ".join(wrong) or f"{first['name']} is the first to expire, {left(first)}")


def short(certificates: list[dict[str, Any]], days: int) -> Iterator[str]:
    """Certificates that are missing or have fewer days left."""
    for each in certificates:
        if each["missing"]:
            yield f"{each['name']} is missing"
        elif each["residualTime"] < days * DAY:
            yield f"{each['name']} expires {left(each)}"


def left(certificate: dict[str, Any]) -> str:
    """When a certificate expires, in words."""
    return f"in {certificate['residualTime'] // DAY} days ({certificate['expirationDate'][:10]})"
