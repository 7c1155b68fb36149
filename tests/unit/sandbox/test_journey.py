from __future__ import annotations

from pathlib import Path

import pytest

from twinstack.sandbox import journey
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.journey import STEPS, Journey, travel
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.proof import ProofError


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def setting_out(tmp_path: Path, told: list[str]) -> Journey:
    return Journey(Layout.of("one", tmp_path), Path("site.yaml"), tmp_path, told.append)


def test_steps_are_taken_in_order_and_timed(
    setting_out: Journey, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    steps = tuple((title, lambda _journey, title=title: taken.append(title)) for title, _ in STEPS)
    monkeypatch.setattr(journey, "STEPS", steps)
    travel(setting_out)
    assert taken == [title for title, _ in STEPS] == list(setting_out.taken)
    assert told[0] == f"[1/{len(STEPS)}] Tools"


def test_a_step_that_fails_ends_it(setting_out: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_journey: Journey) -> None:
        raise SandboxError("no hosts")

    monkeypatch.setattr(journey, "STEPS", (("Hosts", fail), ("Never", lambda _journey: pytest.fail("went on"))))
    with pytest.raises(SandboxError, match="no hosts"):
        travel(setting_out)


def test_a_failed_proof_says_that_the_sandbox_is_up(setting_out: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    def prove(*_: object) -> None:
        raise ProofError("Job climate/hello: not within 90 s")

    monkeypatch.setattr(journey, "prove", prove)
    monkeypatch.setattr(Journey, "planned", lambda _self: None)
    with pytest.raises(SandboxError, match="is up, but its proof failed: Job climate/hello"):
        journey.show_proof(setting_out)
