from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit import sites
from tests.unit.inventory.breaking import Case, assert_found, case, section
from twinstack.inventory.model import Stack, Tuning
from twinstack.inventory.rules import pools

NONE, STATIC = Tuning("none", "none", "None"), Tuning("static", "none", "None")
POOLS_OF_KUBERNETES = """\
pools:
  batch: {
    stack: slurm}
  both: {stack: kubernetes}
  swing: {stack: kubernetes}
  services: {stack: kubernetes}
"""

CASES = [
    case(
        "pools.settings",
        ("stack: slurm\n  both:\n    stack: split", "stack: split\n  both:\n    stack: split"),
        at="batch:",
        below="pools:",
        says="stack is split, and nothing says how",
    ),
    case(
        "pools.settings",
        ("stack: split", "stack: slurm"),
        at="split:",
        below="  both:",
        says="the pool belongs to slurm as a whole",
    ),
    case(
        "pools.stacks",
        (section("slurm"), ""),
        (section("pools"), POOLS_OF_KUBERNETES),
        ("services: [slurm-controller, kube", "services: [kube"),
        ("services: [slurm-accounting, ", "services: ["),
        ("    slurm:\n      qos: [normal, urgent]\n", ""),
        at="stack: slurm",
        says="stack is slurm, and the inventory has no section slurm",
    ),
    case(
        "pools.cores",
        ("cores: 14", "cores: 15"),
        at="split:",
        says="more cores are given away than large has (2 + 15 + 16 = 33, large has 32)",
    ),
    case(
        "pools.cores",
        ("cores: 14", "cores: 13"),
        at="split:",
        says="1 cores of large belong to nobody (2 + 13 + 16 = 31, large has 32; give them",
    ),
    case(
        "pools.cores",
        ("cores: 14", "cores: 0"),
        ("cores: 16\n        gpus", "cores: 30\n        gpus"),
        at="cores: 0",
        says="nothing is left for slurm",
    ),
    case(
        "pools.pinned",
        ("stack: split\n", "stack: split\n    tuning: {cpu_manager: none}\n"),
        at="tuning:",
        below="  both:",
        says="pods would run on the cores that are Slurm's (cpu_manager: static, or leave it away)",
    ),
    case(
        "pools.gpus",
        ("gpus: 3", "gpus: 4"),
        at="split:",
        says="more GPUs are given away than large has (0 + 1 + 4 = 5, large has 4)",
    ),
    case("pools.gpus", ("gpus: 3", "gpus: 2"), at="split:", says="1 GPUs of large belong to nobody"),
    case(
        "pools.hugepages",
        ("1GiB: 32", "1GiB: 240"),
        at="memory: 240GiB",
        below="      kubernetes:",
        says="huge pages take 245760MiB, and kubernetes's part of large in both is 245760MiB (they lie within it: give",
    ),
    case(
        "pools.hugepages",
        ("1GiB: 32", "1GiB: 241"),
        ("gpus: 3\n        memory: 240GiB", "gpus: 3"),
        at="hugepages:",
        says="huge pages take 246784MiB, and kubernetes's part of large in both is 245760MiB",
    ),
    case(
        "pools.memory",
        ("memory: 32GiB", "memory: 33GiB"),
        at="split:",
        says="more memory is given away than large has (33792MiB + 245760MiB + 245760MiB = 525312MiB",
    ),
    case(
        "pools.memory",
        ("      system:\n        cores: 2\n        memory: 32GiB\n", ""),
        ("gpus: 3\n        memory: 240GiB", "gpus: 3\n        memory: 272GiB"),
        at="split:",
        says="no memory is left for the operating system",
    ),
    case(
        "pools.taints",
        ("effect: NoExecute", "effect: NoSchedule"),
        at="- key: role",
        below="        effect: NoSchedule",
        says="a second taint role of effect NoSchedule",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


@pytest.mark.parametrize(
    ("stack", "tuning", "pages", "found"),
    [
        (Stack.SLURM, NONE, 30, []),
        (Stack.SLURM, NONE, 31, ["huge pages take 31744MiB, and slurm's part of server in p is 31744MiB"]),
        (Stack.SLURM, NONE, 32, []),  # which is said of the machine, not of each pool
        (Stack.KUBERNETES, STATIC, 27, []),
        (Stack.KUBERNETES, STATIC, 28, ["huge pages take 28672MiB, and kubernetes's part of server in p is 28672MiB"]),
        (Stack.FLEXIBLE, STATIC, 28, ["huge pages take 28672MiB, and kubernetes's part of server in p is 28672MiB"]),
    ],
)
def test_huge_pages_of_a_machine_that_one_stack_has(stack: Stack, tuning: Tuning, pages: int, found: list[str]) -> None:
    # 32 GiB and 8 cores: the system keeps 1 GiB, or the part of the core that a static CPU manager leaves it.
    owners = {"a": Stack.SLURM, "b": Stack.KUBERNETES} if stack is Stack.FLEXIBLE else {}
    pool = sites.pool("p", stack, tuning=tuning, owners=owners)
    hardware = sites.hardware(hugepages={1 << 30: pages})
    site = sites.site([sites.host("a", "p"), sites.host("b", "p")], [pool], hardware=[hardware])
    assert [finding.what for finding in pools.hugepages.check(site)] == found
