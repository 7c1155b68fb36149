"""How an operation on a resource fails."""

from __future__ import annotations

from twinstack.provider.values import Properties


class ProviderError(Exception):
    """The operation failed and left the resource as its state says."""


class PartialError(ProviderError):
    """The operation was done in part: the resource exists as `properties` say, and `reasons` tell what is missing."""

    def __init__(self, resource_id: str, properties: Properties, reasons: tuple[str, ...]) -> None:
        super().__init__("; ".join(reasons))
        self.resource_id = resource_id
        self.properties = properties
        self.reasons = reasons
