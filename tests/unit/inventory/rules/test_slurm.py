from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "slurm.release",
        ("  state_location: /home/.slurm\n", '  state_location: /home/.slurm\n  version: "20.11"\n'),
        at="version:",
        below="slurm:",
        says="Slurm 20.11 is not known",
    ),
    case(
        "slurm.partition_pools",
        ("pools: [both]", "pools: [both, bath]"),
        at="pools: [both",
        says="there is no pool bath (did you mean batch?)",
    ),
    case(
        "slurm.partition_pools",
        ("pools: [both]", "pools: [both, services]"),
        at="pools: [both",
        says="pool services belongs to kubernetes",
    ),
    case("slurm.empty_partitions", ("pool: both", "pool: batch"), at="gpu:", below="slurm:", says="no host is in both"),
    case(
        "slurm.unused_pools",
        ("pools: [batch, swing]", "pools: [batch]"),
        at="swing:",
        below="pools:",
        says="Slurm has it, and no partition holds it",
    ),
    case(
        "slurm.default_partition", ("      default: true\n", ""), at="partitions:", says="no partition is the default"
    ),
    case(
        "slurm.default_partition",
        ("pools: [both]", "pools: [both]\n      default: true"),
        at="default: true",
        below="    gpu:",
        says="a second default, beside batch",
    ),
    case(
        "slurm.partition_qos",
        ("qos: normal\n", "qos: norml\n"),
        at="qos: norml",
        says="there is no QOS norml (did you mean normal?)",
    ),
    case("slurm.preemption", ("preempt: [normal]", "preempt: [norml]"), at="preempt:", says="there is no QOS norml"),
    case(
        "slurm.preemption",
        ("preempt: [normal]", "preempt: [urgent]"),
        at="preempt:",
        says="a QOS cannot preempt itself",
    ),
    case(
        "slurm.preemption",
        ("preempt_mode: requeue", "preempt_mode: off"),
        at="preempt:",
        says="nothing is preempted: preempt_mode is off",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
