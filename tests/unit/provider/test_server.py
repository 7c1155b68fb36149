"""The server as the engine sees it: a process that prints a port, answers over gRPC, and goes with its parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from twinstack import __version__
from twinstack.provider.errors import PartialError
from twinstack.provider.server import in_part
from twinstack.provider.values import plain_map, property_map

URN = "urn:pulumi:test::p::twinstack:index:{}::one"
SERVE = "import sys; from twinstack.provider.server import main; main(sys.argv[1:])"


def test_a_partial_failure_carries_the_state_with_secrets_marked() -> None:
    error = PartialError("cpu1", {"roles": {"base": "1"}, "secrets": {"munge": "hush"}}, ("role munge: no",))
    status = status_pb2.Status.FromString(in_part(error, {"secrets"}))
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert (detail.id, list(detail.reasons)) == ("cpu1", ["role munge: no"])
    properties = PropertyValue.unmarshal_map(detail.properties)
    assert plain_map(properties) == error.properties
    assert [properties[key].is_secret for key in ("roles", "secrets")] == [False, True]


@pytest.fixture
def engine() -> Iterator[socket.socket]:
    """Somebody who listens, as the engine does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def address(engine: socket.socket) -> str:
    return f"127.0.0.1:{engine.getsockname()[1]}"


@pytest.fixture
def served(
    tmp_path: Path, engine: socket.socket
) -> Iterator[tuple[subprocess.Popen[str], provider_pb2_grpc.ResourceProviderStub]]:
    (tmp_path / "Pulumi.yaml").touch()
    command = [sys.executable, "-c", SERVE, address(engine)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        with grpc.insecure_channel(f"127.0.0.1:{server.stdout.readline().strip()}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            stub.Configure(provider_pb2.ConfigureRequest(acceptSecrets=True))
            yield server, stub
        server.kill()


Served = tuple["subprocess.Popen[str]", provider_pb2_grpc.ResourceProviderStub]


def test_it_says_its_version_and_serves_a_resource(served: Served) -> None:
    _, stub = served
    assert stub.GetPluginInfo(provider_pb2.GetSchemaRequest()).version == __version__
    inputs = PropertyValue.marshal_map(property_map({"bytes": 16, "encoding": "hex"}))
    made = stub.Create(provider_pb2.CreateRequest(urn=URN.format("Secret"), properties=inputs))
    value = PropertyValue.unmarshal_map(made.properties)["value"]
    assert value.is_secret
    assert len(str(value.value)) == 32


def wire(**values: object) -> Any:
    return PropertyValue.marshal_map(property_map(values, {"secrets"}))


def test_what_is_the_same_needs_no_reading_and_what_differs_is_told_by_path(served: Served) -> None:
    _, stub = served
    urn, same = URN.format("Host"), {"name": "cpu1", "roles": {"base": "1"}, "secrets": {}}
    answer = stub.Diff(provider_pb2.DiffRequest(urn=urn, olds=wire(**same), news=wire(**same)))
    assert (answer.changes, dict(answer.detailedDiff)) == (provider_pb2.DiffResponse.DIFF_NONE, {})
    other = wire(**same | {"roles": {"base": "2"}})
    answer = stub.Diff(provider_pb2.DiffRequest(urn=urn, olds=wire(**same), news=other))
    assert (answer.changes, list(answer.detailedDiff)) == (provider_pb2.DiffResponse.DIFF_SOME, ['roles["base"]'])


def test_what_cannot_differ_from_its_state_is_read_as_it_is(served: Served) -> None:
    _, stub = served
    properties, inputs = wire(value="hush"), wire(bytes=16)
    request = provider_pb2.ReadRequest(urn=URN.format("Secret"), id="one", properties=properties, inputs=inputs)
    answer = stub.Read(request)
    assert (answer.id, answer.properties, answer.inputs) == ("one", properties, inputs)


def test_inputs_pass_as_they_came_and_wrong_ones_are_told(served: Served) -> None:
    _, stub = served
    inputs = wire(name="cpu1", secrets={"munge": "hush"})
    assert stub.Check(provider_pb2.CheckRequest(urn=URN.format("Host"), news=inputs)).inputs == inputs
    weak = provider_pb2.CheckRequest(urn=URN.format("Secret"), news=wire(bytes=1, encoding="hex"))
    assert [failure.property for failure in stub.Check(weak).failures] == ["bytes"]


def test_a_failure_is_a_message_and_no_traceback(served: Served) -> None:
    server, stub = served
    inputs = PropertyValue.marshal_map(property_map({"name": "cpu1", "address": "10.0.0.1", "roles": {"base": "1"}}))
    with pytest.raises(grpc.RpcError) as caught:
        stub.Create(provider_pb2.CreateRequest(urn=URN.format("Host"), properties=inputs))
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "host cpu1: no SSH host key is pinned" in caught.value.details()
    server.kill()
    assert server.stderr
    assert "Traceback" not in server.stderr.read()


def test_it_ends_when_it_is_told_to(served: Served) -> None:
    server, _ = served
    server.terminate()
    assert server.wait(timeout=10) == 0


def test_it_ends_when_the_engine_is_gone(served: Served, engine: socket.socket) -> None:
    server, _ = served
    engine.close()
    assert server.wait(timeout=10) == 0


def test_it_ends_when_its_parent_is_gone(tmp_path: Path, engine: socket.socket) -> None:
    (tmp_path / "Pulumi.yaml").touch()
    words = [sys.executable, "-c", SERVE, address(engine)]
    parent = f"import subprocess; subprocess.Popen({words!r}).wait()"
    with subprocess.Popen([sys.executable, "-c", parent], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        os.kill(process.pid, signal.SIGKILL)
        # The pipe ends when the last process that holds it is gone: the orphan.
        assert process.stdout.read() == ""
    assert port.isdigit()
