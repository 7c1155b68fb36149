"""Ansible module: wait until slurmdbd serves, however long its tables take to convert, and find no row lost."""

from __future__ import annotations

import socket
import time

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: slurmdbd_ready
short_description: Wait until slurmdbd listens
description:
  - The first start of a new version converts the tables before it listens, which may take tens of minutes and must not
    be cut short (slurm.schedmd.com/upgrades.html). A daemon that has ended is not waited for.
  - Tables that were counted before an upgrade must not have fewer rows now.
options:
  unit:
    description: The daemon's unit.
    type: str
    default: slurmdbd.service
  port:
    description: Where it listens.
    type: int
    required: true
  deadline:
    description: Seconds until it must listen.
    type: int
    required: true
  database:
    description: Its database.
    type: str
    required: true
  rows:
    description: Rows by table before an upgrade, as M(slurmdbd_backup) returned them.
    type: dict
    default: {}
  backup:
    description: The dump to name when rows are lost.
    type: str
    default: ''
author: [twinstack]
"""

RETURN = """
seconds:
  description: How long it took.
  type: float
  returned: always
"""

PAUSE = 0.2


class Failed(Exception):  # noqa: N818
    """The daemon does not serve, or serves less than before."""


def listens(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_over(state: str) -> bool:
    """Whether a unit's state is one that nothing is to be expected of."""
    return state in {"failed", "inactive"}


def wait(module: AnsibleModule) -> float:
    """Return the seconds it took until the daemon listened.

    Raises:
        Failed: it has ended, or is late.
    """
    begin = time.monotonic()
    unit, deadline = module.params["unit"], module.params["deadline"]
    while not listens(module.params["port"]):
        state = module.run_command(["systemctl", "is-active", unit])[1].strip()
        if is_over(state):
            raise Failed(f"{unit} is {state}\n{journal(module)}")
        if time.monotonic() - begin > deadline:
            raise Failed(f"{unit} does not listen after {deadline} s; it was left running\n{journal(module)}")
        time.sleep(PAUSE)
    return time.monotonic() - begin


def journal(module: AnsibleModule) -> str:
    """The last lines of the unit."""
    return str(module.run_command(["journalctl", "--unit", module.params["unit"], "--lines", "15", "--no-pager"])[1])


def count(module: AnsibleModule, table: str) -> int:
    """Rows of a table now."""
    statement = f"SELECT COUNT(*) FROM `{module.params['database']}`.`{table}`;"  # noqa: S608
    code, out, err = module.run_command(["mariadb", "--batch", "--skip-column-names"], data=statement)
    if code:
        raise Failed(f"{table} cannot be counted: {err.strip()}")
    return int(out)


def lost(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """Tables that have fewer rows than before, in words."""
    return [f"{table} had {was} rows and has {now[table]}" for table, was in before.items() if now[table] < int(was)]


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "unit": {"type": "str", "default": "slurmdbd.service"},
            "port": {"type": "int", "required": True},
            "deadline": {"type": "int", "required": True},
            "database": {"type": "str", "required": True},
            "rows": {"type": "dict", "default": {}},
            "backup": {"type": "str", "default": ""},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=False, seconds=0.0)
    try:
        seconds = wait(module)
        before = module.params["rows"]
        missing = lost(before, {table: count(module, table) for table in before})
    except Failed as error:
        module.fail_json(msg=str(error))
    if missing:
        module.fail_json(msg=f"accounting lost rows: {'; '.join(missing)}; the dump is {module.params['backup']}")
    module.exit_json(changed=False, seconds=round(seconds, 1))


if __name__ == "__main__":
    main()
