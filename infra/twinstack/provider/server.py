"""Serves the provider to the engine over gRPC."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeAlias, TypeVar

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from twinstack import __version__
from twinstack.provider.dispatch import TwinstackProvider
from twinstack.provider.engine_log import EngineLog
from twinstack.provider.errors import PartialError, ProviderError
from twinstack.provider.kinds import kinds
from twinstack.provider.values import property_map

Context: TypeAlias = "grpc.aio.ServicerContext[object, object]"
Request = TypeVar(
    "Request",
    provider_pb2.CheckRequest,
    provider_pb2.DiffRequest,
    provider_pb2.ReadRequest,
    provider_pb2.CreateRequest,
    provider_pb2.UpdateRequest,
    provider_pb2.DeleteRequest,
)
Response = TypeVar("Response")
Serve = Callable[[Request, Context], Awaitable[Response]]
FAILED = grpc.StatusCode.FAILED_PRECONDITION


class Servicer(ProviderServicer):
    """The experimental servicer, with failures told in the engine's own terms instead of tracebacks."""

    def __init__(self, args: list[str], provider: TwinstackProvider, engine: str) -> None:
        super().__init__(args, __version__, provider, engine)
        self._twinstack = provider

    async def Check(  # noqa: N802 - the name is the protocol's
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        """Check inputs; those of most kinds cannot be wrong and pass as they came, unread."""
        if self._twinstack.is_checked(request.urn):
            return await self._told(super().Check, request, context)
        return provider_pb2.CheckResponse(inputs=request.news)

    async def Diff(  # noqa: N802 - the name is the protocol's
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        """Compare inputs with the state; in a run without changes nearly all are the same, and need not be read."""
        if request.olds == request.news:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
        return await self._told(super().Diff, request, context)

    async def Read(  # noqa: N802 - the name is the protocol's
        self, request: provider_pb2.ReadRequest, context: Context
    ) -> provider_pb2.ReadResponse:
        """Look how a resource is found; kinds that cannot differ from their state pass as they are, unread."""
        if self._twinstack.is_observed(request.urn):
            return await self._told(super().Read, request, context)
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    async def Create(  # noqa: N802 - the name is the protocol's
        self, request: provider_pb2.CreateRequest, context: Context
    ) -> provider_pb2.CreateResponse:
        """Create a resource."""
        return await self._told(super().Create, request, context)

    async def Update(  # noqa: N802 - the name is the protocol's
        self, request: provider_pb2.UpdateRequest, context: Context
    ) -> provider_pb2.UpdateResponse:
        """Change a resource."""
        return await self._told(super().Update, request, context)

    async def Delete(  # noqa: N802 - the name is the protocol's
        self, request: provider_pb2.DeleteRequest, context: Context
    ) -> object:
        """Remove a resource."""
        return await self._told(super().Delete, request, context)

    async def _told(self, serve: Serve[Request, Response], request: Request, context: Context) -> Response:
        try:
            return await serve(request, context)
        except PartialError as error:
            secret = self._twinstack.secret_of(request.urn)
            await context.abort(FAILED, str(error), (("grpc-status-details-bin", in_part(error, secret)),))
        except ProviderError as error:
            await context.abort(FAILED, str(error))
        raise AssertionError


def in_part(error: PartialError, secret: Collection[str]) -> bytes:
    """What was done, for the engine to record: it comes back to the resource in its next run."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.resource_id,
        properties=PropertyValue.marshal_map(property_map(error.properties, secret)),
        reasons=error.reasons,
    )
    status = status_pb2.Status(code=FAILED.value[0], message=str(error))
    status.details.add().Pack(detail)
    return bytes(status.SerializeToString())


async def serve(engine: str, args: Sequence[str]) -> None:
    """Serve until the engine goes; it reads our port from standard output."""
    parent = os.getppid()
    provider = TwinstackProvider(__version__, lambda settings, runner: kinds(settings, runner, EngineLog(engine)))
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(list(args), provider, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await abandoned(engine, parent)
    await provider.cancel()
    await server.stop(grace=None)


async def abandoned(engine: str, parent: int, every: float = 1.0) -> None:
    """Return when we are told to end, or when our parent or the engine is gone.

    The engine does not tell when it is killed, and our parent is a language host that outlives it.
    """
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    while os.getppid() == parent and await answers(engine):
        try:
            await asyncio.wait_for(told.wait(), every)
        except TimeoutError:
            continue
        return


async def answers(address: str) -> bool:
    """Whether somebody still listens at an address of this machine."""
    host, _, port = address.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


def main(args: Sequence[str]) -> None:
    """Run the plugin with the engine's command line."""
    parser = argparse.ArgumentParser(description="The Pulumi resource provider of twinstack")
    parser.add_argument("engine", help="address of the Pulumi engine")
    known, _ = parser.parse_known_args(args)
    asyncio.run(serve(known.engine, args))
