"""Modules import what they share as Ansible packs it on hosts; here it is a module like any other."""

from __future__ import annotations

import importlib
import sys

# What others import comes before them.
SHARED = (
    "twinstack_backups",
    "twinstack_drains",
    "twinstack_kubernetes",
    "twinstack_sshd",
    "twinstack_placing",
    "twinstack_skew",
    "twinstack_installed",
    "twinstack_dpkg",
    "twinstack_systemd",
    "twinstack_unit_steps",
    "twinstack_leaving",
    "twinstack_etcd",
    "twinstack_reset",
    "twinstack_role_files",
    "twinstack_live",
    "twinstack_accounting",
    "twinstack_observers",
    "twinstack_schedulers",
    "twinstack_observing",
    "twinstack_turns",
    "twinstack_slurm",
)

for name in SHARED:
    sys.modules[f"ansible.module_utils.{name}"] = importlib.import_module(f"playbooks.plugins.module_utils.{name}")
