"""Install packages into a layer over an image; runs in a mount namespace of its own that takes the mounts along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from twinstack.sandbox.nspawn import overlay

KEEP_STOPPED = "#!/bin/sh\nexit 101\n"


def main() -> int:
    """Mount, install, and take back what kept services from starting."""
    order: dict[str, Any] = json.load(sys.stdin)
    merged = Path(order["merged"])
    subprocess.run(overlay(order["layers"], Path(order["upper"]), Path(order["work"]), merged), check=True)
    for name in ("proc", "dev"):
        subprocess.run(("mount", "--rbind", f"/{name}", str(merged / name)), check=True)
    policy = merged / "usr/sbin/policy-rc.d"
    policy.write_text(KEEP_STOPPED)
    policy.chmod(0o755)
    apt(merged, "update")
    if order["install"]:
        apt(merged, "install", "--yes", *order["install"])
    policy.unlink()
    return 0


def apt(merged: Path, *words: str) -> None:
    """Call the image's own apt inside the image."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
    subprocess.run(("chroot", str(merged), "apt-get", "-q", *words), env={**os.environ, **environment}, check=True)


if __name__ == "__main__":
    sys.exit(main())
