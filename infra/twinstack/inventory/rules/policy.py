"""Policy: levels are chosen for rules that there are."""

from __future__ import annotations

from collections.abc import Iterator

from twinstack.inventory.model import Site
from twinstack.inventory.problems import Finding
from twinstack.inventory.rules.rule import rule
from twinstack.inventory.wording import did_you_mean
from twinstack.rulebook import RULES


@rule("policy.*")
def known_rules(site: Site) -> Iterator[Finding]:
    """A level for a rule that is not there would change nothing, silently."""
    for name in site.policy:
        if name not in RULES:
            yield Finding(("policy", name), f"there is no policy rule {name}", did_you_mean(name, RULES))
