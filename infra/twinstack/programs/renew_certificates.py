"""Renews the certificates of this control plane before they expire, then restarts its static pods one by one.

A timer runs it every day. kubeadm renews what it made
(kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs); static pods read most of it only at their start, so
each gets an annotation that makes the kubelet start it anew, and the next one's turn comes when it is ready. A run
that was killed is made good by the next.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List  # noqa: UP035 (hosts run Python 3.9, too)

PODS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
ANNOTATION = "twinstack.io/certificates"
RECORDS = Path("/var/lib/twinstack")
MANIFESTS = Path("/etc/kubernetes/manifests")
KUBECTL = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "--request-timeout=5s")
DAY = 86400
PAUSE = 0.5

Run = Callable[..., str]


class Failed(Exception):  # noqa: N818
    """What keeps certificates from being renewed."""


def run(*argv: str) -> str:
    """What a command prints.

    Raises:
        Failed: it failed, with all that it said.
    """
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"`{' '.join(argv)}` failed with code {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def certificates(ask: Run) -> List[Dict[str, Any]]:  # noqa: UP006
    """The certificates that kubeadm renews, each with its time of expiry and the seconds until then."""
    told = json.loads(ask("kubeadm", "certs", "check-expiration", "--output", "json"))
    return [each for each in told["certificates"] if not each["externallyManaged"] and not each["missing"]]


def annotated(manifest: str, value: str) -> str:
    """The text of a static pod's manifest with our annotation, as kubeadm writes manifests."""
    line = f'    {ANNOTATION}: "{value}"\n'
    mine = re.compile(rf"^    {re.escape(ANNOTATION)}: .*\n", re.MULTILINE)
    if mine.search(manifest):
        return mine.sub(lambda _: line, manifest, count=1)
    if "\n  annotations:\n" in manifest:
        return manifest.replace("\n  annotations:\n", f"\n  annotations:\n{line}", 1)
    return manifest.replace("\nmetadata:\n", f"\nmetadata:\n  annotations:\n{line}", 1)


def replace(path: Path, text: str) -> None:
    """Replace a manifest at once: the kubelet leaves files alone whose names begin with a dot."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text)
    fresh.chmod(0o600)
    fresh.replace(path)


def is_up(pod: str, value: str, ask: Run) -> bool:
    """Whether the pod that runs is the one with our annotation, and ready."""
    try:
        found = json.loads(ask(*KUBECTL, "--namespace", "kube-system", "get", "pod", pod, "--output", "json"))
    except Failed:
        return False
    ready = {each["type"]: each["status"] for each in found.get("status", {}).get("conditions", [])}.get("Ready")
    return found["metadata"].get("annotations", {}).get(ANNOTATION) == value and ready == "True"


def restart(node: str, value: str, manifests: Path, seconds: float, ask: Run) -> List[str]:  # noqa: UP006
    """Restart the static pods that were not started with these certificates; their names.

    Raises:
        Failed: one did not get ready; those after it go on as they are.
    """
    done = []
    for name in PODS:
        path = manifests / f"{name}.yaml"
        if not path.exists():
            continue
        wanted = annotated(path.read_text(), value)
        if wanted != path.read_text():
            replace(path, wanted)
            done.append(name)
        deadline = time.monotonic() + seconds
        while not is_up(f"{name}-{node}", value, ask):
            if time.monotonic() > deadline:
                raise Failed(f"{name} did not get ready within {seconds:.0f} s after its certificates were renewed")
            time.sleep(PAUSE)
    return done


def settle(arguments: argparse.Namespace, ask: Run = run) -> str:
    """Renew and restart as far as needed; what was done, in a sentence."""
    pending: Path = arguments.records / "certificates.pending"
    earliest = min(certificates(ask), key=lambda each: int(each["residualTime"]))
    if earliest["residualTime"] < arguments.days * DAY:
        pending.touch()
        ask("kubeadm", "certs", "renew", "all")
    elif not pending.exists():
        return f"nothing to do: {earliest['name']} is the first to expire, on {earliest['expirationDate']}"
    value = min(each["expirationDate"] for each in certificates(ask))
    done = restart(arguments.node, value, arguments.manifests, arguments.timeout, ask)
    pending.unlink()
    return f"certificates are good until {value}; restarted: {', '.join(done) or 'nothing'}"


def parsed(argv: List[str]) -> argparse.Namespace:  # noqa: UP006
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--node", required=True, help="name of this node")
    parser.add_argument("--days", type=int, default=60, help="renew when one expires sooner than this")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for each static pod")
    parser.add_argument("--records", type=Path, default=RECORDS)
    parser.add_argument("--manifests", type=Path, default=MANIFESTS)
    return parser.parse_args(argv)


def main() -> None:
    """Run alone on this host: roles hold the same lock while they work with kubeadm."""
    arguments = parsed(sys.argv[1:])
    with (arguments.records / "kubeadm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            sys.stdout.write(f"{settle(arguments)}\n")
        except Failed as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
