"""The unit that keeps NVIDIA's driver loaded while no job runs: twinstack-gpu-persistence.service.

NVIDIA's driver persistence documentation prefers its daemon, which by nvidia-persistenced(1) keeps all GPUs from its
start on unless it is started with --no-persistence-mode. So this unit asks for the mode once the daemon is up, and sets
it where it is off: beside such a daemon, with drivers that were installed without one, after a hand switched it off.
"""

from __future__ import annotations

UNIT = "twinstack-gpu-persistence.service"

TEXT = """\
[Unit]
Description=Keep the GPU driver loaded between jobs
After=nvidia-persistenced.service
Before=slurmd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -ec 'modes=$$(nvidia-smi --query-gpu=persistence_mode --format=csv,noheader); \\
  case "$$modes" in *Disabled*) exec nvidia-smi --persistence-mode=1;; esac'

[Install]
WantedBy=multi-user.target
"""


def text() -> str:
    """The unit's text."""
    return TEXT
