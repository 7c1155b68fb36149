"""Taking back what kubeadm made, without touching what pods had mounted.

`kubeadm reset` deletes all below the kubelet's folder. Of its own (1.35, cmd/kubeadm/app/cmd/phases/reset) it only
warns when the kubelet, which may mount again, does not stop (cleanupnode.go), and passes over a mount that the kernel
calls locked (EINVAL, unmount_linux.go): the files of such a volume would be deleted. So the kubelet is stopped and
every mount is gone before, or nothing is reset.
"""

from __future__ import annotations

import os
import re

from ansible.module_utils.twinstack_kubernetes import KUBELET, KUBELET_UNIT, LEAVING, Failed, Host, leftovers, wait
from ansible.module_utils.twinstack_leaving import PATIENCE, SHOWN, holders

CONTAINERD_UNIT = "containerd.service"
SOCKET = "unix:///run/containerd/containerd.sock"
TASKS = ("ctr", "--namespace", "k8s.io", "tasks")
ESCAPED = re.compile(r"\\([0-7]{3})")
RESTING = frozenset({"inactive", "failed"})
# Seconds for pods to end by themselves (the kubelet's own default), then for the kernel to end them.
ENDS = (("SIGTERM", 30), ("SIGKILL", 10))


def release(host: Host) -> list[str]:
    """Stop the kubelet and take off the volumes of pods; what was done.

    Raises:
        Failed: one stays mounted.
    """
    done = stop_kubelet(host)
    for where in mounts(host):
        host.attempt("timeout", "--kill-after=5", PATIENCE, "umount", "--no-canonicalize", where)
        done.append(f"umount {where}")
    left = mounts(host)
    if left:
        raise Failed(still_mounted(left))
    return done


def stop_kubelet(host: Host) -> list[str]:
    """Stop the kubelet, after which nothing is mounted for pods or started; what was done."""
    state = host.run("systemctl", "show", "--property", "ActiveState", "--value", KUBELET_UNIT).strip()
    if state in RESTING:
        return []
    host.run("systemctl", "stop", KUBELET_UNIT)
    return [f"stop {KUBELET_UNIT}"]


def mounts(host: Host) -> list[str]:
    """Where something is mounted below the kubelet's folder, the latest first, so that none hides another."""
    below = f"{os.path.realpath(host.path(KUBELET))}/"
    lines = host.path("/proc/self/mountinfo").read_text(errors="surrogateescape").splitlines()
    points = [ESCAPED.sub(lambda found: chr(int(found[1], 8)), line.split()[4]) for line in lines]
    return [point for point in reversed(points) if point.startswith(below)]


def still_mounted(left: list[str]) -> str:
    """What is told of volumes that cannot be taken off."""
    who = [holder for where in left for holder in holders(where)]
    by = f" (in use by {', '.join(who[:SHOWN])})" if who else ""
    return (
        f"{', '.join(left[:SHOWN])}: still mounted{by}. A reset would delete the files of these volumes, so nothing "
        "was reset; take them off and run `pulumi up` again"
    )


def halt(host: Host) -> list[str]:
    """End whatever still runs in pods, static ones too, and leave it where it is; what was done.

    They go on without kubelet and containerd, which is asked for them and hence started.
    """
    host.run("systemctl", "start", CONTAINERD_UNIT)
    first = running(host)
    for signal, seconds in ENDS:
        for task in running(host):
            host.attempt(*TASKS, "kill", "--signal", signal, task)
        try:
            wait(lambda: not running(host), seconds, "containers did not end")
            break
        except Failed:
            if signal == ENDS[-1][0]:
                raise
    return [f"end {task}" for task in first]


def running(host: Host) -> list[str]:
    """Containers of pods with a process."""
    rows = (line.split() for line in host.run(*TASKS, "list").splitlines()[1:])
    return [row[0] for row in rows if row and row[-1] != "STOPPED"]


def reset(host: Host) -> list[str]:
    """Take back what kubeadm made; what was done.

    Containers are ended after it once more: kubeadm only warns of those that it could not remove.
    """
    done = release(host)
    host.run("kubeadm", "reset", "--force", "--cri-socket", SOCKET)
    return [*done, "reset", *halt(host)]


def leave(host: Host) -> list[str]:
    """Reset a host that leaves for good, also one whose reset was cut off; nothing where kubeadm has made nothing."""
    if not leftovers(host):
        return []
    done = reset(host)
    host.forget()
    return done


def prepare(host: Host) -> list[str]:
    """Make a host ready to leave: from here on it counts as no member, and joins anew if it is wanted again."""
    if not leftovers(host):
        return []
    done = release(host)
    if host.record.get("state") != LEAVING:
        host.update_record(state=LEAVING)
    return done
