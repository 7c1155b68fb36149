"""Modules import what they share as Ansible packs it on hosts; here it is a module like any other."""

from __future__ import annotations

import importlib
import sys

# What others import comes before them.
SHARED = (
    "twinstack_kubernetes",
    "twinstack_placing",
    "twinstack_skew",
    "twinstack_installed",
    "twinstack_systemd",
    "twinstack_observers",
    "twinstack_schedulers",
    "twinstack_observing",
    "twinstack_slurm",
)

for name in SHARED:
    sys.modules[f"ansible.module_utils.{name}"] = importlib.import_module(f"playbooks.plugins.module_utils.{name}")
