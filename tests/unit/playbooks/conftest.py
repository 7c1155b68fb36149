"""Modules import what they share as Ansible packs it on hosts; here it is a module like any other."""

from __future__ import annotations

import sys

from playbooks.plugins.module_utils import twinstack_kubernetes, twinstack_placing

sys.modules["ansible.module_utils.twinstack_kubernetes"] = twinstack_kubernetes
sys.modules["ansible.module_utils.twinstack_placing"] = twinstack_placing
