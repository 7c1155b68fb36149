"""The unit that keeps NVIDIA's driver loaded while no job runs: twinstack-gpu-persistence.service.

NVIDIA's driver persistence documentation prefers its daemon (nvidia-persistenced) to the legacy mode, so where the
daemon runs this unit leaves it to it; the legacy mode is for drivers that were installed without it.
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
ExecStart=/bin/sh -c 'test -S /run/nvidia-persistenced/socket || exec nvidia-smi --persistence-mode=1'

[Install]
WantedBy=multi-user.target
"""


def text() -> str:
    """The unit's text."""
    return TEXT
