"""How long a host may take before it counts as unreachable or failed, so that it holds up no others."""

from __future__ import annotations

from dataclasses import dataclass

from twinstack.provider.values import Properties, number

CONNECT, TASK, INSTALL = 10, 300, 1800


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: to answer, for a task, and for a task that installs (roles take it as `twinstack_install_timeout`)."""

    connect: int = CONNECT
    task: int = TASK
    install: int = INSTALL

    @classmethod
    def of(cls, properties: Properties) -> Limits:
        """The limits among the provider's settings."""
        return cls(
            connect=number(properties, "connectTimeout", CONNECT),
            task=number(properties, "taskTimeout", TASK),
            install=number(properties, "installTimeout", INSTALL),
        )
