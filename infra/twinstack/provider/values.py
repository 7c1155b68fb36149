"""Property values of the engine as plain Python values, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

Properties = Mapping[str, object]

__all__ = [
    "UNKNOWN",
    "Properties",
    "flag",
    "mapping",
    "number",
    "plain",
    "plain_map",
    "property_map",
    "property_value",
    "table",
    "text",
    "texts",
]


def plain(value: PropertyValue) -> object:
    """A property without its marks; whole numbers are ints; what the engine does not know yet is UNKNOWN."""
    inner = value.value
    if isinstance(inner, Mapping):
        return {key: plain(item) for key, item in inner.items()}
    if isinstance(inner, float):
        return int(inner) if inner.is_integer() else inner
    if isinstance(inner, tuple):
        return [plain(item) for item in inner]
    return inner


def plain_map(values: Mapping[str, PropertyValue]) -> dict[str, object]:
    """Properties by name, without their marks."""
    return {key: plain(value) for key, value in values.items()}


def property_value(value: object, *, secret: bool = False) -> PropertyValue:
    """A plain value as the engine takes it."""
    if isinstance(value, Mapping):
        return PropertyValue({key: property_value(item) for key, item in value.items()}, is_secret=secret)
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return PropertyValue(value, is_secret=secret)
    if isinstance(value, int | float):
        return PropertyValue(float(value), is_secret=secret)
    if isinstance(value, Sequence):
        return PropertyValue([property_value(item) for item in value], is_secret=secret)
    raise TypeError(f"a {type(value).__name__} cannot be a property")


def property_map(values: Properties, secret: Collection[str] = ()) -> dict[str, PropertyValue]:
    """Properties as the engine takes them; those named in `secret` are marked as secret."""
    return {key: property_value(value, secret=key in secret) for key, value in values.items()}


def text(values: Properties, key: str) -> str:
    """A string property; empty where it is absent."""
    value = values.get(key)
    return "" if value is None else str(value)


def number(values: Properties, key: str, default: int) -> int:
    """A whole-number property."""
    value = values.get(key)
    return int(value) if isinstance(value, int | float) else default


def flag(values: Properties, key: str) -> bool:
    """A boolean property; absent is false."""
    return values.get(key) is True


def mapping(values: Properties, key: str) -> dict[str, object]:
    """A property that is a map; empty where it is absent or not known yet."""
    value = values.get(key)
    return dict(value) if isinstance(value, Mapping) else {}


def table(values: Properties, key: str) -> dict[str, str]:
    """A map of strings."""
    return {name: str(value) for name, value in mapping(values, key).items()}


def texts(values: Properties, key: str) -> tuple[str, ...]:
    """A list of strings; empty where it is absent."""
    value = values.get(key)
    return tuple(str(item) for item in value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
