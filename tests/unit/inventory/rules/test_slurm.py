from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case


def packages(version: str, *lines: str) -> tuple[str, str]:
    """An edit that names packages; further lines of theirs, or of the section when they are indented less."""
    state = "  state_location: /home/.slurm\n"
    return state, f"{state}  packages:\n    version: {version}\n{''.join(lines)}"


CASES = [
    case(
        "slurm.release",
        ("  state_location: /home/.slurm\n", '  state_location: /home/.slurm\n  version: "20.11"\n'),
        at="version:",
        below="slurm:",
        says="Slurm 20.11 is not known",
    ),
    case(
        "slurm.packaged_release",
        packages("22.05.8-4", '  version: "23.11"\n'),
        at='version: "23.11"',
        says="23.11, but the packages are 22.05.8-4",
    ),
    case(
        "slurm.package_source",
        packages("22.05.8-4", "    repository: https://packages.example.org/slurm/\n"),
        at="repository:",
        below="slurm:",
        says="nobody signs it",
    ),
    case(
        "slurm.package_source",
        packages("22.05.8-4", "    naming: openhpc\n"),
        at="naming:",
        below="slurm:",
        says="OpenHPC publishes RPMs, and hosts run ubuntu",
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
