"""How one host is reached, as its resource says."""

from __future__ import annotations

from dataclasses import dataclass

from twinstack.provider.values import UNKNOWN, Properties, mapping, number, text


def known(properties: Properties, key: str) -> str:
    """A text; empty while a preview does not know it yet."""
    found = text(properties, key)
    return "" if found == UNKNOWN else found


@dataclass(frozen=True, slots=True)
class Connection:
    """A host's name, address and pinned keys (`type base64` lines); `jump` is the host to go through."""

    name: str
    address: str
    port: int = 22
    user: str = "root"
    host_key: str = ""
    jump: Connection | None = None

    @classmethod
    def of(cls, properties: Properties) -> Connection:
        """A connection from a resource's properties."""
        jump = mapping(properties, "jump")
        return cls(
            name=text(properties, "name"),
            address=text(properties, "address"),
            port=number(properties, "port", 22),
            user=text(properties, "user") or "root",
            host_key=known(properties, "hostKey"),
            jump=cls.of(jump) if jump else None,
        )

    @property
    def keys(self) -> frozenset[str]:
        """The pinned keys, each as `type base64`."""
        return frozenset(line.strip() for line in self.host_key.splitlines() if line.strip())

    def is_same_machine(self, other: Connection) -> bool:
        """Whether both are the same installation: they share a host key, or one of them has none pinned yet."""
        return not self.keys or not other.keys or not self.keys.isdisjoint(other.keys)
