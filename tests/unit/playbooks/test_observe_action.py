from __future__ import annotations

from playbooks.plugins.action.twinstack_observe import with_digests


def test_secret_files_get_the_digests_of_their_own_host() -> None:
    roles = {"munge": {"files": [{"dest": "/key"}, {"dest": "/conf", "sha256": "open"}, {"dest": "/unknown"}]}}
    found = with_digests(roles, {"cpu1:/key": "one", "cpu2:/key": "two"}, "cpu1")
    assert [file["sha256"] for file in found["munge"]["files"]] == ["one", "open", None]
