from __future__ import annotations

import pulumi.log
import pytest

from twinstack.declare.quiet import ASKED, quieten


class Engine:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def Log(self, request: object) -> None:  # noqa: N802 - the name is the protocol's
        self.told.append(str(getattr(request, "message", "")))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(pulumi.log, "get_engine", lambda: engine)
    # As before the program of another test ran.
    monkeypatch.setattr(pulumi.log, "debug", engine.told.append)
    return engine


def test_the_sdks_debug_messages_stay_here_and_all_others_go(engine: Engine) -> None:
    quieten()
    pulumi.log.debug("registering a resource")
    pulumi.log.warn("a host rests")
    assert engine.told == ["a host rests"]


def test_who_asks_for_them_gets_them(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ASKED, "1")
    quieten()
    pulumi.log.debug("registering a resource")
    assert engine.told == ["registering a resource"]
