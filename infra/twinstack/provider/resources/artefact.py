"""Artefact: a rendered text, kept once in state so that previews show how it changes."""

from __future__ import annotations

from typing import ClassVar

from twinstack.provider.resources.base import Call, Difference, Resource, changed
from twinstack.provider.store import Store
from twinstack.provider.values import Properties, text
from twinstack.rendering.model import digest_of


class ArtefactResource(Resource):
    """Reaches no host: hosts take the text from the store when a role is applied."""

    CHECKED: ClassVar[bool] = True
    OBSERVED: ClassVar[bool] = True

    def __init__(self, store: Store) -> None:
        self._store = store

    async def check(self, new: Properties, old: Properties) -> dict[str, str]:
        """The digest must be that of the text."""
        del old
        wanted = digest_of(text(new, "text"))
        return {} if text(new, "digest") == wanted else {"digest": f"is not the text's sha256 {wanted}"}

    def diff(self, old: Properties, new: Properties) -> Difference:
        """Shown as a text diff; an artefact of another name is another artefact."""
        return Difference(changed(old, new, "name", "text"), ("name",) if old.get("name") != new.get("name") else ())

    async def create(self, call: Call, new: Properties) -> tuple[str, Properties]:
        """Keep the text in the store."""
        return call.name, self._kept(call, new)

    async def update(self, call: Call, old: Properties, new: Properties) -> Properties:
        """Keep the new text too; the old one stays for hosts that have not taken up the new one."""
        del old
        return self._kept(call, new)

    async def read(self, call: Call, state: Properties, inputs: Properties) -> Properties:
        """Keep the text here too: a refresh on another machine compares hosts with it."""
        del inputs
        return self._kept(call, state)

    async def delete(self, call: Call, old: Properties) -> None:
        """Nothing to remove: the store is a cache."""

    def _kept(self, call: Call, new: Properties) -> Properties:
        if not call.preview:
            self._store.put(text(new, "text"))
        return new
