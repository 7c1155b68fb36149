from __future__ import annotations

import pytest

from tests.unit import sites
from tests.unit.conformance.fakes import FakeShell
from twinstack.conformance import Outcome
from twinstack.conformance.gpu import ANSWERS, amd_answers, conditions, nvidia_answers
from twinstack.inventory.model import Stack
from twinstack.planning import plan
from twinstack.planning.gpus import ASKABLE

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
    verdict = nvidia_answers(GPUS, FakeShell().tell("nvidia-smi", stdout=shown))
    assert verdict.outcome is outcome
    assert words in verdict.message


def test_a_dead_driver_is_quoted() -> None:
    shell = FakeShell().tell("nvidia-smi", rc=9, stderr="couldn't communicate with the NVIDIA driver\n")
    assert "couldn't communicate" in nvidia_answers(GPUS, shell).message


CARD = '{"Card Series": "AMD INSTINCT MI250X", "Card SKU": "D65201"}'


@pytest.mark.parametrize(
    ("shown", "outcome", "words"),
    [
        (f'{{"card0": {CARD}, "card1": {CARD}}}\n', Outcome.OK, "2 of 2 GPUs"),
        (f'{{"card0": {CARD}, "system": {{"Driver version": "6.3"}}}}\n', Outcome.WRONG, "1 of 2 GPUs"),
        ("", Outcome.WRONG, "rocm-smi answers something else: nothing"),
    ],
)
def test_amds_gpus_are_counted(shown: str, outcome: Outcome, words: str) -> None:
    verdict = amd_answers(GPUS, FakeShell().tell("rocm-smi", stdout=shown))
    assert (verdict.outcome, verdict.message) == (outcome, words)


def test_amds_dead_driver_is_quoted() -> None:
    shell = FakeShell().tell("rocm-smi", rc=1, stderr="Driver not initialized\n")
    assert "Driver not initialized" in amd_answers(GPUS, shell).message


@pytest.mark.parametrize(
    ("vendor", "names"),
    [("nvidia", ["4 x h100 answer, persistently"]), ("amd", ["4 x h100 answer"]), ("intel", [])],
)
def test_every_vendor_whose_tool_is_known_is_asked(vendor: str, names: list[str]) -> None:
    machine = sites.hardware(gpus=sites.gpus(4, vendor=vendor))
    site = sites.site(
        [sites.host("a", "p")], [sites.pool("p", Stack.SLURM)], hardware=[machine], slurm=sites.slurm("p")
    )
    assert [condition.name for condition in conditions(plan(site))] == names
    assert set(ANSWERS) == ASKABLE
