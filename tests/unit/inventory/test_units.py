from __future__ import annotations

import pytest

from twinstack.inventory.units import duration, size, size_hint, slurm_minutes


@pytest.mark.parametrize(
    ("text", "bytes_"), [("1KiB", 1024), ("512GiB", 512 << 30), ("4TiB", 4 << 40), ("010MiB", 10 << 20)]
)
def test_sizes(text: str, bytes_: int) -> None:
    assert size(text) == bytes_


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("128", "name the unit: 128GiB, or 128MiB if that is meant"),
        ("480GB", "units are powers of 1024: 480GiB"),
        ("480 gb", "units are powers of 1024: 480GiB"),
        ("64G", "units are powers of 1024: 64GiB"),
        ("1.5TiB", "a whole number with KiB, MiB, GiB or TiB"),
        ("-1GiB", "a whole number with KiB, MiB, GiB or TiB"),
        ("lots", "a whole number with KiB, MiB, GiB or TiB"),
        ("0GiB", "nothing at all; leave the line out"),
        ("9" * 5000 + "GiB", "units are powers of 1024"),
    ],
)
def test_what_is_no_size_says_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        size(text)


def test_a_hint_never_advises_fractions() -> None:
    assert size_hint("1.5TB") == "a whole number with KiB, MiB, GiB or TiB"


@pytest.mark.parametrize(("text", "seconds"), [("300s", 300), ("5m", 300), ("2h", 7200), ("30d", 2592000)])
def test_durations(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(("text", "hint"), [("300", "name the unit: 300s"), ("0s", "no time"), ("1w", "s, m, h or d")])
def test_what_is_no_duration(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        duration(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        ("10:30", 11),
        ("01:00:00", 60),
        ("1-12", 2160),
        ("1-12:30", 2190),
        ("3-00:00:00", 4320),
        ("0-00:00:01", 1),
        ("UNLIMITED", None),
    ],
)
def test_slurm_times(text: str, minutes: int | None) -> None:
    assert slurm_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1-25:00:00", "hours beside days go up to 23, not 25"),
        ("01:60:00", "minutes and seconds go up to 59, not 60"),
        ("3d", "D-HH:MM:SS"),
        ("00:00:00", "no time at all"),
    ],
)
def test_what_is_no_slurm_time(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        slurm_minutes(text)
