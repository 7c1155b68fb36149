"""Keeps the SDK's debug messages from the engine, which shows them under `--debug` only.

The SDK sends each by a call that blocks its event loop, some six a resource (pulumi/log.py, `_log`): about a quarter of
what a preview of 1,000 hosts takes. It has no switch for them.
"""

from __future__ import annotations

import os

import pulumi.log

ASKED = "TWINSTACK_SDK_DEBUG"
"""Environment variable: set to anything, the SDK's debug messages come through."""


def quieten() -> None:
    """Drop debug messages of the SDK from here on, unless they were asked for."""
    if not os.environ.get(ASKED):
        setattr(pulumi.log, "debug", _unheard)  # noqa: B010 - a type checker takes an assignment for a mistake


def _unheard(*_message: object, **_options: object) -> None:
    """Take a message that nobody asked for."""
