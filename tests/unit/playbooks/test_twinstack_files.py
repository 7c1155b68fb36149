from __future__ import annotations

import getpass
import grp
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic

from playbooks.plugins.module_utils import twinstack_placing, twinstack_role_files
from playbooks.plugins.module_utils.twinstack_placing import (
    Invalid,
    changes,
    difference,
    place,
    recorded,
    wanted_files,
    write_record,
)
from playbooks.plugins.modules import twinstack_files

ME = getpass.getuser()
MY_GROUP = grp.getgrgid(os.getgid()).gr_name


def passes(_command: list[str]) -> tuple[int, str]:
    return 0, ""


def file(dest: Path, content: str | None = "text\n", **changes: Any) -> dict[str, Any]:
    return {"dest": str(dest), "content": content, "owner": ME, "group": MY_GROUP, "mode": "0640", **changes}


def unchanged(files: list[dict[str, Any]]) -> bool:
    return not changes([], wanted_files(files, {}), {}, {}).paths


def test_a_file_is_placed_with_mode_and_missing_parents(tmp_path: Path) -> None:
    dest = tmp_path / "etc" / "deep" / "a.conf"
    place(wanted_files([file(dest)], {}), passes)
    assert dest.read_text() == "text\n"
    assert stat.S_IMODE(dest.stat().st_mode) == 0o640
    assert unchanged([file(dest)])


@pytest.mark.parametrize("change", [{"content": "other\n"}, {"mode": "0600"}, {"owner": "no-such-user"}])
def test_a_difference_of_text_mode_or_owner_is_seen(tmp_path: Path, change: dict[str, str]) -> None:
    dest = tmp_path / "a.conf"
    place(wanted_files([file(dest)], {}), passes)
    assert not unchanged([file(dest) | change])


def test_a_symbolic_link_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    target, dest = tmp_path / "target", tmp_path / "a.conf"
    target.write_text("text\n")
    dest.symlink_to(target)
    assert not unchanged([file(dest)])
    place(wanted_files([file(dest, "new\n")], {}), passes)
    assert (dest.is_symlink(), dest.read_text(), target.read_text()) == (False, "new\n", "text\n")


def test_a_refused_file_replaces_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.conf", tmp_path / "bad.conf"
    good.write_text("old\n")
    asked: list[list[str]] = []

    def refuses(command: list[str]) -> tuple[int, str]:
        asked.append(command)
        return 1, "line 1: bad option"

    files = wanted_files([file(good), file(bad, validate="sshd -t -f %s")], {})
    with pytest.raises(Invalid, match=r"bad\.conf: `sshd -t -f %s` refuses the new file: line 1: bad option"):
        place(files, refuses)
    assert good.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["good.conf"]
    assert asked[0][:3] == ["sshd", "-t", "-f"]
    assert asked[0][3].endswith("bad.conf")


def test_a_refused_secret_is_not_shown(tmp_path: Path) -> None:
    dest = tmp_path / "db.conf"
    files = wanted_files([file(dest, None, validate="check %s")], {str(dest): "hush\n"})
    with pytest.raises(Invalid) as refusal:
        place(files, lambda _command: (1, "bad password: hush"))
    assert "hush" not in str(refusal.value)


def test_units_of_changed_and_of_removed_files_and_those_owed_are_named(tmp_path: Path) -> None:
    same, new, gone = tmp_path / "same", tmp_path / "new", tmp_path / "gone"
    place(wanted_files([file(same)], {}), passes)
    gone.write_text("")
    placed = {str(gone): {"restarts": ["gone.service"], "reloads": []}}
    files = [file(same, restarts=["same.service"]), file(new, restarts=["new.service"], reloads=["ssh.service"])]
    found = changes([], wanted_files(files, {}), placed, {"restart": ["owed.service"]})
    assert found.restart == ["gone.service", "new.service", "owed.service"]
    assert found.reload == ["ssh.service"]
    assert found.paths == [str(new), str(gone)]


def test_unit_files_call_for_a_reload_of_systemd() -> None:
    unit = Path("/etc/systemd/system/no-such-unit.service")
    assert changes([], wanted_files([file(unit)], {}), {}, {}).unit_files


def test_diffs_show_texts_but_never_secrets(tmp_path: Path) -> None:
    dest = tmp_path / "a.conf"
    dest.write_text("old\n")
    plain, secret = wanted_files([file(dest, "new\n")], {})[0], wanted_files([file(dest)], {str(dest): "hush\n"})[0]
    shown = difference(plain)
    assert (shown["before"], shown["after"]) == ("old\n", "new\n")
    assert not {"old\n", "hush\n"} & set(difference(secret).values())


