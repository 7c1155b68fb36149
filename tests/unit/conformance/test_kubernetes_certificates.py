from __future__ import annotations

import json

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome, Verdict, kubernetes_certificates
from twinstack.planning import plan

DAY = 86400


def seen(certificate: int, authority: int, *more: dict[str, object], missing: bool = False) -> Verdict:
    def one(name: str, days: int, *, missing: bool = False) -> dict[str, object]:
        facts = {"name": name, "expirationDate": "2027-11-21T09:49:23Z", "missing": missing}
        return {**facts, "residualTime": days * DAY}

    told = {
        "certificates": [one("admin.conf", certificate), one("apiserver", 364, missing=missing), *more],
        "certificateAuthorities": [one("ca", authority)],
    }
    return kubernetes_certificates.good(FakeShell().tell("kubeadm", stdout=json.dumps(told)))


def test_a_control_plane_that_joined_has_no_super_admin() -> None:
    gone = {"name": "super-admin.conf", "expirationDate": "", "missing": True, "residualTime": 0}
    assert seen(59, 3650, gone).message == "admin.conf is the first to expire, in 59 days (2027-11-21)"


def test_every_control_plane_is_asked() -> None:
    assert [each.host for each in kubernetes_certificates.conditions(plan(sites.dual()))] == ["head"]


def test_the_first_to_expire_is_named() -> None:
    verdict = seen(59, 3650)
    assert verdict.outcome is Outcome.OK
    assert verdict.message == "admin.conf is the first to expire, in 59 days (2027-11-21)"


def test_what_was_not_renewed_in_time_is_wrong() -> None:
    assert seen(29, 3650).message == "admin.conf expires in 29 days (2027-11-21)"
    assert seen(59, 364).message == "ca expires in 364 days (2027-11-21)"
    assert seen(59, 3650, missing=True).message == "apiserver is missing"


def test_a_kubeadm_that_fails_is_wrong() -> None:
    verdict = kubernetes_certificates.good(FakeShell().tell("kubeadm", rc=1, stderr="no pki"))
    assert (verdict.outcome, verdict.message) == (Outcome.WRONG, "no pki")
