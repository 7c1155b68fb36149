from __future__ import annotations

import pytest

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome
from twinstack.conformance.gpu import gpus_answer

GPUS = sites.gpus(2)


@pytest.mark.parametrize(
    ("shown", "outcome", "words"),
    [
        ("NVIDIA H100, Enabled\nNVIDIA H100, Enabled\n", Outcome.OK, "2 of 2 GPUs"),
        ("NVIDIA H100, Enabled\nNVIDIA H100, Disabled\n", Outcome.WRONG, "1 without persistence mode"),
        ("NVIDIA H100, Enabled\n", Outcome.WRONG, "1 of 2 GPUs"),
    ],
)
def test_gpus_are_counted_and_persistent(shown: str, outcome: Outcome, words: str) -> None:
    verdict = gpus_answer(GPUS, FakeShell().tell("nvidia-smi", stdout=shown))
    assert verdict.outcome is outcome
    assert words in verdict.message


def test_a_dead_driver_is_quoted() -> None:
    shell = FakeShell().tell("nvidia-smi", rc=9, stderr="couldn't communicate with the NVIDIA driver\n")
    assert "couldn't communicate" in gpus_answer(GPUS, shell).message
