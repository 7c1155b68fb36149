"""What commands that take an inventory file share: reading it, or saying all that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import click

from twinstack.inventory.load import load
from twinstack.inventory.model import Site
from twinstack.inventory.problems import InventoryError

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


class BadInventory(click.ClickException):
    """An inventory with problems: one line each, as `twinstack check` prints them."""

    def __init__(self, error: InventoryError) -> None:
        super().__init__("\n".join(str(problem) for problem in error.problems))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the problems alone, so that editors find file and line."""
        click.echo(self.message, file=file, err=file is None)


def site_of(path: Path) -> Site:
    """The site of an inventory file.

    Raises:
        BadInventory: the inventory has problems.
    """
    try:
        return load(path)
    except InventoryError as error:
        raise BadInventory(error) from error
