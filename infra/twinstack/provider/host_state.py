"""A host as its resource's properties say: how it is reached, which roles it has and by what digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from twinstack.provider.connection import Connection
from twinstack.provider.values import Properties, flag, mapping, number, table, text, texts

DRAIN_TIMEOUT = 3600


@dataclass(frozen=True, slots=True)
class Drift:
    """How a role on a host was found to differ from what was applied, in words, and what to restart to mend it."""

    found: tuple[str, ...]
    restart: tuple[str, ...] = ()

    @classmethod
    def of(cls, properties: Properties) -> Drift:
        """Drift from a state."""
        return cls(texts(properties, "found"), texts(properties, "restart"))

    @property
    def properties(self) -> dict[str, object]:
        """Drift as a state keeps it."""
        return {"found": list(self.found), **({"restart": list(self.restart)} if self.restart else {})}


@dataclass(frozen=True)
class HostState:
    """The properties of a Host, typed; in a state `roles` are the digests that were applied, in inputs those wanted.

    `drain_timeout` in seconds. `half_done` are, in a state, roles that were in place before a change of them failed.
    `units` are pairs of role and systemd unit in the order of roles (the engine keeps no order in mappings). `drift` is
    in a state only, by role, from the last time that the host was observed. `peers` are by scheduler the nodes of its
    pool, `control_planes` those of the cluster where it is one: host lists, not compared, and current in inputs only.
    """

    connection: Connection
    pool: str
    max_unavailable: int
    drain_timeout: int
    maintenance: bool
    roles: Mapping[str, str]
    specs: Mapping[str, str]
    own_files: Mapping[str, str]
    own: Mapping[str, Mapping[str, object]]
    secrets: Mapping[str, Mapping[str, str]]
    units: tuple[tuple[str, str], ...]
    controllers: Mapping[str, Connection]
    drift: Mapping[str, Drift]
    half_done: tuple[str, ...] = ()
    peers: Mapping[str, str] = field(default_factory=dict)
    control_planes: str = ""

    @classmethod
    def of(cls, properties: Properties) -> HostState:
        """A host from its resource's properties."""
        own, secrets, controllers, drift = (
            mapping(properties, key) for key in ("own", "secrets", "controllers", "drift")
        )
        return cls(
            connection=Connection.of(properties),
            pool=text(properties, "pool"),
            max_unavailable=number(properties, "maxUnavailable", 1),
            drain_timeout=number(properties, "drainTimeout", DRAIN_TIMEOUT),
            maintenance=flag(properties, "maintenance"),
            roles=table(properties, "roles"),
            specs=table(properties, "specs"),
            own_files=table(properties, "ownFiles"),
            own={role: mapping(own, role) for role in own},
            secrets={role: table(secrets, role) for role in secrets},
            units=tuple((role, unit) for role, _, unit in (name.partition(":") for name in texts(properties, "units"))),
            controllers={side: Connection.of(mapping(controllers, side)) for side in controllers},
            half_done=texts(properties, "halfDone"),
            drift={role: Drift.of(mapping(drift, role)) for role in drift},
            peers=table(properties, "peers"),
            control_planes=text(properties, "controlPlanes"),
        )

    @property
    def name(self) -> str:
        """The host's name."""
        return self.connection.name

    @property
    def serving(self) -> tuple[str, ...]:
        """Roles that may run something for others: those in place, and those that a change has left half done."""
        return tuple(dict.fromkeys((*self.roles, *self.half_done)))


def pending(old: HostState, new: HostState) -> tuple[str, ...]:
    """Roles to be applied: those whose content or secrets changed or that drifted, all on a machine installed anew."""
    if not new.connection.is_same_machine(old.connection):
        return tuple(new.roles)
    return tuple(role for role in new.roles if is_pending(role, old, new))


def is_pending(role: str, old: HostState, new: HostState) -> bool:
    """Whether one role differs from what was applied, or the host from what it placed."""
    return old.roles.get(role) != new.roles[role] or is_turned(role, old, new) or role in old.drift


def is_turned(role: str, old: HostState, new: HostState) -> bool:
    """Whether a role has other secrets to take up."""
    return old.secrets.get(role, {}) != new.secrets.get(role, {})


def in_place(state: HostState, wanted: HostState) -> tuple[str, ...]:
    """Roles of a state that were applied as they were last wanted: those of which a host can be expected to be so."""
    return tuple(role for role, digest in state.roles.items() if wanted.roles.get(role) == digest)


def leaving(old: HostState, new: HostState) -> dict[str, tuple[str, ...]]:
    """By role that stays the units that it started and no longer has, last started first; none on another machine.

    What another role has now goes on running.
    """
    if not new.connection.is_same_machine(old.connection):
        return {}
    wanted = {unit for _, unit in new.units}
    found: dict[str, tuple[str, ...]] = {}
    for role, unit in reversed(old.units):
        if role in new.roles and unit not in wanted and may_end(unit):
            found[role] = (*found.get(role, ()), unit)
    return found


def may_end(unit: str) -> bool:
    """Whether a unit is a role's to end: a target (remote-fs.target) is the machine's own, whoever enabled it."""
    return not unit.endswith(".target")


def dropped(old: HostState, new: HostState) -> tuple[str, ...]:
    """Roles that were applied, if only in part, and are no longer wanted; none on a machine installed anew."""
    if not new.connection.is_same_machine(old.connection):
        return ()
    return tuple(role for role in old.serving if role not in new.roles)
