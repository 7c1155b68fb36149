"""Messages for the engine's own display."""

from __future__ import annotations

import asyncio
from typing import Protocol

import grpc.aio  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class Log(Protocol):
    """Shows messages beside the resource that they are about (`urn` empty: beside the stack)."""

    def status(self, urn: str, message: str) -> None:
        """What is going on now; the next status replaces it."""

    def info(self, urn: str, message: str) -> None:
        """A message that stays."""

    def warning(self, urn: str, message: str) -> None:
        """A warning that stays."""


class EngineLog:
    """Sends messages to the engine at `address`, in order, without making anyone wait for them."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self._last: asyncio.Task[None] | None = None

    def status(self, urn: str, message: str) -> None:
        """What is going on now; the next status replaces it."""
        self._send(engine_pb2.INFO, urn, message, ephemeral=True)

    def info(self, urn: str, message: str) -> None:
        """A message that stays."""
        self._send(engine_pb2.INFO, urn, message)

    def warning(self, urn: str, message: str) -> None:
        """A warning that stays."""
        self._send(engine_pb2.WARNING, urn, message)

    def _send(
        self, severity: engine_pb2.LogSeverity.ValueType, urn: str, message: str, *, ephemeral: bool = False
    ) -> None:
        request = engine_pb2.LogRequest(severity=severity, urn=urn, message=message, ephemeral=ephemeral)
        self._last = asyncio.create_task(self._deliver(request, self._last))

    async def _deliver(self, request: engine_pb2.LogRequest, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await earlier
        if self._stub is None:
            self._stub = engine_pb2_grpc.EngineStub(grpc.aio.insecure_channel(self._address))
        await self._stub.Log(request)
