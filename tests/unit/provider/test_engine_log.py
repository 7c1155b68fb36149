from __future__ import annotations

import asyncio
from typing import Any

import grpc.aio
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from twinstack.provider.engine_log import EngineLog


class Engine(engine_pb2_grpc.EngineServicer):
    """Remembers what it was told, and is slow about the first."""

    def __init__(self) -> None:
        self.told: list[engine_pb2.LogRequest] = []
        self.all = asyncio.Event()

    async def Log(self, request: engine_pb2.LogRequest, _context: Any) -> empty_pb2.Empty:  # noqa: N802
        if not self.told:
            await asyncio.sleep(0.05)
        self.told.append(request)
        if len(self.told) == 3:
            self.all.set()
        return empty_pb2.Empty()


def test_messages_arrive_in_order_beside_their_resource_without_being_waited_for() -> None:
    async def story() -> None:
        engine, server = Engine(), grpc.aio.server()
        engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
        shown = EngineLog(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
        await server.start()
        shown.status("urn", "role base")
        shown.info("urn", "done")
        shown.warning("", "beware")
        await asyncio.wait_for(engine.all.wait(), 10)
        await server.stop(None)
        assert [(one.urn, one.message, one.ephemeral, one.severity) for one in engine.told] == [
            ("urn", "role base", True, engine_pb2.INFO),
            ("urn", "done", False, engine_pb2.INFO),
            ("", "beware", False, engine_pb2.WARNING),
        ]

    asyncio.run(story())
