"""How many hosts of a pool a disruptive change may take out at a time."""

from __future__ import annotations

from twinstack.inventory.model import Pool


def max_unavailable(pool: Pool) -> int:
    """The pool's limit as a number of hosts: percentages are rounded down, and it is at least one."""
    wanted = pool.max_unavailable
    if wanted.endswith("%"):
        return max(1, len(pool.hosts) * int(wanted[:-1]) // 100)
    return max(1, int(wanted))
