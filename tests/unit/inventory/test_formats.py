from __future__ import annotations

import pytest

from twinstack.inventory import formats


def test_zones_are_not_judged_on_a_machine_that_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_known", lambda _zone: False)
    formats.timezone("Europe/Madird")


@pytest.mark.parametrize("zone", ["Europe/Madird", "../etc/passwd", "/etc/localtime", "x" * 300])
def test_zones_that_are_none(zone: str) -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        formats.timezone(zone)


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_ports_that_are_none(port: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 65535"):
        formats.endpoint(f"10.0.0.1:{port}")


@pytest.mark.parametrize("text", ["10.0.0.256", "10.0.[0-1].[255-256]", "10.0.0", "010.0.0.1"])
def test_addresses_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"permitted|Expected 4|octets"):
        formats.addresses(text)


def test_formats_leave_other_types_to_type() -> None:
    assert all(formats.checker().conforms(12, name) for name in formats.FORMATS)
