"""The provider's resources as typed Pulumi classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

Options = pulumi.ResourceOptions | None


class Provider(pulumi.ProviderResource):
    """The twinstack provider; relative paths are the project's, so that state is the same on every machine."""

    def __init__(
        self,
        name: str,
        *,
        state: str,
        ssh_key_file: str | None,
        playbooks: str = "playbooks",
        timeouts: Mapping[str, int] | None = None,
        opts: Options = None,
    ) -> None:
        props = {"state": state, "playbooks": playbooks, "sshKeyFile": ssh_key_file, **(timeouts or {})}
        super().__init__("twinstack", name, {key: value for key, value in props.items() if value is not None}, opts)


class Artefact(pulumi.CustomResource):
    """A rendered text that hosts place."""

    def __init__(self, name: str, text: str, digest: str, opts: Options = None) -> None:
        props = {"name": name, "text": text, "digest": digest}
        super().__init__("twinstack:index:Artefact", name, props, opts)


class Secret(pulumi.CustomResource):
    """A value made at random once; `encoding` is hex, base64 or urlsafe."""

    value: pulumi.Output[str]

    def __init__(self, name: str, size: int, encoding: str, opts: Options = None) -> None:
        props = {"bytes": size, "encoding": encoding, "value": None}
        super().__init__("twinstack:index:Secret", name, props, opts)


@dataclass(frozen=True, slots=True)
class ConnectionArgs:
    """How a host is reached; `host_key` holds its pinned keys, one `type base64` a line."""

    name: str
    address: str
    port: int
    user: str
    host_key: pulumi.Input[str]
    jump: ConnectionArgs | None = None

    def props(self) -> dict[str, object]:
        """The properties as the provider reads them."""
        props: dict[str, object] = {
            "name": self.name,
            "address": self.address,
            "port": self.port,
            "user": self.user,
            "hostKey": self.host_key,
        }
        return {**props, "jump": self.jump.props()} if self.jump else props


class HostKey(pulumi.CustomResource):
    """The SSH host key that a host shows first, empty while it has not been met; `contact` False: not to be met now."""

    key: pulumi.Output[str]

    def __init__(self, connection: ConnectionArgs, opts: Options = None, *, contact: bool) -> None:
        props = {**connection.props(), "contact": contact, "key": None}
        super().__init__("twinstack:index:HostKey", connection.name, props, opts)


@dataclass(frozen=True)
class HostArgs:
    """What a Host is declared with; mappings are by role, `own_files` by `role:dest`, `controllers` by scheduler.

    `units` are `role:unit`, in the order in which they are started. `drain_timeout` in seconds. `peers` (by scheduler)
    and `control_planes` are host lists of who counts together when hosts are taken out of service.
    """

    connection: ConnectionArgs
    stack: str
    pool: str
    max_unavailable: int
    maintenance: bool
    roles: Mapping[str, str]
    specs: Mapping[str, str]
    own_files: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    secrets: pulumi.Input[Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    units: Sequence[str] = ()
    controllers: Mapping[str, ConnectionArgs] = field(default_factory=dict)
    drain_timeout: int = 3600
    peers: Mapping[str, str] = field(default_factory=dict)
    control_planes: str = ""

    def props(self) -> dict[str, object]:
        """The properties as the provider reads them."""
        return {
            **self.connection.props(),
            "stack": self.stack,
            "pool": self.pool,
            "maxUnavailable": self.max_unavailable,
            "drainTimeout": self.drain_timeout,
            "maintenance": self.maintenance,
            "roles": dict(self.roles),
            "specs": dict(self.specs),
            "ownFiles": dict(self.own_files),
            "own": {role: dict(own) for role, own in self.own.items()},
            "secrets": self.secrets,
            "units": list(self.units),
            "controllers": {side: connection.props() for side, connection in self.controllers.items()},
            "peers": dict(self.peers),
            "controlPlanes": self.control_planes,
        }


class Host(pulumi.CustomResource):
    """A machine with its roles."""

    roles: pulumi.Output[Mapping[str, str]]

    def __init__(self, args: HostArgs, opts: Options = None) -> None:
        super().__init__("twinstack:index:Host", args.connection.name, args.props(), opts)


class Cluster(pulumi.CustomResource):
    """The Kubernetes cluster of a control-plane host; `role` is the digest of that host's control-plane role."""

    kubeconfig: pulumi.Output[str]

    def __init__(
        self, name: str, control_plane: ConnectionArgs, *, endpoint: str, version: str, role: str, opts: Options = None
    ) -> None:
        props = {
            "endpoint": endpoint,
            "version": version,
            "controlPlane": control_plane.props(),
            "role": role,
            "kubeconfig": None,
            "caHash": None,
        }
        super().__init__("twinstack:index:Cluster", name, props, opts)


class SlurmQos(pulumi.CustomResource):
    """A QOS of the accounting database."""

    def __init__(
        self,
        name: str,
        controller: ConnectionArgs,
        *,
        description: str,
        priority: int,
        preempt: Sequence[str],
        max_jobs_per_user: int | None,
        opts: Options = None,
    ) -> None:
        props = {
            "name": name,
            "description": description,
            "priority": priority,
            "preempt": list(preempt),
            "maxJobsPerUser": max_jobs_per_user,
            "controller": controller.props(),
        }
        super().__init__("twinstack:index:SlurmQos", name, props, opts)


class SlurmAccount(pulumi.CustomResource):
    """An account of the accounting database, one a project."""

    def __init__(
        self,
        name: str,
        controller: ConnectionArgs,
        *,
        cluster: str,
        description: str,
        organization: str,
        fairshare: int,
        qos: Sequence[str],
        default_qos: str | None,
        opts: Options = None,
    ) -> None:
        props = {
            "name": name,
            "cluster": cluster,
            "description": description,
            "organization": organization,
            "fairshare": fairshare,
            "qos": list(qos),
            "defaultQos": default_qos,
            "controller": controller.props(),
        }
        super().__init__("twinstack:index:SlurmAccount", name, props, opts)


class SlurmAssociation(pulumi.CustomResource):
    """A user's right to submit to an account."""

    def __init__(
        self,
        user: str,
        account: str,
        controller: ConnectionArgs,
        *,
        cluster: str,
        coordinator: bool,
        default: bool,
        opts: Options = None,
    ) -> None:
        props = {
            "user": user,
            "account": account,
            "cluster": cluster,
            "coordinator": coordinator,
            "default": default,
            "controller": controller.props(),
        }
        super().__init__("twinstack:index:SlurmAssociation", f"{account}-{user}", props, opts)