def test_a_torn_record_counts_as_none(tmp_path: Path) -> None:
    record = tmp_path / "records" / "demo.json"
    write_record(record, {"a": 1})
    assert recorded(record) == {"a": 1}
    record.write_text('{"a"')
    assert recorded(record) == {}


class FakeModule:
    """The part of AnsibleModule that the module uses."""

    def __init__(self, params: dict[str, Any], *, check_mode: bool = False) -> None:
        self.params = {"leaving": [], **params}
        self.check_mode = check_mode
        self._diff = True

    def set_default_selinux_context(self, path: str, changed: bool) -> bool:  # noqa: FBT001
        assert Path(path).exists()
        return changed


def run_module(
    tmp_path: Path,
    files: list[dict[str, Any]],
    secrets: dict[str, str] | None = None,
    *,
    check_mode: bool = False,
    digest: str | None = None,
) -> dict[str, Any]:
    directories = [{"dest": str(tmp_path / "etc"), "owner": ME, "group": MY_GROUP, "mode": "0750"}]
    params = {
        "role": "demo",
        "directories": directories,
        "files": files,
        "secrets": secrets or {},
        "records": str(tmp_path / "records"),
        "digest": digest,
    }
    return twinstack_role_files.place_role(FakeModule(params, check_mode=check_mode)).result


def test_a_second_run_changes_nothing_but_still_owes_the_restart(tmp_path: Path) -> None:
    files = [file(tmp_path / "etc" / "a.conf", restarts=["a.service"])]
    first, second = run_module(tmp_path, files), run_module(tmp_path, files)
    assert first["changed_files"] == [str(tmp_path / "etc"), str(tmp_path / "etc" / "a.conf")]
    assert not second["changed"]
    assert first["restart"] == second["restart"] == ["a.service"]
    Path(second["pending"]).unlink()
    assert run_module(tmp_path, files)["restart"] == []


def test_files_no_longer_listed_are_removed(tmp_path: Path) -> None:
    old, new = tmp_path / "etc" / "old.conf", tmp_path / "etc" / "new.conf"
    run_module(tmp_path, [file(old, restarts=["a.service"])])
    result = run_module(tmp_path, [file(new)])
    assert not old.exists()
    assert str(old) in result["changed_files"]
    assert json.loads((tmp_path / "records" / "demo.json").read_text()).keys() == {str(new)}


def test_a_file_that_another_role_has_placed_since_stays(tmp_path: Path) -> None:
    moved = tmp_path / "etc" / "moved.conf"
    run_module(tmp_path, [file(moved, restarts=["a.service"])])
    Path(tmp_path / "records" / "demo.pending.json").unlink()
    write_record(tmp_path / "records" / "other.json", {str(moved): {"restarts": [], "reloads": []}})
    result = run_module(tmp_path, [])
    assert (result["changed"], result["restart"], moved.exists()) == (False, [], True)


def test_units_whose_files_go_are_told_apart_from_drop_ins_and_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinstack_placing.os.path, "lexists", lambda _path: True)
    names = ("home.mount", "slurmd.service.d/50.conf", "worker@.service")
    placed = {f"/etc/systemd/system/{name}": {"restarts": [], "reloads": []} for name in names}
    assert changes([], [], {**placed, "/etc/a": {"restarts": [], "reloads": []}}, {}).stale_units == ["home.mount"]


def test_a_role_that_wants_another_thing_has_changed_though_nothing_is_placed(tmp_path: Path) -> None:
    files = [file(tmp_path / "etc" / "a.conf")]
    seen = [run_module(tmp_path, files, digest=digest)["changed"] for digest in ("1", "1", "2", "2", None)]
    assert seen == [True, False, True, False, False]


def test_check_mode_tells_and_does_nothing(tmp_path: Path) -> None:
    result = run_module(tmp_path, [file(tmp_path / "etc" / "a.conf")], check_mode=True)
    assert result["changed"]
    assert result["diff"][0]["after"] == "text\n"
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dest = tmp_path / "etc" / "a.conf"
    files = [file(dest, restarts=["a.service"])]
    with monkeypatch.context() as patched:
        patched.setattr(twinstack_role_files, "label", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            twinstack_role_files.place_role(
                FakeModule(
                    {
                        "role": "demo",
                        "directories": [],
                        "files": files,
                        "secrets": {},
                        "records": str(tmp_path / "records"),
                        "digest": "1",
                    }
                )
            )
    assert dest.exists()
    assert run_module(tmp_path, files)["restart"] == ["a.service"]


def test_an_unknown_owner_fails_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = {"role": "demo", "files": [file(tmp_path / "a", owner="nobody-here")], "records": str(tmp_path / "r")}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    with pytest.raises(SystemExit):
        twinstack_files.main()
    assert "an owner of a file does not exist on this host" in json.loads(capsys.readouterr().out)["msg"]
