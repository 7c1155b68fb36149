"""A provider that takes any resource and touches nothing: the engine wants one for the types that policies judge."""

# ruff: noqa: ARG002 - the engine's signatures

import sys

from pulumi.provider.experimental.provider import (
    CheckRequest,
    CheckResponse,
    ConfigureRequest,
    ConfigureResponse,
    CreateRequest,
    CreateResponse,
    DiffRequest,
    DiffResponse,
    GetSchemaRequest,
    GetSchemaResponse,
    Provider,
)
from pulumi.provider.experimental.server import main


class Anything(Provider):
    async def get_schema(self, request: GetSchemaRequest) -> GetSchemaResponse:
        return GetSchemaResponse('{"name": "anything", "version": "0.1.0"}')

    async def check_config(self, request: CheckRequest) -> CheckResponse:
        return CheckResponse(request.new_inputs)

    async def diff_config(self, request: DiffRequest) -> DiffResponse:
        return DiffResponse(changes=False)

    async def configure(self, request: ConfigureRequest) -> ConfigureResponse:
        return ConfigureResponse(supports_preview=True)

    async def check(self, request: CheckRequest) -> CheckResponse:
        return CheckResponse(request.new_inputs)

    async def create(self, request: CreateRequest) -> CreateResponse:
        return CreateResponse("", {})  # no outputs, as from a provider whose cluster is not there yet


main(sys.argv[1:], "0.1.0", Anything())
