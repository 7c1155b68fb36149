"""Load an inventory: the typed Site, or everything that is wrong with the file."""

from __future__ import annotations

import codecs
from pathlib import Path

from twinstack.inventory.build.notes import Notes
from twinstack.inventory.build.site import build
from twinstack.inventory.compose import compose
from twinstack.inventory.mend import mend
from twinstack.inventory.model import Site
from twinstack.inventory.problems import InventoryError, Problem
from twinstack.inventory.rules import findings

LARGEST = 32 << 20


def load(path: Path | str) -> Site:
    """The Site that a file describes.

    Raises:
        InventoryError: it cannot be read or breaks a rule; holds every problem.
    """
    file = Path(path)
    document = compose(read(file), file)
    notes = Notes()
    raw = mend(document.root.plain(), notes)
    site = build(raw, document, notes) if raw is not None else None
    found = [*notes.findings, *(findings(site, notes.doubts) if site else ())]
    problems = [*document.problems, *(document.problem(notes.as_written(each)) for each in found)]
    if problems or site is None:
        raise InventoryError(problems)
    return site


def read(file: Path) -> str:
    """The text of a file.

    Raises:
        InventoryError: there is no such file, or it is no text of a sensible size.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise _unreadable(file, f"larger than {LARGEST >> 20} MiB: this is no inventory")
        return content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(file, "not text in UTF-8", line, "save it as UTF-8") from error
    except (OSError, ValueError) as error:
        raise _unreadable(file, (getattr(error, "strerror", None) or str(error)).lower()) from error


def _unreadable(file: Path, what: str, line: int = 1, hint: str = "") -> InventoryError:
    return InventoryError([Problem(file, line, "", what, hint)])
