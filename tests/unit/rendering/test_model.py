from __future__ import annotations

import json
from dataclasses import replace

from twinstack.rendering.model import HostRole, PlacedFile, RoleSpec, Unit

SPEC = RoleSpec("munge", "all", files=(PlacedFile("/etc/a"),), units=(Unit("a.service"),), params={"port": 1})


def test_advice_on_drains_is_in_the_manifest_but_not_in_the_digest() -> None:
    advised = replace(SPEC, drain=True, calm=("port",), files=(PlacedFile("/etc/a", drain=False),))
    assert HostRole(advised).digest == HostRole(SPEC).digest
    manifest = json.loads(advised.text)
    assert (manifest["drain"], manifest["calm"], manifest["files"][0]["drain"]) == (True, ["port"], False)
    assert not {"drain", "calm"} & {*json.loads(SPEC.text), *json.loads(SPEC.text)["files"][0]}
