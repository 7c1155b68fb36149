"""Artefact, Secret and Cluster: resources without a batch."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_skew as skew
from tests.unit.provider.kubeconfigs import NOW, kubeconfig
from twinstack.provider.connection import Connection
from twinstack.provider.errors import ProviderError
from twinstack.provider.kubernetes_versions import refusal
from twinstack.provider.resources.artefact import ArtefactResource
from twinstack.provider.resources.base import Call
from twinstack.provider.resources.cluster import ADMIN_CONFIG, ClusterResource, SshReader, ca_hash
from twinstack.provider.resources.secret import SecretResource
from twinstack.provider.store import Store
from twinstack.provider.values import UNKNOWN
from twinstack.rendering.model import digest_of

CALL = Call("urn", "name")
PREVIEW = Call("urn", "name", preview=True)
KUBECONFIG = kubeconfig(365)
CLUSTER = {
    "endpoint": "10.0.0.1:6443",
    "version": "1.35.4",
    "controlPlane": {"name": "ctl1", "address": "10.0.0.1", "hostKey": "ssh-ed25519 A"},
    "role": "digest",
}


def artefact(text: str) -> dict[str, str]:
    return {"name": "slurm/slurm.conf", "text": text, "digest": digest_of(text)}


def test_an_artefact_is_kept_in_the_store_but_not_by_a_preview(tmp_path: Path) -> None:
    store = Store(tmp_path)
    resource = ArtefactResource(store)
    asyncio.run(resource.create(PREVIEW, artefact("one")))
    assert store.text(digest_of("one")) is None
    asyncio.run(resource.create(CALL, artefact("one")))
    asyncio.run(resource.update(CALL, artefact("one"), artefact("two")))
    assert [store.text(digest_of(text)) for text in ("one", "two")] == ["one", "two"]


def test_an_artefact_differs_by_its_text_and_its_digest_must_be_right(tmp_path: Path) -> None:
    resource = ArtefactResource(Store(tmp_path))
    assert set(resource.diff(artefact("one"), artefact("two")).paths) == {"text"}
    assert resource.diff(artefact("one"), {**artefact("one"), "name": "x"}).replaces == ("name",)
    assert asyncio.run(resource.check(artefact("one"), {})) == {}
    assert "digest" in asyncio.run(resource.check({**artefact("one"), "digest": "0"}, {}))


@pytest.mark.parametrize(
    ("encoding", "read"),
    [
        ("hex", bytes.fromhex),
        ("base64", base64.b64decode),
        ("urlsafe", lambda value: base64.urlsafe_b64decode(f"{value}==")),
    ],
)
def test_a_secret_is_random_and_as_long_as_asked(encoding: str, read: object) -> None:
    resource, inputs = SecretResource(), {"bytes": 24, "encoding": encoding}
    values = {str(asyncio.run(resource.create(CALL, inputs))[1]["value"]) for _ in range(2)}
    assert len(values) == 2
    assert {len(read(value)) for value in values} == {24}  # type: ignore[operator]


def test_a_secret_is_not_known_in_a_preview_and_never_shown() -> None:
    assert asyncio.run(SecretResource().create(PREVIEW, {"bytes": 24, "encoding": "hex"}))[1]["value"] == UNKNOWN
    assert "value" in SecretResource.SECRET


def test_another_length_replaces_a_secret_and_a_weak_one_is_refused() -> None:
    inputs = {"bytes": 24, "encoding": "hex"}
    assert SecretResource().diff({**inputs, "value": "v"}, inputs).paths == {}
    assert SecretResource().diff(inputs, {**inputs, "bytes": 32}).replaces == ("bytes",)
    assert asyncio.run(SecretResource().check(inputs, {})) == {}
    assert set(asyncio.run(SecretResource().check({"bytes": 8, "encoding": "rot13"}, {}))) == {"bytes", "encoding"}


@dataclass
class FakeReader:
    text: str = KUBECONFIG
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def read(self, host: Connection, path: str) -> str:
        self.asked.append((host.name, path))
        return self.text


def test_the_kubeconfig_is_fetched_from_the_control_plane_and_stays_secret() -> None:
    reader = FakeReader()
    state = asyncio.run(ClusterResource(reader).create(CALL, CLUSTER))[1]
    assert state["kubeconfig"] == KUBECONFIG
    assert state["caHash"] == ca_hash(KUBECONFIG)
    assert reader.asked == [("ctl1", ADMIN_CONFIG)]
    assert "kubeconfig" in ClusterResource.SECRET


def test_a_preview_fetches_nothing() -> None:
    reader = FakeReader()
    state = asyncio.run(ClusterResource(reader).update(PREVIEW, CLUSTER, CLUSTER))
    assert (state["kubeconfig"], reader.asked) == (UNKNOWN, [])


def test_a_changed_control_plane_is_fetched_again() -> None:
    resource = ClusterResource(FakeReader(), clock=lambda: NOW)
    state = asyncio.run(resource.create(CALL, CLUSTER))[1]
    assert resource.diff(state, CLUSTER).paths == {}
    assert set(resource.diff(state, {**CLUSTER, "role": "new"}).paths) == {"role"}


@pytest.mark.parametrize(("days", "again"), [(365, set()), (46, set()), (44, {"expires"}), (-1, {"expires"})])
def test_a_kubeconfig_is_fetched_again_before_it_expires(days: int, again: set[str]) -> None:
    resource = ClusterResource(FakeReader(kubeconfig(days)), clock=lambda: NOW)
    state = asyncio.run(resource.create(CALL, CLUSTER))[1]
    assert set(resource.diff(state, CLUSTER).paths) == again


def test_a_kubeconfig_of_unknown_age_is_fetched_again() -> None:
    assert set(ClusterResource(FakeReader()).diff(CLUSTER, CLUSTER).paths) == {"expires"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1.34.4", "1.35.4", None),
        ("1.35.4", "1.34.4", "does not go back"),
        ("1.34.4", "1.36.1", "skips a minor version: go to 1.35 first"),
    ],
)
def test_a_version_that_cannot_follow_is_refused_by_a_preview(old: str, new: str, says: str | None) -> None:
    checked = ClusterResource(FakeReader()).check({**CLUSTER, "version": new}, {**CLUSTER, "version": old})
    assert says in asyncio.run(checked)["version"] if says else asyncio.run(checked) == {}
    assert bool(refusal(old, new)) == bool(skew.step(old, new))


def test_a_first_cluster_may_have_any_version() -> None:
    assert asyncio.run(ClusterResource(FakeReader()).check(CLUSTER, {})) == {}


@pytest.mark.parametrize("text", ["", "[]", "clusters: []", "clusters: [{cluster: {}}]", ": :"])
def test_what_is_no_kubeconfig_is_refused(text: str) -> None:
    with pytest.raises(ProviderError, match="is not a kubeconfig"):
        ca_hash(text)


@pytest.fixture
def fake_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return program


def script(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def test_files_are_read_by_ssh_as_root_and_written_nowhere(tmp_path: Path, fake_ssh: Path) -> None:
    script(fake_ssh, 'shift 2; echo "$@"')
    reader = SshReader(tmp_path / "state" / "runs", None)
    root, other = Connection("ctl1", "10.0.0.1", host_key="k"), Connection("ctl1", "10.0.0.1", user="debian")
    assert asyncio.run(reader.read(root, "/etc/x")) == "ctl1 cat /etc/x\n"
    assert asyncio.run(reader.read(other, "/etc/x")) == "ctl1 sudo -n cat /etc/x\n"
    assert "cat /etc/x" not in "".join(path.read_text() for path in (tmp_path / "state").rglob("*") if path.is_file())


def test_a_file_that_cannot_be_read_is_told_with_what_ssh_said(tmp_path: Path, fake_ssh: Path) -> None:
    script(fake_ssh, "echo Permission denied >&2; exit 255")
    with pytest.raises(ProviderError, match="host ctl1: cannot read /etc/x: Permission denied"):
        asyncio.run(SshReader(tmp_path / "runs", None).read(Connection("ctl1", "10.0.0.1"), "/etc/x"))
