"""Hosts that are a root directory with a name, mounts, a network and control groups of their own: no systemd, no SSH.

For daemons of other releases than the sandbox's machines have. What a host writes is in memory and gone with it. All
processes of a rack are in one process namespace: none outlives the rack.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from twinstack.sandbox import cgroups

RACK = """
ip link set lo up; ip link add switch type bridge; ip link set switch up
echo ready; exec sleep infinity
"""
# Its root, a directory for its mounts, its name, and its control groups.
HOST = """
root=$1 at=$2 name=$3; shift 3
mount --make-rprivate /
mount -t tmpfs host "$at"; mkdir "$at/upper" "$at/work" "$at/root"
mount -t overlay -o "lowerdir=$root,upperdir=$at/upper,workdir=$at/work" host "$at/root"
cd "$at/root"
mount -t proc proc proc; mount -t sysfs sysfs sys; mount --rbind /dev dev
mount -t tmpfs -o mode=755 run run; mount -t tmpfs tmp tmp; mount -t tmpfs cgroup sys/fs/cgroup
for group; do
  own=sys/fs/cgroup/$(basename "$(dirname "$(dirname "$group")")")
  mkdir "$own"; mount --bind "$group" "$own"
done
hostname "$name"
ip link set lo up
echo ready; exec chroot . sleep infinity
"""
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
DAEMON = 'for group in /sys/fs/cgroup/*/cgroup.procs; do echo $$ >"$group"; done; exec "$@"'


@dataclass(frozen=True)
class Rooted:
    """One host; `anchor` is the process that holds its namespaces."""

    name: str
    anchor: int

    def argv(self, *words: str, user: str = "root") -> list[str]:
        """A command in this host, as it is called from outside."""
        spaces = ["--mount", "--uts", "--net", "--ipc", "--pid", "--root", "--wd"]
        return ["nsenter", "--target", str(self.anchor), *spaces, *_as(user), *words]

    def tried(self, *words: str, user: str = "root", stdin: str = "") -> subprocess.CompletedProcess[str]:
        """What a command did."""
        return subprocess.run(
            self.argv(*words, user=user),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
            env=ENVIRONMENT,
        )

    def on(self, *words: str, user: str = "root", stdin: str = "") -> str:
        """A command's output, errors with it; it must succeed."""
        done = self.tried(*words, user=user, stdin=stdin)
        assert done.returncode == 0, f"{self.name}: {words}: {done.stdout}"
        return done.stdout

    def run(self, script: str, stdin: bytes) -> str:
        """The output of a script that reads something."""
        argv = self.argv("sh", "-c", script)
        done = subprocess.run(argv, input=stdin, capture_output=True, timeout=200, check=False, env=ENVIRONMENT)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        return done.stdout.decode()

    def start(self, *words: str, log: str, user: str = "root") -> Path:
        """Start a daemon in the host's control groups; the file of all that it says."""
        path = Path(f"/proc/{self.anchor}/root/tmp/{log}.log")
        with path.open("w") as file:
            subprocess.Popen(self.argv("sh", "-euc", DAEMON, "sh", *_as(user), *words), stdout=file, stderr=file)
        return path

    def write(self, path: str, text: str, owner: str = "root:root", mode: str = "0644") -> None:
        """A file, with its directory."""
        script = 'mkdir -p "$(dirname "$1")"; cat >"$1"; chown "$2" "$1"; chmod "$3" "$1"'
        self.on("sh", "-euc", script, "sh", path, owner, mode, stdin=text)


@dataclass(frozen=True)
class Rack:
    """Hosts that reach each other and nothing else."""

    anchor: int
    folder: Path

    def add(self, root: Path, name: str, address: object) -> Rooted:
        """A host more."""
        groups = cgroups.discover().create(f"{self.folder.name}-{name}").machine
        spaces = ["--mount", "--uts", "--net", "--ipc"]
        enter = ["nsenter", "--target", str(self.anchor), "--pid", "--", "unshare", *spaces]
        host = Rooted(name, _anchored([*enter, "sh", "-euc", HOST, "sh", str(root), str(self.folder), name, *groups]))
        link = f"ip link add port{host.anchor} master switch type veth peer name eth0 netns {host.anchor}"
        for words in (link, f"ip link set port{host.anchor} up"):
            subprocess.run(["nsenter", "--target", str(self.anchor), "--net", "--", *words.split()], check=True)
        host.on("ip", "link", "set", "eth0", "up")
        host.on("ip", "address", "add", f"{address}/24", "dev", "eth0")
        return host


@contextmanager
def rack() -> Iterator[Rack]:
    """A rack without hosts; nothing is left of those that it had."""
    with TemporaryDirectory(prefix="twinstack-rooted-") as folder:
        anchor = _anchored(["unshare", "--net", "--pid", "--fork", "--kill-child", "sh", "-euc", RACK])
        made = Rack(anchor, Path(folder))
        try:
            yield made
        finally:
            # The first process of its namespace: the kernel ends all others with it.
            subprocess.run(["kill", "-KILL", str(anchor)], check=True)
            groups = cgroups.discover()
            for name in groups.named(made.folder.name):
                groups.remove(name)


def _as(user: str) -> list[str]:
    return ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] if user != "root" else []


def _anchored(argv: list[str]) -> int:
    """Start what holds namespaces; the number of its innermost process."""
    holder = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert holder.stdout
    line = holder.stdout.readline()
    assert line == "ready\n", line + holder.stdout.read()
    return int(Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text())
