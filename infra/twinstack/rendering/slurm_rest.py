"""slurmrestd: the parameters and files that it needs (rest.html, jwt.html, slurmrestd(8))."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Slurm
from twinstack.rendering import slurm_paths as paths
from twinstack.rendering.model import PlacedFile
from twinstack.rendering.slurm_settings import Setting

KEY = "slurm-jwt-key"
KEY_FILE = f"{paths.CONFIGURATION}/jwt_hs256.key"


def has_tokens(slurm: Slurm) -> bool:
    """Whether clients show tokens."""
    return slurm.rest is not None and slurm.rest.auth == "jwt"


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
