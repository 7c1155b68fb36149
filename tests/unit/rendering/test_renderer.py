from __future__ import annotations

import pytest

from tests.unit import sites
from twinstack.planning import plan
from twinstack.rendering.model import RoleSpec
from twinstack.rendering.renderer import Renderer


@pytest.fixture
def renderer() -> Renderer:
    return Renderer(plan(sites.dual()))


def test_a_text_is_rendered_once_by_name(renderer: Renderer) -> None:
    calls: list[str] = []

    def text() -> str:
        calls.append("rendered")
        return "x\n"

    first, second = renderer.file("/etc/a", "demo/a", text), renderer.file("/etc/b", "demo/a", text)
    assert calls == ["rendered"]
    assert (first.artefact, first.digest) == (second.artefact, second.digest)
    assert renderer.artefacts["demo/a"].text == "x\n"


def test_a_spec_is_made_once_by_profile(renderer: Renderer) -> None:
    calls: list[str] = []

    def spec() -> RoleSpec:
        calls.append("made")
        return RoleSpec("demo", "all")

    first, second = renderer.role("demo", "all", spec), renderer.role("demo", "all", spec)
    assert calls == ["made"]
    assert first is second


def test_what_is_a_hosts_own_changes_its_digest_only(renderer: Renderer) -> None:
    shared = renderer.role("demo", "all", lambda: RoleSpec("demo", "all"))
    own = renderer.role("demo", "all", lambda: RoleSpec("demo", "all"), own={"pod_cidr": "10.244.0.0/24"})
    other = renderer.role("demo", "all", lambda: RoleSpec("demo", "all"), own_files={"/etc/hostname": "a\n"})
    assert own.spec is shared.spec
    assert len({shared.digest, own.digest, other.digest}) == 3


def test_manifests_are_among_the_artefacts(renderer: Renderer) -> None:
    spec = RoleSpec("demo", "all", packages=("a",))
    renderer.role("demo", "all", lambda: spec)
    assert renderer.specs == {"roles/demo/all.json": spec}
    assert renderer.artefacts["roles/demo/all.json"].text == spec.text


def test_a_spec_under_another_name_is_refused(renderer: Renderer) -> None:
    with pytest.raises(ValueError, match="role demo, profile pool-a calls itself demo, all"):
        renderer.role("demo", "pool-a", lambda: RoleSpec("demo", "all"))
