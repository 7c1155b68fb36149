"""Further parameters of the inventory (`slurm.parameters`) among those that are derived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twinstack.inventory import slurm_parameters

Setting = tuple[str, object]

# Lists to which the inventory adds: what is derived stays in them.
_ADDED_TO = frozenset(
    {"AccountingStorageTRES", "PrologFlags", "SlurmctldParameters", "SlurmdParameters", "TaskPluginParam"}
)


def settled(
    sections: Sequence[Sequence[Setting]], given: Mapping[str, str], file: str = "slurm.conf"
) -> list[list[Setting]]:
    """The sections with the given values in the places of the derived ones, and the rest as a last section."""
    asked = {_spelled(file, name): value for name, value in given.items()}
    derived = {name for section in sections for name, _ in section}
    replaced = [[(name, _value(name, value, asked)) for name, value in section] for section in sections]
    return [*replaced, [(name, value) for name, value in asked.items() if name not in derived]]


def _value(name: str, derived: object, asked: Mapping[str, str]) -> object:
    if name not in asked:
        return derived
    return f"{derived},{asked[name]}" if name in _ADDED_TO else asked[name]


def _spelled(file: str, name: str) -> str:
    span = slurm_parameters.find(file, name)
    return span.name if span else name
