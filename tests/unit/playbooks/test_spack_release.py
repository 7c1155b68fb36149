from __future__ import annotations

import hashlib
import io
import os
import pwd
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from playbooks.plugins.modules import spack_release
from playbooks.plugins.modules.spack_release import Refused, settle

ME = pwd.getpwuid(os.getuid()).pw_name


def archive(path: Path, **files: str) -> str:
    """An archive as GitHub makes them, and its sha256."""
    with tarfile.open(path, "w:gz") as tar:
        for name, text in {"bin/spack": "#!/bin/sh\n", **files}.items():
            member = tarfile.TarInfo(f"spack-1.0.2/{name}")
            member.size, member.mode = len(text), 0o755
            tar.addfile(member, io.BytesIO(text.encode()))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wanted(tmp_path: Path) -> dict[str, Any]:
    sha256 = archive(tmp_path / "spack-1.0.2.tar.gz")
    return {
        "dest": str(tmp_path / "spack/1.0.2"),
        "version": "1.0.2",
        "git": None,
        "archive": str(tmp_path / "spack-1.0.2.tar.gz"),
        "sha256": sha256,
        "owner": ME,
        "config": {"config.yaml": "../../../etc/config.yaml"},
    }


@pytest.fixture(autouse=True)
def root(tmp_path: Path) -> Path:
    path = tmp_path / "spack"
    (path / "etc").mkdir(parents=True)
    (path / "etc/config.yaml").write_text("config: {}\n")
    return path


def test_a_release_is_unpacked_once_with_its_configuration_linked(wanted: dict[str, Any], root: Path) -> None:
    assert settle(wanted, check=False)
    assert os.access(root / "1.0.2/bin/spack", os.X_OK)
    assert (root / "1.0.2/etc/spack/config.yaml").read_text() == "config: {}\n"
    assert not settle(wanted, check=False)
    assert sorted(path.name for path in root.iterdir()) == ["1.0.2", "etc"]


def test_check_mode_tells_and_changes_nothing(wanted: dict[str, Any], root: Path) -> None:
    assert settle(wanted, check=True)
    assert not (root / "1.0.2").exists()


def test_a_link_that_is_lost_or_new_is_made(wanted: dict[str, Any], root: Path) -> None:
    settle(wanted, check=False)
    (root / "1.0.2/etc/spack/config.yaml").unlink()
    wanted["config"]["modules.yaml"] = "../../../etc/modules.yaml"
    assert settle(wanted, check=True)
    assert settle(wanted, check=False)
    assert (root / "1.0.2/etc/spack/config.yaml").exists()
    assert (root / "1.0.2/etc/spack/modules.yaml").is_symlink()


def test_another_archive_is_refused_and_leaves_nothing(wanted: dict[str, Any], root: Path) -> None:
    with pytest.raises(Refused, match="is wanted"):
        settle(wanted | {"sha256": "0" * 64}, check=False)
    assert not (root / "1.0.2").exists()


def test_what_a_killed_run_left_is_made_anew(wanted: dict[str, Any], root: Path) -> None:
    (root / ".1.0.2.partial").mkdir()
    (root / ".1.0.2.partial/half").touch()
    settle(wanted, check=False)
    assert not (root / "1.0.2/half").exists()
    assert not (root / ".1.0.2.partial").exists()


def test_a_directory_of_somebody_else_is_left_alone(wanted: dict[str, Any], root: Path) -> None:
    (root / "1.0.2").mkdir()
    with pytest.raises(Refused, match="not made by this role"):
        settle(wanted, check=False)


def test_a_name_that_leads_outside_is_refused(wanted: dict[str, Any], tmp_path: Path) -> None:
    sha256 = archive(tmp_path / "spack-1.0.2.tar.gz", **{"a/../../../evil": "x"})
    with pytest.raises(Refused, match="leads outside"):
        settle(wanted | {"sha256": sha256}, check=False)
    assert not (tmp_path / "evil").exists()


def test_upstream_is_cloned_at_the_tag(wanted: dict[str, Any], tmp_path: Path, root: Path) -> None:
    repository = tmp_path / "upstream"
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    (repository / "of-the-tag").touch()
    for argv in (["add", "."], ["commit", "-qm", "one"], ["tag", "v1.0.2"]):
        subprocess.run([*git, *argv], check=True)
    cloned = wanted | {"git": f"file://{repository}", "archive": None}
    assert settle(cloned, check=False)
    assert (root / "1.0.2/of-the-tag").exists()
    with pytest.raises(Refused, match=r"at v9\.9"):
        settle(cloned | {"version": "9.9", "dest": str(root / "9.9")}, check=False)


def test_an_address_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spack_release, "open_url", lambda _address: io.BytesIO(b"abc"))
    seen = spack_release.fetch("https://mirror.example.org/spack.tar.gz", tmp_path / "copy")
    assert seen == hashlib.sha256(b"abc").hexdigest()
