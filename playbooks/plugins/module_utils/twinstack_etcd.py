"""The etcd member of a control plane, asked over its JSON gateway: hosts have no etcdctl.

Sources: etcd.io/docs/v3.6/dev-guide/api_grpc_gateway; etcd's server/etcdserver/api/v3rpc/maintenance.go: a snapshot
ends with the SHA-256 of all before it, as in the file of `etcdctl snapshot save`.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import ssl
from pathlib import Path
from typing import IO, Any, Iterable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.twinstack_kubernetes import Failed

PKI = "/etc/kubernetes/pki/etcd"
CLIENT = "healthcheck-client"
"""kubeadm's certificate for whoever looks after etcd on its control plane; any client may do everything."""
PORT = 2379
PATIENCE = 30
"""Seconds for an answer, or for the next part of one."""
SUM = hashlib.sha256().digest_size


class Member(NamedTuple):
    """A member; the name is empty until it has started for the first time."""

    id: str
    name: str
    peers: tuple[str, ...]

    def is_on(self, name: str, address: str) -> bool:
        """Whether it is the one of this control plane."""
        return self.name == name or f"https://{address}:2380" in self.peers


class Etcd:
    """etcd of this host; certificates lie in `pki`."""

    def __init__(self, pki: Path = Path(PKI), port: int = PORT) -> None:
        self._pki = pki
        self._port = port

    def answers(self) -> bool:
        """Whether there is an etcd that answers."""
        try:
            self.members()
        except (OSError, http.client.HTTPException, Failed):
            return False
        return True

    def members(self) -> list[Member]:
        """All members of the cluster, by the consent of most."""
        found = self._ask("cluster/member/list")["members"]
        return [Member(one["ID"], one.get("name", ""), tuple(one.get("peerURLs", ()))) for one in found]

    def remove(self, member: Member) -> None:
        """Take a member out of the cluster.

        Raises:
            Failed: etcd refuses, as where too few of the others are well.
        """
        self._ask("cluster/member/remove", ID=member.id)

    def snapshot(self, target: IO[bytes]) -> None:
        """Write the database as it is now, checked by its sum."""
        with self._post("maintenance/snapshot", {}) as answer:
            write_checked(blobs(answer), target)

    def _ask(self, what: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
        with self._post(what, body) as answer:
            return dict(json.loads(answer.read()))

    def _post(self, what: str, body: dict[str, Any]) -> http.client.HTTPResponse:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self._pki / "ca.crt")
        context.load_cert_chain(self._pki / f"{CLIENT}.crt", self._pki / f"{CLIENT}.key")
        connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=PATIENCE, context=context)
        connection.request("POST", f"/v3/{what}", json.dumps(body))
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise Failed(f"etcd refused {what}: {said(answer.read())}")
        return answer


def said(body: bytes) -> str:
    """The message of a refusal."""
    try:
        return str(json.loads(body)["message"])
    except (ValueError, LookupError, TypeError):
        return body.decode(errors="replace").strip()


def blobs(lines: Iterable[bytes]) -> Iterable[bytes]:
    """The parts of a snapshot, one a line.

    Raises:
        Failed: etcd ended it with an error.
    """
    for line in lines:
        message = json.loads(line)
        if "result" not in message:
            raise Failed(f"etcd broke its snapshot off: {message.get('error', message)}")
        yield base64.b64decode(message["result"].get("blob", ""))


def write_checked(parts: Iterable[bytes], target: IO[bytes]) -> None:
    """Write all parts; the last bytes are the sum of those before.

    Raises:
        Failed: they are not.
    """
    total, rest = hashlib.sha256(), b""
    for part in parts:
        rest += part
        total.update(rest[:-SUM])
        target.write(rest[:-SUM])
        rest = rest[-SUM:]
    if total.digest() != rest:
        raise Failed("etcd's snapshot is not whole: its sum differs")
    target.write(rest)
