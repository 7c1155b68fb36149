"""Ansible module: a dump of Slurm's accounting database, made with slurmdbd at rest before its packages move."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from pathlib import Path
from typing import IO, cast

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_backups import keep_newest, named, whole

DOCUMENTATION = """
module: slurmdbd_backup
short_description: Stop slurmdbd and dump its database
description:
  - Stops the daemon and dumps its database as slurm.schedmd.com/upgrades.html ("Create Backups") has it. The dump is
    complete when it ends as mariadb-dump ends one; until then it has another name. When it fails the daemon is started
    again, and the task fails before any package has moved.
  - Rows of the tables that count are returned, for M(slurmdbd_ready) to compare with after the upgrade.
options:
  unit:
    description: The daemon's unit.
    type: str
    default: slurmdbd.service
  database:
    description: The database.
    type: str
    required: true
  label:
    description: What the file's name says beside database and time, such as the version that made the tables.
    type: str
    required: true
  directory:
    description: Where dumps are kept, for root alone.
    type: path
    default: /var/backups/slurm
  keep:
    description: How many dumps stay.
    type: int
    default: 5
author: [twinstack]
"""

RETURN = """
path:
  description: The dump.
  type: str
  returned: always
rows:
  description: Rows by table.
  type: dict
  returned: always
"""

SUFFIX = ".sql.gz"
COMPLETE = b"-- Dump completed"
TAIL = 256
BLOCK = 1 << 20
COUNTED = re.compile(r"(.+_(job|assoc|step)_table|(acct|user|qos)_table)$")
# A dump has less bytes than the tables and is compressed on top; half is more than was ever seen to be needed.
SHARE_OF_TABLES = 0.5


class Failed(Exception):  # noqa: N818
    """The dump could not be made."""


def ask(module: AnsibleModule, statement: str) -> list[str]:
    """The server's answer to one statement, by line."""
    code, out, err = module.run_command(["mariadb", "--batch", "--skip-column-names"], data=statement)
    if code:
        raise Failed(f"mariadb refused a question: {err.strip()}")
    return str(out).splitlines()


def rows(module: AnsibleModule, database: str) -> dict[str, int]:
    """Rows by table, of the tables that an upgrade must not lose any of."""
    tables = ask(module, f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}';")  # noqa: S608
    counted = [table for table in tables if COUNTED.match(table)]
    if not counted:
        return {}
    selects = [f"SELECT '{table}', COUNT(*) FROM `{database}`.`{table}`" for table in counted]  # noqa: S608
    lines = ask(module, " UNION ALL ".join(selects) + ";")
    return {name: int(count) for name, count in (line.split("\t") for line in lines)}


def refuse_full_disk(module: AnsibleModule, database: str, directory: Path) -> None:
    """Say so before slurmdbd is stopped when the dump would not fit.

    Raises:
        Failed: there is too little space.
    """
    of = f"FROM information_schema.tables WHERE table_schema = '{database}'"
    size = int(ask(module, f"SELECT CAST(COALESCE(SUM(data_length), 0) AS UNSIGNED) {of};")[0])
    free = os.statvfs(directory).f_bavail * os.statvfs(directory).f_frsize
    if free < size * SHARE_OF_TABLES:
        raise Failed(f"{directory} has {free >> 20} MiB left, too little for a dump of {size >> 20} MiB of tables")


def dump(database: str, target: IO[bytes]) -> None:
    """Write the compressed dump to an open file.

    Raises:
        Failed: mariadb-dump failed, or what it wrote does not end as a whole dump does.
    """
    command = ["mariadb-dump", "--single-transaction", "--quick", "--routines", "--databases", database]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    tail = b""
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=3) as packed:
        for block in iter(lambda: cast("IO[bytes]", child.stdout).read(BLOCK), b""):
            packed.write(block)
            tail = (tail + block)[-TAIL:]
    said = child.communicate()[1].decode(errors="replace").strip()
    if child.returncode or COMPLETE not in tail:
        raise Failed(f"mariadb-dump ended with {child.returncode} before the dump was complete: {said}")


def systemctl(module: AnsibleModule, *words: str) -> None:
    """Run systemctl; a unit is at rest, or up, when it returns."""
    code, _, err = module.run_command(["systemctl", *words])
    if code:
        raise Failed(f"systemctl {' '.join(words)} failed: {err.strip()}")


def settle(module: AnsibleModule) -> dict[str, object]:
    """Dump with the daemon at rest; answer with the file and what was counted."""
    database, unit = module.params["database"], module.params["unit"]
    directory = Path(module.params["directory"])
    path = named(directory, database, module.params["label"], SUFFIX)
    if module.check_mode:
        return {"path": str(path), "rows": {}}
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_full_disk(module, database, directory)
    systemctl(module, "stop", unit)
    try:
        found = rows(module, database)
        with whole(path) as target:
            dump(database, target)
    except (Failed, OSError):
        systemctl(module, "start", unit)
        raise
    keep_newest(directory, database, SUFFIX, module.params["keep"])
    return {"path": str(path), "rows": found}


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "unit": {"type": "str", "default": "slurmdbd.service"},
            "database": {"type": "str", "required": True},
            "label": {"type": "str", "required": True},
            "directory": {"type": "path", "default": "/var/backups/slurm"},
            "keep": {"type": "int", "default": 5},
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=True, **settle(module))
    except (Failed, OSError) as error:
        module.fail_json(msg=f"no backup, so nothing was upgraded: {error}")


if __name__ == "__main__":
    main()
