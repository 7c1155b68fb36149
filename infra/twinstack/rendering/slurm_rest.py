"""slurmrestd: the parameters and files that it needs (rest.html, jwt.html, slurmrestd(8))."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Slurm
from twinstack.rendering import slurm_paths as paths
from twinstack.rendering.model import PlacedFile
from twinstack.rendering.slurm_settings import Setting

USER = "slurmrestd"
SOCKET = "/run/slurmrestd/slurmrestd.socket"
PORT = 6820
KEY = "slurm-jwt-key"
KEY_FILE = f"{paths.CONFIGURATION}/jwt_hs256.key"


def has_tokens(slurm: Slurm) -> bool:
    """Whether clients show tokens."""
    return slurm.rest is not None and slurm.rest.auth == "jwt"


def words(slurm: Slurm) -> tuple[str, ...]:
    """What daemons that check tokens need of the distribution (slurmctld and slurmdbd alone load AuthAltTypes)."""
    return ("slurm-jwt",) if has_tokens(slurm) else ()


def settings(slurm: Slurm) -> Iterator[Setting]:
    """What lets slurmctld and slurmdbd accept tokens beside munge."""
    if has_tokens(slurm):
        yield "AuthAltTypes", "auth/jwt"
        yield "AuthAltParameters", f"jwt_key={KEY_FILE}"


def key_files(slurm: Slurm, *units: str) -> tuple[PlacedFile, ...]:
    """The key that signs tokens: a secret of the stack, for the daemons that check them."""
    if not has_tokens(slurm):
        return ()
    return (PlacedFile(KEY_FILE, secret=KEY, owner=paths.USER, group=paths.GROUP, mode="0400", restarts=units),)


def drop_in(slurm: Slurm) -> str:
    """The unit as the site runs it, whatever a release's own listens on: unprivileged, and only on this host.

    Without SLURM_JWT slurmrestd speaks to slurmctld by munge, as its own user; with it, as the token's holder.
    """
    tokens, auth = has_tokens(slurm), slurm.rest.auth if slurm.rest else "local"
    listens = f"unix:{SOCKET} 127.0.0.1:{PORT}" if tokens else f"unix:{SOCKET}"
    jwt = "Environment=SLURM_JWT=daemon\nUMask=0000\n" if tokens else "UnsetEnvironment=SLURM_JWT\n"
    return (
        "[Unit]\nStartLimitIntervalSec=0\n\n[Service]\n"
        f"User={USER}\nGroup={USER}\nRuntimeDirectory=slurmrestd\nRuntimeDirectoryMode=0755\n"
        f"{jwt}UnsetEnvironment=SLURMRESTD_LISTEN\nNoNewPrivileges=yes\nProtectSystem=strict\nProtectHome=yes\n"
        f"ExecStart=\nExecStart=/usr/sbin/slurmrestd -a rest_auth/{auth} {listens}\n"
        "Restart=on-failure\nRestartSec=5s\n"
    )
