"""Ansible module: bring slurmctld to run what is in /etc/slurm, with the least that a change needs."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import NamedTuple

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_slurm import needed
from ansible.module_utils.twinstack_turns import Busy, turn

DOCUMENTATION = """
module: slurmctld_activate
short_description: Start, restart or reconfigure slurmctld as its configuration's change needs
description:
  - A change of partitions, nodes declared down, or time limits needs C(scontrol reconfigure) only; every other one,
    such as of nodes, restarts the daemon (slurm.conf(5)), which jobs survive. Then all slurmd are sent the files.
  - A daemon whose program was replaced, as an upgrade of its package does, is restarted.
  - From 23.11 on C(scontrol reconfigure) starts the daemons anew by itself (C(renews)), so that only ports, hosts,
    state and authentication need a restart.
  - What the daemon was last told to run is kept on the host, so that a run that was killed in between is made good by
    the next.
  - QOS that partitions name are made before the daemon starts, since it refuses to start without them.
  - Nodes in maintenance are drained. A drain with this module's reason ends when the inventory says so; others stay.
options:
  unit:
    description: The daemon's unit.
    type: str
    default: slurmctld.service
  directory:
    description: Where the configuration is.
    type: path
    default: /etc/slurm
  configuration:
    description: Names of the files that make it up.
    type: list
    elements: str
    required: true
  active:
    description: Where the files are kept that the daemon runs.
    type: path
    default: /var/lib/twinstack/slurmctld
  host:
    description: This host's name in slurm.conf.
    type: str
    required: true
  primary:
    description: Whether this is the first controller, which speaks for the cluster.
    type: bool
    required: true
  qos:
    description: QOS that must exist.
    type: list
    elements: str
    default: []
  maintenance:
    description: Nodes that are to be drained.
    type: list
    elements: str
    default: []
  renews:
    description: Whether C(scontrol reconfigure) starts daemons anew, as from 23.11 on.
    type: bool
    default: false
  reason:
    description: The reason of these drains.
    type: str
    required: true
  deadline:
    description: Seconds in which the accounting daemon and slurmctld must answer.
    type: int
    default: 60
author: [twinstack]
"""

RETURN = """
actions:
  description: What was done.
  type: list
  returned: always
