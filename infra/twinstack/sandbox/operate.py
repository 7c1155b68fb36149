"""The operator's place: a namespace on the sandbox's network with the environment that tools want."""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from twinstack.sandbox import network
from twinstack.sandbox.command import SandboxError
from twinstack.sandbox.hosts import over_ssh
from twinstack.sandbox.login import as_root
from twinstack.sandbox.record import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twinstack.sandbox.layout import Layout


def environment(layout: Layout, tools: Path | None, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that operates the sandbox; `tools` and ourselves go before what PATH has."""
    ours = [str(folder) for folder in (tools, Path(sys.executable).parent) if folder]
    return {
        **inherited,
        "PATH": os.pathsep.join((*ours, inherited.get("PATH", os.defpath))),
        "TWINSTACK_SANDBOX": layout.name,
        "TWINSTACK_INSTANCE": str(layout.instance),
        "KUBECONFIG": str(layout.kubeconfig),
        "PULUMI_HOME": str(layout.pulumi / "home"),
        "PULUMI_BACKEND_URL": f"file://{layout.pulumi / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(layout.passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def prepare(layout: Layout) -> None:
    """Make what the environment speaks of: Pulumi's directories and the passphrase, readable by root alone."""
    for directory in ("home", "state"):
        (layout.pulumi / directory).mkdir(parents=True, exist_ok=True)
    if not layout.passphrase.exists():
        layout.passphrase.touch(mode=0o600)
        layout.passphrase.write_text(secrets.token_urlsafe(24) + "\n")


def command(
    layout: Layout, argv: tuple[str, ...], host: str | None = None, *, terminal: bool = False
) -> tuple[str, ...]:
    """The command line that runs `argv` at the operator's place, or as root on a host.

    Raises:
        SandboxError: there is no such sandbox, or no such host in it.
    """
    record = read(layout.record)
    if record is None or not network.exists(layout.operator):
        raise SandboxError(f"no sandbox '{layout.name}' is up (twinstack sandbox rack --name {layout.name})")
    if host is None:
        return network.inside_of(layout.operator, *argv)
    if host not in record.hosts:
        raise SandboxError(f"sandbox '{layout.name}' has no host '{host}' (it has {', '.join(record.hosts)})")
    words = as_root(record.hosts[host].user, shlex.join(argv))
    return over_ssh(layout, host, words, *(("-t",) if terminal else ()))
