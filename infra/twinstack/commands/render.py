"""`twinstack render`: write every artefact as it would be placed."""

from __future__ import annotations

from pathlib import Path

import click

from twinstack.commands.loading import FILE, site_of
from twinstack.commands.written import NotOurs, replace_tree
from twinstack.planning import plan
from twinstack.rendering import render
from twinstack.rendering.model import HostRole, Rendering


@click.command()
@FILE
@click.option("--to", "folder", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def command(file: Path, folder: Path) -> None:
    """Write every artefact, byte for byte as it would be placed. Secrets stay marks (@secret:NAME@).

    DIR/artefacts holds the files that hosts share and the manifests of roles (roles/<role>/<profile>.json);
    DIR/hosts/<host> holds what is on that host alone. DIR must be new, empty, or written by this command before.
    """
    rendering = render(plan(site_of(file)))
    files = tree(rendering)
    try:
        replace_tree(folder, files)
    except NotOurs as error:
        raise click.BadParameter(str(error), param_hint="--to") from error
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}") from error
    click.echo(
        f"{folder}: {len(rendering.artefacts)} artefacts, {len(files) - len(rendering.artefacts)} files of single hosts"
    )


def tree(rendering: Rendering) -> dict[str, str]:
    """Every file to write: its path below the folder, and its text."""
    shared = {f"artefacts/{name}": artefact.text for name, artefact in rendering.artefacts.items()}
    own = {
        f"hosts/{host}/{dest.lstrip('/')}": text
        for host, roles in rendering.hosts.items()
        for role in roles.values()
        for dest, text in own_files(role).items()
    }
    return shared | own


def own_files(role: HostRole) -> dict[str, str]:
    """A role's files of one host alone; a secret that is a whole file is shown as its mark."""
    secrets = {file.dest: f"@secret:{file.secret}@\n" for file in role.spec.files if file.secret and not file.artefact}
    return secrets | dict(role.own_files)
