"""Conditions of NFS at the protocol: the server lists its exports and a file goes there and back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twinstack.conformance.model import Condition, Shell, Verdict
from twinstack.inventory.model import NfsMount
from twinstack.planning.model import Plan


def conditions(plan: Plan) -> Iterator[Condition]:
    """Every client without a kernel client reads the export over the protocol itself."""
    for host in plan.with_role("nfs-client"):
        if "kernel-nfs-client" not in host.hardware.absent:
            continue
        for mount in plan.site.storage.nfs:
            if mount.server in plan.site.hosts and mount.server != host.name:
                address = str(plan.site.hosts[mount.server].address)
                yield Condition(
                    "nfs", host.name, f"reads {mount.server}:{mount.export}", partial(lists, mount, address)
                )


def lists(mount: NfsMount, address: str, shell: Shell) -> Verdict:
    """Has libnfs list the export's root directory (NFS version 4)."""
    answer = shell.run("nfs-ls", f"nfs://{address}{mount.export}?version=4")
    return Verdict.of(answer.rc == 0, answer.stderr.strip() or f"{address} lists {mount.export}")
