"""Secret: a value made at random once and kept, encrypted, in state."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from typing import ClassVar

from twinstack.provider.resources.base import Call, Difference, Resource, changed
from twinstack.provider.values import UNKNOWN, Properties, number, text

ENCODINGS: Mapping[str, Callable[[bytes], str]] = {
    "hex": lambda raw: raw.hex(),
    "base64": lambda raw: base64.b64encode(raw).decode(),
    "urlsafe": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
}
LEAST_BYTES = 16


class SecretResource(Resource):
    """Made by the operating system's generator; another length or encoding makes another value."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"value"})
    CHECKED: ClassVar[bool] = True

    async def check(self, new: Properties, old: Properties) -> dict[str, str]:
        """Long enough not to be guessed, in an encoding that we have."""
        del old
        wrong = {}
        if number(new, "bytes", 0) < LEAST_BYTES:
            wrong["bytes"] = f"must be at least {LEAST_BYTES}"
        if text(new, "encoding") not in ENCODINGS:
            wrong["encoding"] = f"must be one of {', '.join(ENCODINGS)}"
        return wrong

    def diff(self, old: Properties, new: Properties) -> Difference:
        """Everything replaces it."""
        paths = changed(old, new, "bytes", "encoding")
        return Difference(paths, tuple(paths))

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Make the value."""
        if call.preview:
            return call.name, {**new, "value": UNKNOWN}
        raw = secrets.token_bytes(number(new, "bytes", LEAST_BYTES))
        return call.name, {**new, "value": ENCODINGS[text(new, "encoding")](raw)}

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Never asked for: every difference replaces it."""
        del call
        return {**new, "value": old.get("value")}

    async def delete(self, call: Call, old: Properties) -> None:
        """Forget it."""
