"""Root directories with other releases of Slurm than the sandbox's machines have, for `test_slurm_roots.py`.

    python -m tests.sandbox.slurm_roots SUITE DIRECTORY [MIRROR]

makes one of a suite of Debian with mmdebstrap, as root: trixie has Slurm 24.11. TWINSTACK_SLURM_ROOTS names those that
the tests take, with colons between them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from twinstack.inventory.defaults import SLURM_RELEASES
from twinstack.rendering.distribution import DEBIAN

VARIABLE = "TWINSTACK_SLURM_ROOTS"
ROOTS = tuple(Path(root) for root in os.environ.get(VARIABLE, "").split(":") if root)
WORDS = ("slurm-controller", "slurm-accounting", "slurm-compute", "slurm-client", "slurm-rest", "slurm-jwt", "munge")
# What a site of such roots needs beside Slurm: a network, and the server of a database without its units.
MORE = ("iproute2", "mariadb-client-core", "mariadb-server-core")
MIRROR = "http://deb.debian.org/debian"
WITHOUT_SACKD = ("bookworm",)


def version(root: Path) -> str:
    """The version of a root's Slurm, such as 24.11.5."""
    said = subprocess.run(["chroot", root, "slurmctld", "-V"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+\.\d+\.\d+", said)
    assert found, said
    return found[0]


def release(root: Path) -> str:
    """The latest release that twinstack renders for and that is not later than the root's Slurm."""
    own = version(root).rpartition(".")[0]
    return max(known for known in SLURM_RELEASES if known <= own)


def packages(suite: str) -> tuple[str, ...]:
    """The names under which the table of distributions has Slurm's daemons, and what else the tests need."""
    words = (*WORDS, *(["slurm-sackd"] if suite not in WITHOUT_SACKD else []))
    return (*DEBIAN.install(*words), *MORE)


def make(suite: str, root: Path, mirror: str = MIRROR) -> None:
    """Write a root; nothing starts in it."""
    names = ",".join(packages(suite))
    subprocess.run(["mmdebstrap", "--variant=minbase", f"--include={names}", suite, str(root), mirror], check=True)


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
