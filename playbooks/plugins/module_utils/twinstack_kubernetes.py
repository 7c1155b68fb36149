"""What the modules that run kubeadm and kubectl on hosts share."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule

ADMIN = "/etc/kubernetes/admin.conf"
KUBELET = "/var/lib/kubelet"
KUBELET_UNIT = "kubelet.service"
HEALTH = "http://127.0.0.1:10248/healthz"
PAUSE = 0.25
# Seconds after which kubeadm has given up by its own deadlines.
LONGEST = 600
# Seconds that an API server may be away, and what kubectl says of one.
AWAY = 60
# The administrator may do everything, once a server that starts has read so.
UNREACHED = re.compile(
    r"was refused|Unable to connect to the server|server is currently unable|etcdserver: "
    r'|forbidden: User "kubernetes-admin"'
)
# States of the record: begun and not finished; on the way out of the cluster, perhaps no member any more.
STARTED, LEAVING = "started", "leaving"
API_SERVER = "/etc/kubernetes/manifests/kube-apiserver.yaml"
VERSION = re.compile(r"^kubernetesVersion: .*$", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# The settings by which a kubelet divides a machine, and the file in which it keeps the division: it refuses to start
# when the two do not fit, so the file has to go when one of its settings changes.
STATES = {
    "cpu_manager_state": ("cpuManagerPolicy", "cpuManagerPolicyOptions", "reservedSystemCPUs"),
    "memory_manager_state": ("memoryManagerPolicy", "reservedMemory", "systemReserved", "evictionHard"),
}


class Failed(Exception):  # noqa: N818
    """What stopped a module, in words for the operator."""


class Host:
    """The host that a module runs on: its commands, its files below `root`, its record of what kubeadm did."""

    def __init__(self, run_command: Callable[..., Any], record: str, root: str = "/") -> None:
        self._run_command = run_command
        self._record = Path(record)
        self._root = Path(root)

    def path(self, name: str) -> Path:
        """A path of the host."""
        return self._root / name.lstrip("/")

    def run(self, *argv: str) -> str:
        """What a command prints.

        Raises:
            Failed: it failed; with all that it printed.
        """
        return printed(argv, self.attempt(*argv))

    def attempt(self, *argv: str) -> tuple[int, str, str]:
        """Code, output and errors of a command that may fail."""
        code, out, err = self._run_command(list(argv))
        return int(code), str(out), str(err)

    def kubectl(self, *argv: str) -> str:
        """What kubectl prints, as the cluster's administrator."""
        return printed(("kubectl", *argv), self.attempt_kubectl(*argv))

    def attempt_kubectl(self, *argv: str) -> tuple[int, str, str]:
        """Code, output and errors of kubectl; an API server that is away, as in a restart, is waited for a while."""
        deadline = time.monotonic() + AWAY
        while True:
            answer = self.attempt("kubectl", "--kubeconfig", ADMIN, *argv)
            if not answer[0] or not UNREACHED.search(answer[2]) or time.monotonic() > deadline:
                return answer
            time.sleep(PAUSE)

    @property
    def record(self) -> dict[str, Any]:
        """What former runs wrote down; nothing where there is no record or a crash tore it."""
        try:
            return dict(json.loads(self._record.read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def write_record(self, content: dict[str, Any]) -> None:
        """Replace the record."""
        self._record.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = self._record.with_suffix(".new")
        fresh.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
        fresh.replace(self._record)

    def update_record(self, **content: Any) -> None:  # noqa: ANN401 (JSON)
        """Change parts of the record."""
        self.write_record({**self.record, **content})

    def digest(self, *names: str) -> str:
        """One digest over files; a missing file counts as empty."""
        found = hashlib.sha256()
        for name in names:
            path = self.path(name)
            content = path.read_bytes() if path.is_file() else b""
            found.update(f"{name}\0{len(content)}\0".encode() + content)
        return found.hexdigest()

    @contextmanager
    def alone(self, seconds: float) -> Iterator[None]:
        """Keep other runs away: one that lost its operator goes on here, and its kubeadm must not meet ours."""
        self._record.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with self._record.with_suffix(".lock").open("w") as lock:
            wait(lambda: is_ours(lock.fileno()), seconds, "another run is at work on this host and did not end")
            yield

    def forget(self) -> None:
        """Remove the record."""
        self._record.unlink(missing_ok=True)


def is_ours(descriptor: int) -> bool:
    """Whether the lock is ours now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def printed(argv: Sequence[str], answer: tuple[int, str, str]) -> str:
    """The output of a command that must have succeeded."""
    code, out, err = answer
    if code:
        said = [text for text in (tail(out), tail(err)) if text]
        raise Failed("\n".join([f"`{' '.join(argv)}` failed with code {code}:", *said]))
    return out


def tail(text: str, lines: int = 12) -> str:
    """The last lines of a text, without the colours of terminals."""
    return "\n".join(COLOUR.sub("", text).strip().splitlines()[-lines:])


def wait(until: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask again and again until the answer is yes.

    Raises:
        Failed: the deadline passed; `what` did not come true.
    """
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            raise Failed(f"{what} within {seconds:.0f} s")
        time.sleep(PAUSE)


def api_answers(host: Host) -> bool:
    """Whether the API server says that it is ready."""
    code, _, _ = host.attempt("kubectl", "--kubeconfig", ADMIN, "--request-timeout=5s", "get", "--raw", "/readyz")
    return code == 0


def renew_control_plane(host: Host, config: str, node: str, seconds: float) -> None:
    """Make the static pods anew and wait until this host's API server is the new one, if it changed."""
    manifest, container = host.digest(API_SERVER), api_container(host, node)
    host.run("kubeadm", "init", "phase", "control-plane", "all", "--config", config)
    if host.digest(API_SERVER) != manifest:
        before = {container, ""}
        wait(lambda: api_container(host, node) not in before, seconds, "the API server did not start anew")
        wait(lambda: api_answers(host), seconds, "the new API server did not get ready")


def api_container(host: Host, node: str) -> str:
    """Which container is the API server of a node; empty while nobody answers."""
    running = (
        "jsonpath={.status.containerStatuses[0].state.running.startedAt}{.status.containerStatuses[0].containerID}"
    )
    pod = ("--namespace", "kube-system", "get", "pod", f"kube-apiserver-{node}", "--output", running)
    code, out, _ = host.attempt("kubectl", "--kubeconfig", ADMIN, "--request-timeout=5s", *pod)
    return "" if code else out


def kubelet_is_healthy() -> bool:
    """Whether the kubelet of this host says so."""
    try:
        with urllib.request.urlopen(HEALTH, timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except OSError:
        return False


def sections(text: str) -> dict[str, str]:
    """The text below each top-level key of a YAML mapping written in blocks, as kubeadm writes its files."""
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if line[:1] not in {" ", "-", "#", ""} and ":" in line:
            key, _, rest = line.partition(":")
            found[key] = rest.strip()
        elif key:
            found[key] += f"\n{line}"
    return found


def division(text: str) -> dict[str, str]:
    """The settings of a kubelet's configuration by which it divides the machine."""
    found = sections(text)
    return {key: found[key] for keys in STATES.values() for key in keys if key in found}


def stale_states(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Files of the kubelet that do not fit its configuration any more."""
    return [name for name, keys in STATES.items() if any(before.get(key) != after.get(key) for key in keys)]


def configuration_digest(host: Host, config: str) -> str:
    """One digest over kubeadm's configuration without the version, which an upgrade sees to."""
    path = host.path(config)
    text = path.read_text() if path.is_file() else ""
    return hashlib.sha256(VERSION.sub("", text).encode()).hexdigest()


def upgrade(host: Host, what: Sequence[str], patches: str, preflight: Sequence[str]) -> None:
    """Run kubeadm's upgrade; the kubelet's configuration is left to `apply_settings`, which compares old and new."""
    ignored = ("--ignore-preflight-errors", ",".join(preflight)) if preflight else ()
    host.run("kubeadm", "upgrade", *what, "--patches", patches, "--skip-phases", "kubelet-config", *ignored)


def apply_settings(host: Host, patches: str, seconds: float) -> None:
    """Write the kubelet's configuration anew from the cluster's and this host's patches, and restart it with it.

    The division by which the kubelet last ran is in the record: a run that was killed in between must not forget it.
    """
    config = host.path(f"{KUBELET}/config.yaml")
    before = host.record.get("division") or division(config.read_text())
    host.update_record(division=before)
    host.run("kubeadm", "upgrade", "node", "phase", "kubelet-config", "--patches", patches)
    after = division(config.read_text())
    host.run("systemctl", "daemon-reload")
    host.run("systemctl", "stop", KUBELET_UNIT)
    for name in stale_states(before, after):
        host.path(f"{KUBELET}/{name}").unlink(missing_ok=True)
    host.run("systemctl", "start", KUBELET_UNIT)
    try:
        wait(kubelet_is_healthy, seconds, "the kubelet did not get healthy with its new settings")
    except Failed as error:
        raise Failed(f"{error}\n{journal(host)}") from error
    host.update_record(division=after)


def journal(host: Host) -> str:
    """The kubelet's last words."""
    return host.attempt("journalctl", "--unit", KUBELET_UNIT, "--lines", "20", "--no-pager", "--output", "cat")[1]


def leftovers(host: Host) -> list[str]:
    """Credentials and static pods of kubeadm that are on the host."""
    names = ("admin.conf", "kubelet.conf", "bootstrap-kubelet.conf", "pki/ca.crt", "manifests/kube-apiserver.yaml")
    return [f"/etc/kubernetes/{name}" for name in names if os.path.lexists(host.path(f"/etc/kubernetes/{name}"))]


def refuse_swap(host: Host) -> None:
    """Say so before kubeadm waits in vain: a kubelet does not start where swap is on (`failSwapOn`, its default)."""
    path = host.path("/proc/swaps")
    areas = [line.split()[0] for line in path.read_text().splitlines()[1:]] if path.is_file() else []
    if areas:
        raise Failed(
            f"swap is on ({', '.join(areas)}), with which no kubelet starts: `swapoff -a`, and out of /etc/fstab"
        )


def carry_out(
    module: AnsibleModule,
    plan: Callable[[Host, dict[str, Any]], list[str]],
    settle: Callable[[Host, dict[str, Any]], list[str]],
) -> tuple[Host, list[str]]:
    """Do, alone on the host, what has to be done (in check mode: only say it); the host and the steps."""
    host = Host(module.run_command, module.params["record"])
    try:
        if module.check_mode:
            return host, plan(host, module.params)
        with host.alone(LONGEST):
            return host, settle(host, module.params)
    except Failed as error:
        module.fail_json(msg=str(error))
