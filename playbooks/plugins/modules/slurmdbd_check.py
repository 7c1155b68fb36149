"""Ansible module: let slurmdbd itself read a new slurmdbd.conf before it replaces the old one."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any, Iterable, cast  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: slurmdbd_check
short_description: Check slurmdbd.conf with slurmdbd before it is placed
description:
  - slurmdbd has no option that only checks, so a throw-away slurmdbd starts on a copy, in its own network namespace and
    with the database there, where none is. It has read all of its configuration when it complains of that.
  - The copy holds the mark of the password, not the password.
  - Nothing is done where the text but for the password is what it was, or where slurmdbd is not installed yet.
  - Called through the action plugin of the same name, which reads the new text.
options:
  directory:
    description: Where the present configuration is.
    type: path
    default: /etc/slurm
  texts:
    description: New texts by file name.
    type: dict
    required: true
  user:
    description: Slurm's user, who must own the file.
    type: str
    default: slurm
  deadline:
    description: Seconds until slurmdbd must have judged.
    type: int
    default: 30
author: [twinstack]
"""

RETURN = """
checked:
  description: Whether slurmdbd was asked.
  type: bool
  returned: always
"""

MAIN = "slurmdbd.conf"
# It has read everything when it looks for the database.
READY = "mysql_real_connect failed"
# Of the real daemon alone: its log and process id, its database, and a key that may not be there yet.
PRIVATE = re.compile(r"(?im)^(LogFile|PidFile|StorageHost|StoragePort|StoragePass|AuthAlt\w+)=.*\n")
PASSWORD = re.compile(r"(?im)^StoragePass=.*\n")
# Begun with the daemon's name, or from 25.05 on with the time.
COMPLAINT = re.compile(r"(?:\S+:|\[\S+\]) ((?:error|fatal):.*)")
ISOLATED = "ip link set lo up && exec slurmdbd -D"


def rewritten(text: str, directory: Path) -> str:
    """slurmdbd.conf for the throw-away daemon, whose database is on its own loopback: nowhere."""
    kept = PRIVATE.sub("", text if text.endswith("\n") else text + "\n")
    return f"{kept}StorageHost=127.0.0.1\nPidFile={directory / 'slurmdbd.pid'}\n"


def objections(lines: list[str]) -> list[str]:
    """Why slurmdbd refuses the text: its errors, unless it came as far as the database."""
    if any(READY in line for line in lines):
        return []
    complaints = [found[1] for found in map(COMPLAINT.match, lines) if found]
    return complaints or ["slurmdbd gave up without a reason"]


def lines_until_ready(stream: Iterable[str]) -> list[str]:
    """A daemon's lines until it looks for the database or has ended."""
    lines: list[str] = []
    for line in stream:
        lines.append(line.rstrip("\n"))
        if READY in line:
            break
    return lines


def judge(text: str, user: str, deadline: int) -> list[str]:
    """Start a throw-away slurmdbd on a copy of the text and stop it when it has judged."""
    directory = Path(tempfile.mkdtemp(prefix="twinstack-slurmdbd-"))
    try:
        (directory / "slurm.conf").write_text("ClusterName=check\nSlurmctldHost=localhost\nNodeName=none\n")
        (directory / MAIN).touch(mode=0o600)
        (directory / MAIN).write_text(rewritten(text, directory))
        for path in (directory, directory / MAIN):
            shutil.chown(path, user)
        return run(directory, deadline)
    finally:
        shutil.rmtree(directory)


def run(directory: Path, deadline: int) -> list[str]:
    """What slurmdbd, alone in its network namespace, prints until it has judged or is late."""
    daemon = subprocess.Popen(
        ["timeout", "--signal=KILL", str(deadline), "unshare", "--net", "sh", "-c", ISOLATED],
        env={**os.environ, "SLURM_CONF": str(directory / "slurm.conf")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        return lines_until_ready(cast("IO[str]", daemon.stderr))
    finally:
        os.killpg(daemon.pid, signal.SIGKILL)
        daemon.wait()


def settle(module: AnsibleModule) -> dict[str, Any]:
    """Check the new text when it is new."""
    parameters = module.params
    new, present = parameters["texts"].get(MAIN), Path(parameters["directory"]) / MAIN
    old = present.read_text() if present.is_file() else ""
    same = new is not None and PASSWORD.sub("", new) == PASSWORD.sub("", old)
    if new is None or same or not module.get_bin_path("slurmdbd", opt_dirs=["/usr/sbin"]):
        return {"checked": False}
    wrong = objections(judge(new, parameters["user"], parameters["deadline"]))
    if wrong:
        module.fail_json(msg="slurmdbd refuses the new configuration: " + "; ".join(wrong))
    return {"checked": True}


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "default": "/etc/slurm"},
            "texts": {"type": "dict", "required": True},
            "user": {"type": "str", "default": "slurm"},
            "deadline": {"type": "int", "default": 30},
        },
        supports_check_mode=True,
    )
    module.exit_json(changed=False, **settle(module))


if __name__ == "__main__":
    main()
