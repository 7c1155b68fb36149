"""The content-addressed store of rendered texts on the operator's machine."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from twinstack.rendering.model import digest_of


@dataclass(frozen=True, slots=True)
class Store:
    """Texts by the sha256 of their content; `root` is made when the first text is put."""

    root: Path

    def path(self, digest: str) -> Path:
        """Where the text with this digest lies."""
        return self.root / digest

    def put(self, text: str) -> str:
        """Keep a text and return its digest; a text that is there already is not written again."""
        digest = digest_of(text)
        if not self.path(digest).exists():
            self._write(digest, text)
        return digest

    def text(self, digest: str) -> str | None:
        """The text with this digest, or None where this machine has never rendered it."""
        try:
            return self.path(digest).read_text()
        except (FileNotFoundError, IsADirectoryError):
            return None

    def _write(self, digest: str, text: str) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=self.root, delete=False) as beside:
            beside.write(text)
        Path(beside.name).replace(self.path(digest))
