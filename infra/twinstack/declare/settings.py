"""What a stack's configuration says: where the inventory is, and where this machine keeps its runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi

NAMESPACE = "twinstack"
STACKS = "stacks"


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths of one stack; `state` and `playbooks` are relative to the project where they lie in it."""

    root: Path
    inventory: Path
    state: str
    playbooks: str

    @classmethod
    def of(cls, config: pulumi.Config, root: Path, stack: str) -> Settings:
        """The settings of a stack; relative paths in them are taken from the folder of the stack configurations."""
        stacks = root / STACKS
        return cls(
            root=root,
            inventory=stacks / (config.get("inventory") or f"{stack}/site.yaml"),
            state=beside(
                root, stacks / config.require("state") if config.get("state") else root / ".twinstack" / stack
            ),
            playbooks=config.get("playbooks") or "playbooks",
        )

    @property
    def artefacts(self) -> Path:
        """The folder of the artefact store."""
        return self.root / self.state / "artefacts"


def beside(root: Path, path: Path) -> str:
    """A path as state keeps it: relative inside the project, so that it is the same in every clone."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
