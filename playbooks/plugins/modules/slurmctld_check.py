"""Ansible module: let slurmctld itself judge a new configuration before it replaces the old one."""

from __future__ import annotations

import os
import platform
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any, Iterable, NamedTuple, cast  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: slurmctld_check
short_description: Check Slurm's configuration with slurmctld before it is placed
description:
  - slurmctld has no option that only checks, so a throw-away one starts on a copy, with a state directory of its own,
    without accounting and the QOS kept there, and in its own network namespace, so that it meets neither the real
    daemon nor a node.
  - It fails the task when slurmctld gives up, or reports errors that it does not report of the present configuration.
  - Nothing is done where the files are what they were, or where slurmctld is not installed yet.
  - Called through the action plugin of the same name, which reads the new texts.
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
    description: Slurm's user, who owns the throw-away state.
    type: str
    default: slurm
  deadline:
    description: Seconds until slurmctld must have judged.
    type: int
    default: 30
author: [twinstack]
"""

RETURN = """
checked:
  description: Whether slurmctld was asked.
  type: bool
  returned: always
"""

MAIN = "slurm.conf"
READY = "Running as primary controller"
# Of the real daemons alone: which of them is first, where it keeps its state, the database, and programs that are
# placed only after the check.
PRIVATE = re.compile(
    r"(?im)^(SlurmctldHost|StateSaveLocation|SlurmctldPidFile|SlurmctldLogFile|AccountingStorage\w*|(Prolog|Epilog)Slurmctld"
    r"|(Suspend|Resume|ResumeFail)Program|AuthAlt\w+)=.*\n"
)
# Only the database knows QOS: without it, slurmctld of 26.05 refuses a partition that names one.
PARTITION = re.compile(r"(?im)^PartitionName=.*$")
QOS = re.compile(r"(?i) (Allow|Deny)?QOS=\S+")
# Begun with the daemon's name, or with the time (CHANGELOG of 25.05: "logs and stderr will always print the same").
COMPLAINT = re.compile(r"(?:\S+:|\[\S+\]) ((?:error|fatal):.*)")
# What slurmctld says of any empty state, or because the copy has no accounting, mail program, MPI library or programs;
# and of a busy machine's clock.
EXPECTED = re.compile(
    r"state file|state save file|MailProg|not stored|to be stored|SlurmDBD, ignoring|mpi[/_]|MPI:"
    r"|power_save|calls to gettimeofday"
)
# The namespace has loopback only; an address that is not loopback's makes getaddrinfo(3) accept IPv4 (AI_ADDRCONFIG).
ISOLATED = 'ip link set lo up && ip address add 192.0.2.1/32 dev lo && exec slurmctld -D -c -f "$1"'


class Verdict(NamedTuple):
    """What slurmctld made of a configuration."""

    ready: bool
    errors: list[str]


def rewritten(text: str, directory: Path, host: str) -> str:
    """slurm.conf for the throw-away daemon, the only one of its cluster."""
    kept = PRIVATE.sub("", text if text.endswith("\n") else text + "\n")
    known = PARTITION.sub(lambda line: QOS.sub("", line[0]), kept)
    own = {
        "SlurmctldHost": f"{host}(127.0.0.1)",
        "StateSaveLocation": directory / "state",
        "SlurmctldPidFile": directory / "state" / "slurmctld.pid",
    }
    return known + "".join(f"{key}={value}\n" for key, value in own.items())


def errors(lines: list[str]) -> list[str]:
    """The complaints among a daemon's lines, without its name and without those that are expected."""
    found = (COMPLAINT.match(line) for line in lines)
    return [each[1] for each in found if each and not EXPECTED.search(each[1])]


def verdict(lines: list[str]) -> Verdict:
    """What the lines until the daemon was ready, or gave up, amount to."""
    return Verdict(any(READY in line for line in lines), errors(lines))


def objections(new: Verdict, old: Verdict) -> list[str]:
    """Why the new configuration must not replace the old: it does not start, or it errs in a new way."""
    if not new.ready:
        return new.errors or ["slurmctld gave up without a reason"]
    return [error for error in new.errors if error not in old.errors]


def present(directory: Path, names: list[str]) -> dict[str, str]:
    """The texts that are in place."""
    return {name: (directory / name).read_text() for name in names if (directory / name).is_file()}


def lines_until_ready(stream: Iterable[str]) -> list[str]:
    """A daemon's lines until it is ready or has ended."""
    lines: list[str] = []
    for line in stream:
        lines.append(line.rstrip("\n"))
        if READY in line:
            break
    return lines


def judge(texts: dict[str, str], user: str, deadline: int) -> Verdict:
    """Start a throw-away slurmctld on copies of the texts and stop it when it has judged."""
    directory = Path(tempfile.mkdtemp(prefix="twinstack-slurmctld-"))
    try:
        host = platform.node().partition(".")[0]
        for name, text in texts.items():
            (directory / name).write_text(rewritten(text, directory, host) if name == MAIN else text)
        (directory / "state").mkdir()
        shutil.chown(directory / "state", user)
        directory.chmod(0o755)
        return verdict(run(directory / MAIN, deadline))
    finally:
        shutil.rmtree(directory)


def run(configuration: Path, deadline: int) -> list[str]:
    """What slurmctld, alone in its network namespace, prints until it is ready, gives up, or is late."""
    daemon = subprocess.Popen(
        ["timeout", "--signal=KILL", str(deadline), "unshare", "--net", "sh", "-c", ISOLATED, "sh", str(configuration)],
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
    """Check the new texts when they are new."""
    parameters = module.params
    new = parameters["texts"]
    old = present(Path(parameters["directory"]), list(new))
    if new == old or MAIN not in new or not module.get_bin_path("slurmctld", opt_dirs=["/usr/sbin"]):
        return {"checked": False}
    found = judge(new, parameters["user"], parameters["deadline"])
    calm = Verdict(ready=True, errors=[])
    before = judge(old, parameters["user"], parameters["deadline"]) if found.errors and MAIN in old else calm
    wrong = objections(found, before)
    if wrong:
        module.fail_json(msg="slurmctld refuses the new configuration: " + "; ".join(wrong))
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