"""

PAUSE = 0.2
PROC = Path("/proc")


class Failed(Exception):  # noqa: N818
    """The daemon, or a command that speaks to one, did not do what it should."""


class Drains(NamedTuple):
    """Nodes to drain and nodes to return to service."""

    begin: list[str]
    end: list[str]


def texts(directory: Path, names: list[str]) -> dict[str, str]:
    """The texts of those files that are there."""
    return {name: (directory / name).read_text() for name in names if (directory / name).is_file()}


def keep(texts_run: dict[str, str], directory: Path) -> None:
    """Remember what the daemon runs; the old memory is whole until the new one is."""
    fresh, old = directory.with_suffix(".new"), directory.with_suffix(".old")
    remove(fresh)
    remove(old)
    fresh.mkdir(parents=True)
    for name, text in texts_run.items():
        (fresh / name).write_text(text)
    if directory.exists():
        directory.rename(old)
    fresh.rename(directory)
    remove(old)


def remove(directory: Path) -> None:
    """Remove a directory that may be there."""
    if directory.exists():
        shutil.rmtree(directory)


def fields(record: str) -> dict[str, str]:
    """The words of one `scontrol --oneliner` record that have no blanks in their values, and the reason, which may."""
    words, _, reason = record.partition(" Reason=")
    found = dict(word.split("=", 1) for word in words.split() if "=" in word)
    return {**found, "Reason": reason.rpartition(" [")[0]}


def drains(records: list[str], maintenance: list[str], reason: str) -> Drains:
    """Which nodes enter and which leave maintenance; a drain for another reason is left as it is."""
    nodes = [fields(record) for record in records]
    drained = {node["NodeName"] for node in nodes if "DRAIN" in node["State"]}
    ours = {node["NodeName"] for node in nodes if node.get("Reason") == reason}
    return Drains(sorted(set(maintenance) - drained), sorted((ours & drained) - set(maintenance)))


class Slurmctld:
    """The daemon of this host, and the commands that speak to it and to its database."""

    def __init__(self, module: AnsibleModule) -> None:
        self.module = module
        self.unit: str = module.params["unit"]
        self.actions: list[str] = []

    def run(self, *command: str) -> str:
        """A command's output; a failure is raised with its own words."""
        code, out, err = self.module.run_command(list(command))
        if code:
            raise Failed(f"{' '.join(command)}: {(err or out).strip()}")
        return str(out)

    def change(self, *command: str) -> None:
        """A command that changes something: noted always, run unless in check mode."""
        self.actions.append(" ".join(command))
        if not self.module.check_mode:
            self.run(*command)

    def wait(self, what: str, *command: str, until: str = "") -> str:
        """Repeat a question until it is answered, with a text in it, or the deadline has passed."""
        finish = time.monotonic() + self.module.params["deadline"]
        while True:
            code, out, err = self.module.run_command(list(command))
            if not code and until in out:
                return str(out)
            if time.monotonic() > finish:
                raise Failed(
                    f"{what} within {self.module.params['deadline']} s: {(err or out).strip()}{self.journal()}"
                )
            time.sleep(PAUSE)

    def journal(self) -> str:
        """The unit's last lines, for those who read the failure."""
        out = self.module.run_command(["journalctl", "--unit", self.unit, "--lines", "15", "--no-pager"])[1]
        return f"\n{out}".rstrip()

    def is_running(self) -> bool:
        """Whether the unit is active."""
        return bool(self.module.run_command(["systemctl", "is-active", "--quiet", self.unit])[0] == 0)

    def is_outdated(self) -> bool:
        """Whether the daemon's program was replaced while it ran, as an upgrade of the package does."""
        shown = self.module.run_command(["systemctl", "show", "--property", "MainPID", "--value", self.unit])[1]
        program = PROC / (shown.strip() or "0") / "exe"
        return program.is_symlink() and os.readlink(program).endswith(" (deleted)")  # noqa: PTH115 (resolves no link)

    def make_qos(self, names: list[str]) -> None:
        """Make the QOS that are not there."""
        if not names:
            return
        command = ("sacctmgr", "--noheader", "--parsable2", "show", "qos", "format=name")
        there = self.wait("the accounting daemon did not answer", *command).split()
        for name in names:
            if name not in there:
                self.change("sacctmgr", "--immediate", "add", "qos", name)

    def activate(self, need: str) -> None:
        """Have the daemon run its files, and every slurmd get them."""
        primary = self.module.params["primary"]
        running = self.is_running()
        if primary and (need != "nothing" or not running) and not self.module.check_mode:
            self.make_qos(self.module.params["qos"])
        if need == "restart" or not running or self.is_outdated():
            self.reload_unit()
            self.change("systemctl", "restart" if running else "start", self.unit)
        if self.module.check_mode:
            return
        self.wait("slurmctld did not come up", "scontrol", "ping", until=f"at {self.module.params['host']} is UP")
        if need != "nothing" and primary:
            self.change("scontrol", "reconfigure")

    def reload_unit(self) -> None:
        """Have systemd read the unit's files when they are newer than what it knows."""
        if "yes" in self.run("systemctl", "show", "--property", "NeedDaemonReload", self.unit):
            self.change("systemctl", "daemon-reload")

    def drain(self) -> None:
        """Drain the nodes in maintenance, and return those that no longer are."""
        reason = self.module.params["reason"]
        records = self.run("scontrol", "--oneliner", "show", "node").splitlines()
        found = drains(records, self.module.params["maintenance"], reason)
        for node in found.begin:
            self.change("scontrol", "update", f"NodeName={node}", "State=DRAIN", f"Reason={reason}")
        for node in found.end:
            self.change("scontrol", "update", f"NodeName={node}", "State=UNDRAIN")


def settle(module: AnsibleModule) -> list[str]:
    """Activate what is in place; answer with what was done."""
    directory, active = Path(module.params["directory"]), Path(module.params["active"])
    new = texts(directory, module.params["configuration"])
    known = [path.name for path in active.iterdir()] if active.is_dir() else []
    daemon = Slurmctld(module)
    need = needed(texts(active, known), new, renews=module.params["renews"])
    daemon.activate(need)
    if need != "nothing" and not module.check_mode:
        keep(new, active)
    if module.params["primary"] and daemon.is_running():
        daemon.drain()
    return daemon.actions


def main() -> None:
    """Run as an Ansible module."""
    strings = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        argument_spec={
            "unit": {"type": "str", "default": "slurmctld.service"},
            "directory": {"type": "path", "default": "/etc/slurm"},
            "configuration": {"type": "list", "elements": "str", "required": True},
            "active": {"type": "path", "default": "/var/lib/twinstack/slurmctld"},
            "host": {"type": "str", "required": True},
            "primary": {"type": "bool", "required": True},
            "qos": strings,
            "maintenance": strings,
            "renews": {"type": "bool", "default": False},
            "reason": {"type": "str", "required": True},
            "deadline": {"type": "int", "default": 60},
        },
        supports_check_mode=True,
    )
    try:
        with turn("activating slurmctld"):
            actions = settle(module)
    except (Busy, Failed, OSError) as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(actions), actions=actions)


if __name__ == "__main__":
    main()
