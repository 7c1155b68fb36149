"""What roles bring about beside packages, files and units, and how a host is seen to differ from it.

Prefer a unit to a row here: what a unit keeps up is seen by its state. Each observer gets the role's parameters.
"""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
from pathlib import Path
from typing import Any, Callable, Dict, Iterator  # noqa: UP035 (hosts run Python 3.9, too)

Params = Dict[str, Any]  # noqa: UP006 (hosts run Python 3.9, too)


def base(params: Params) -> Iterator[str]:
    """The time zone, a link."""
    zone, link = params["timezone"], Path("/etc/localtime")
    if not link.is_symlink() or not str(link.readlink()).endswith(f"/zoneinfo/{zone}"):
        yield f"{link} is not {zone}"


def users(params: Params) -> Iterator[str]:
    """Accounts, groups and homes; the name service is asked, as when they are made."""
    for name, uid in sorted(params["users"].items()):
        yield from user(name, uid)
    for name, wanted in sorted(params["groups"].items()):
        yield from group(name, wanted)
    homes = params.get("homes")
    if homes:
        yield from (f"{homes}/{name} missing" for name in sorted(params["users"]) if not Path(homes, name).exists())


def user(name: str, uid: int) -> Iterator[str]:
    """An account that is not there, or under another number."""
    try:
        found = pwd.getpwnam(name).pw_uid
    except KeyError:
        yield f"user {name} missing"
        return
    if found != uid:
        yield f"user {name} has uid {found}, not {uid}"


def group(name: str, wanted: Params) -> Iterator[str]:
    """A group that is not there, under another number or with other members."""
    try:
        found = grp.getgrnam(name)
    except KeyError:
        yield f"group {name} missing"
        return
    if found.gr_gid != wanted["gid"]:
        yield f"group {name} has gid {found.gr_gid}, not {wanted['gid']}"
    for word, names in (
        ("lost", set(wanted["members"]) - set(found.gr_mem)),
        ("gained", set(found.gr_mem) - set(wanted["members"])),
    ):
        if names:
            yield f"group {name} {word} {', '.join(sorted(names))}"


def worker(_params: Params) -> Iterator[str]:
    """Membership in the cluster, as kubeadm leaves it: what is missing here makes the role join again."""
    for path in ("/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/pki/kubelet-client-current.pem"):
        if not os.path.lexists(path):
            yield f"{path} missing: not a member of the cluster"


def slurm_packages(params: Params) -> Iterator[str]:
    """Slurm's account; one that was there before keeps its number."""
    account = params["account"]
    if not account:
        return
    try:
        pwd.getpwnam(account["name"])
    except KeyError:
        yield f"user {account['name']} missing"


PERSISTENCE = ["nvidia-smi", "--query-gpu=persistence_mode", "--format=csv,noheader"]
PATIENCE = 60
"""Seconds that a driver has to answer: without persistence mode it initializes its GPUs first."""


def gpu(params: Params) -> Iterator[str]:
    """Persistence mode of NVIDIA's GPUs, which may be switched off under the unit that has set it."""
    if params["vendor"] != "nvidia":
        return
    try:
        done = subprocess.run(PERSISTENCE, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        yield f"nvidia-smi does not answer: {error}"
        return
    if done.returncode:
        yield f"nvidia-smi fails: {(done.stderr or done.stdout).strip()}"
        return
    modes = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    off = sum(mode != "Enabled" for mode in modes)
    if off:
        yield f"{off} of {len(modes)} GPUs without persistence mode"


OBSERVERS: dict[str, Callable[[Params], Iterator[str]]] = {
    "base": base,
    "users": users,
    "slurm-packages": slurm_packages,
    "gpu": gpu,
    "kubernetes-worker": worker,
}
