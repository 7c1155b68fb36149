"""Documents as YAML text, always the same for the same content: keys stay in the order in which they were given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

Document = Mapping[str, object] | Sequence[object]


class _Dumper(yaml.SafeDumper):
    """A dumper that repeats a value that stands twice, instead of naming it by an anchor."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - whatever it is
        """Never make an anchor."""
        return True


def text(*documents: Document) -> str:
    """One YAML stream of all documents, with a separator between two."""
    return yaml.dump_all(
        [_plain(document) for document in documents],
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=False,
        width=120,
        allow_unicode=True,
    )


def _plain(value: object) -> object:
    """The value in the types that YAML knows: mappings and sequences of any kind become dict and list."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
