"""MariaDB for Slurm's accounting: loopback only, InnoDB as Slurm's accounting guide asks for.

Source: https://slurm.schedmd.com/accounting.html ("between 5 and 50 percent of the available memory"); slurmdbd
26.05.5: "innodb_snapshot_isolation is enabled, which is not supported by Slurm". MariaDB has it on from 11.6 on; one
that does not know it passes over what is `loose`.
"""

from __future__ import annotations

from twinstack.inventory.model import Hardware

MIB = 1 << 20
_PART_OF_MEMORY = 8
_LEAST, _MOST = 128, 16 * 1024


def text(hardware: Hardware) -> str:
    """The whole file for a database host of that hardware."""
    return (
        "[mariadbd]\n"
        "bind-address = 127.0.0.1\n"
        f"innodb_buffer_pool_size = {buffer_pool(hardware)}M\n"
        "innodb_log_file_size = 64M\n"
        "innodb_lock_wait_timeout = 900\n"
        "loose_innodb_snapshot_isolation = OFF\n"
        "max_allowed_packet = 16M\n"
    )


def buffer_pool(hardware: Hardware) -> int:
    """MiB of memory for InnoDB: an eighth of the machine without huge pages, for the host has other work, too."""
    return min(max((hardware.memory - hardware.hugepage_memory) // MIB // _PART_OF_MEMORY, _LEAST), _MOST)
