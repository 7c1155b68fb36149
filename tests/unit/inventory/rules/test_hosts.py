from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.inventory.breaking import Case, assert_found, case

CASES = [
    case(
        "hosts.known_hardware",
        ("    hardware: small\n    address: 10.1.3", "    hardware: smal\n    address: 10.1.3"),
        at="hardware: smal",
        below="  - name: flex",
        says="flex[1-4] of hardware smal, which is not described (did you mean small?)",
    ),
    case(
        "hosts.known_pool",
        ("pool: swing", "pool: swign"),
        (
            "stack: flexible\n    owner:\n      slurm: flex[1-3]\n      kubernetes: flex4",
            "stack: flexible\n    owner: slurm",
        ),
        at="pool: swign",
        says="flex[1-4] in pool swign, which is not described (did you mean swing?)",
    ),
    case(
        "hosts.simulated",
        ("simulated: true", "simulated: true\n    services: [login]"),
        at="services: [login]",
        says="sim[1-2] simulated, cannot run services",
    ),
    case(
        "hosts.simulated",
        ("pool: services\n    simulated", "pool: batch\n    simulated"),
        at="pool: batch",
        below="  - name: sim",
        says="sim[1-2] simulated, must be in a pool of stack kubernetes",
    ),
    case(
        "hosts.release",
        ('release: "24.04"', 'release: "20.04"'),
        at="release:",
        says="ubuntu 20.04 is not supported (supported: 22.04, 24.04)",
    ),
    case(
        "hosts.release",
        ("distribution: ubuntu", "distribution: debian"),
        at="release:",
        says="debian 24.04 is not supported (supported: 12)",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_finds_it(case: Case, tmp_path: Path) -> None:
    assert_found(case, tmp_path)
