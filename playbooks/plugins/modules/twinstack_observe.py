"""Ansible module: how a host differs from what its roles left there, in one task; changes nothing."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_observing import ask, findings, texts
from ansible.module_utils.twinstack_schedulers import answers

DOCUMENTATION = """
module: twinstack_observe
short_description: Tell how a host differs from what its roles left there
description:
  - Compares packages, directories, files (by digest) and units of all roles, and what observers of roles know of.
  - On the host that speaks for a scheduler it also asks that of its nodes, once for all of them.
  - Called through the action plugin of the same name, which adds the digests of secret files.
options:
  roles:
    description:
      - By role C(packages), C(directories), C(files), C(units), C(params), C(settings) (live values of the kernel).
      - A file has C(sha256) instead of a text; C(shown) says that its text may be seen.
    type: dict
    default: {}
  ask:
    description: Schedulers (C(slurm), C(kubernetes)) to ask, each with the nodes to ask about.
    type: dict
    default: {}
author: [twinstack]
"""

RETURN = """
twinstack:
  description:
    - C(roles) with a list of findings each, C(texts) of changed files by path.
    - C(schedulers) with C(nodes) that are not plainly in service or the C(problem).
  type: dict
  returned: always
"""


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "roles": {"type": "dict", "default": {}},
            "ask": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    roles = module.params["roles"]
    host = ask(roles)
    found = {name: findings(name, role, host) for name, role in roles.items()}
    seen = {"roles": found, "texts": texts(roles, found), "schedulers": answers(module.params["ask"])}
    module.exit_json(changed=False, twinstack=seen)


if __name__ == "__main__":
    main()
