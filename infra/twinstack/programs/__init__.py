"""Programs that are placed on hosts as they stand here, and run there by units: Python 3.9, standard library only."""

from __future__ import annotations

from importlib.resources import files


def text(name: str) -> str:
    """The text of a program."""
    return files(__name__).joinpath(f"{name}.py").read_text()
