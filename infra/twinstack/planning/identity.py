"""Numbers of groups: every project has one, the same on every host."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

FIRST_GID = 30000
GIDS = 20000


def project_gids(projects: Iterable[str]) -> Mapping[str, int]:
    """A gid for each project, from 30000 to 49999, derived from its name.

    Files carry the number for years, so a project must keep it when others come and go: the number is a checksum of
    the name, and only of two projects that collide does the alphabetically later one move up to the next free number.
    """
    taken: dict[int, str] = {}
    for project in sorted(projects):
        offset = zlib.crc32(project.encode()) % GIDS
        while FIRST_GID + offset in taken:
            offset = (offset + 1) % GIDS
        taken[FIRST_GID + offset] = project
    return {project: gid for gid, project in sorted(taken.items(), key=lambda item: item[1])}
