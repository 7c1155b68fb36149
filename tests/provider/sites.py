"""Sites of pretended hosts for the provider's tests."""

from __future__ import annotations

from typing import Any

ROLES = ["base", "munge", "slurm-compute"]


def site(hosts: int, exporters: int = 2, **texts: str) -> dict[str, Any]:
    """Hosts cpu1 ... with a role each of base.conf, slurm.conf; the first few also with one of exporter.conf."""
    names = [f"cpu{number}" for number in range(1, hosts + 1)]
    artefacts = {"base": "one\ntwo\n", "slurm": "early\n", "exporter": "port 9100\n", **texts}
    return {
        "artefacts": {f"{name}.conf": text for name, text in artefacts.items()},
        "roles": {
            "base": ["base.conf"],
            "munge": [],
            "slurm-compute": ["slurm.conf"],
            "node-exporter": ["exporter.conf"],
        },
        "hosts": {name: {"roles": [*ROLES, *["node-exporter"] * (name in names[:exporters])]} for name in names},
    }
