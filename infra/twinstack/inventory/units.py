"""Sizes, times and percentages as the inventory writes them."""

from __future__ import annotations

import re

SIZES = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"([0-9]{1,12})(KiB|MiB|GiB|TiB)")
_DURATION = re.compile(r"([0-9]{1,9})([smhd])")
_SLURM_TIME = re.compile(r"(?:(?P<days>\d{1,6})-)?(?P<first>\d{1,9})(?::(?P<second>\d{2}))?(?::(?P<third>\d{2}))?")
_DECIMAL = re.compile(r"([0-9]+(?:\.[0-9]+)?) *([kKmMgGtT])i?[bB]?")


def size(text: str) -> int:
    """Bytes of a size such as `512GiB`.

    Raises:
        ValueError: it is none; says what to write.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(size_hint(text))
    amount = int(match[1]) * SIZES[match[2]]
    if amount == 0:
        raise ValueError("nothing at all; leave the line out")
    return amount


def size_hint(text: str) -> str:
    """What to write in place of something that was meant as a size."""
    if (near := _DECIMAL.fullmatch(text)) and "." not in near[1]:
        return f"units are powers of 1024: {near[1]}{near[2].upper()}iB"
    if text.isdecimal():
        return f"name the unit: {text}GiB, or {text}MiB if that is meant"
    return "a whole number with KiB, MiB, GiB or TiB"


def duration(text: str) -> int:
    """Seconds of a time such as `300s` or `30d`.

    Raises:
        ValueError: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"name the unit: {text}s" if text.isdecimal() else "a whole number with s, m, h or d")
    seconds = int(match[1]) * _SECONDS[match[2]]
    if seconds == 0:
        raise ValueError("no time at all")
    return seconds


def slurm_minutes(text: str) -> int | None:
    """Minutes of a Slurm time limit, rounded up; None where there is no limit.

    The forms are minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes and
    days-hours:minutes:seconds (sbatch(1), --time).

    Raises:
        ValueError: a form that Slurm does not know, or minutes or seconds beyond 59.
    """
    if text in {"UNLIMITED", "INFINITE"}:
        return None
    match = _SLURM_TIME.fullmatch(text)
    if match is None:
        raise ValueError("D-HH:MM:SS, HH:MM:SS, MM:SS or minutes")
    given = [int(match[name]) for name in ("first", "second", "third") if match[name]]
    for part in given[1:]:
        if part > 59:  # noqa: PLR2004
            raise ValueError(f"minutes and seconds go up to 59, not {part}")
    days = match["days"]
    if days and given[0] > 23:  # noqa: PLR2004
        raise ValueError(f"hours beside days go up to 23, not {given[0]}")
    seconds = int(days) * 86400 + _seconds(given, 3600) if days else _seconds(given, 3600 if len(given) > 2 else 60)  # noqa: PLR2004
    if seconds == 0:
        raise ValueError("no time at all")
    return -(-seconds // 60)


def _seconds(parts: list[int], first: int) -> int:
    """Seconds of parts of which the first counts `first` seconds and each further one a 60th of it."""
    return sum(part * first // 60**index for index, part in enumerate(parts))
