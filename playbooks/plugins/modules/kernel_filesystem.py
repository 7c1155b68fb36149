"""Ansible module: refuse to go on where the running kernel lacks a file system that the role stands on."""

from __future__ import annotations

import os
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: kernel_filesystem
short_description: Require a file system of the running kernel
description:
  - Asks the running kernel (/proc/filesystems) and, where the file system is not in use yet, modprobe, without loading
    anything. Changes nothing; works in check mode.
  - Fails with what the inventory should say instead, before the role has placed anything.
options:
  filesystem:
    description: Its name in /proc/filesystems.
    type: str
    required: true
  module:
    description: The kernel module that brings it.
    type: str
    required: true
  what:
    description: What it is for, as in "cannot mount NFS".
    type: str
    required: true
  hint:
    description: What to change where the kernel has it not.
    type: str
    required: true
author: [twinstack]
"""

RETURN = """
found:
  description: Where it was found, C(kernel) or C(module).
  type: str
  returned: always
"""

REGISTERED = Path("/proc/filesystems")


def has(listing: str, name: str) -> bool:
    """Whether a listing of /proc/filesystems names a file system."""
    return name in (line.split("\t")[-1] for line in listing.splitlines())


def loadable(module: AnsibleModule, name: str) -> bool:
    """Whether modprobe would find the module for the running kernel; without modprobe nothing can be loaded."""
    modprobe = module.get_bin_path("modprobe", opt_dirs=["/sbin", "/usr/sbin"])
    return bool(modprobe) and module.run_command([modprobe, "--dry-run", "--quiet", name])[0] == 0


def main() -> None:
    """Run as an Ansible module."""
    text = {"type": "str", "required": True}
    module = AnsibleModule(
        argument_spec={"filesystem": text, "module": text, "what": text, "hint": text}, supports_check_mode=True
    )
    wanted = module.params
    if has(REGISTERED.read_text(), wanted["filesystem"]):
        module.exit_json(changed=False, found="kernel")
    if loadable(module, wanted["module"]):
        module.exit_json(changed=False, found="module")
    kernel = os.uname().release
    module.fail_json(
        msg=f"this host cannot {wanted['what']}: the running kernel {kernel} has neither {wanted['filesystem']}"
        f" built in nor a module {wanted['module']}; {wanted['hint']}"
    )


if __name__ == "__main__":
    main()
