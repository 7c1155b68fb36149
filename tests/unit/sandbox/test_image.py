from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from twinstack.sandbox import image, image_files, packages
from twinstack.sandbox.command import CommandError, SandboxError
from twinstack.sandbox.layout import Layout
from twinstack.sandbox.record import HostRecord, Record, write


def test_the_installer_is_asked_for_every_package_and_no_recommends() -> None:
    argv = image.debootstrap(Path("/r"), ())
    assert f"--include={','.join(packages.INSTALLED)}" in argv
    assert '--aptopt=APT::Install-Recommends "false"' in argv
    assert argv[-2:] == ("bookworm", "/r")


def test_what_roles_install_is_downloaded_and_not_installed() -> None:
    assert not set(packages.IN_REPOSITORY) & set(packages.INSTALLED)
    (hook,) = (word for word in image.debootstrap(Path("/r"), ()) if "--download-only" in word)
    assert hook.endswith(" " + " ".join(packages.IN_REPOSITORY))


def test_the_machine_s_own_mirrors_are_used_where_they_have_the_release(tmp_path: Path) -> None:
    (tmp_path / "debian.sources").write_text("Types: deb\n")
    (tmp_path / "sources.list").write_text("\n")
    sources = (tmp_path / "sources.list", tmp_path / "debian.sources", tmp_path / "none")
    assert image.own_mirrors("ID=debian\nVERSION_CODENAME=bookworm\n", sources) == (str(sources[1]),)
    assert image.own_mirrors("ID=ubuntu\nVERSION_CODENAME=noble\n", sources) == ()


def test_an_image_is_made_once_and_its_name_follows_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(image, "_make_base", made.append)
    first = image.base(tmp_path)
    assert image.base(tmp_path) == first
    monkeypatch.setattr(packages, "MASKED", ())
    assert image.base(tmp_path) != first
    assert len(made) == 2


def test_a_failed_installation_leaves_no_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*argv: str, timeout: float) -> str:
        raise CommandError(argv, 1, "", f"no mirror within {timeout} s")

    monkeypatch.setattr(image, "run", fail)
    with pytest.raises(SandboxError, match=r"could not be installed.*no mirror"):
        image.base(tmp_path)
    assert [path for path in (tmp_path / "images").iterdir() if path.is_dir()] == []


def test_a_layer_s_name_follows_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "_make_layer", lambda scratch, _rootfs, _archives: (scratch / "upper").mkdir())
    rootfs, archive = tmp_path / "images/base/rootfs", tmp_path / "k_1.deb"
    archive.write_text("one")
    top, bottom = image.with_packages(tmp_path, rootfs, [archive])
    assert bottom == rootfs
    assert image.with_packages(tmp_path, rootfs, [archive])[0] == top
    archive.write_text("other")
    assert image.with_packages(tmp_path, rootfs, [archive])[0] != top


def test_sweep_spares_images_in_use_and_in_the_making(tmp_path: Path) -> None:
    for name in ("old", "used", "used-top", ".new-x1"):
        (tmp_path / "images" / name).mkdir(parents=True)
    layers = tuple(str(tmp_path / "images" / name / "upper") for name in ("used-top", "used"))
    hosts = {"h": HostRecord(IPv4Address("10.78.0.9"), layers)}
    write(Layout.of("one", tmp_path).record, Record("/s", IPv4Network("10.78.0.0/24"), hosts))
    assert image.sweep(tmp_path) == ("old",)
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [".new-x1", "used", "used-top"]


@pytest.fixture
def rootfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    asked: list[str] = []
    monkeypatch.setattr(image_files, "run", lambda *argv: asked.append(" ".join(argv)))
    for name in ("etc/munge/munge.key", "etc/ssh/ssh_host_rsa_key", "etc/rc2.d/S01slurmd", "etc/machine-id"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("made up by an installation")
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    image_files.finish(tmp_path)
    return tmp_path, asked


def test_an_image_has_no_identity(rootfs: tuple[Path, list[str]]) -> None:
    root, _ = rootfs
    assert not (root / "etc/munge/munge.key").exists()
    assert not (root / "etc/ssh/ssh_host_rsa_key").exists()
    assert (root / "etc/machine-id").read_text() == ""


def test_nothing_is_enabled_and_presets_do_not_stay(rootfs: tuple[Path, list[str]]) -> None:
    root, asked = rootfs
    assert not (root / "etc/rc2.d/S01slurmd").exists()
    assert asked[0] == f"systemctl --root={root} preset-all"
    assert f"systemctl --root={root} mask " in asked[1]
    assert not (root / image_files.PRESET.lstrip("/")).exists()
    assert image_files.PRESETS.splitlines()[-1] == "disable *"


def test_packages_come_from_the_local_repository_alone(rootfs: tuple[Path, list[str]]) -> None:
    root, _ = rootfs
    assert (root / "etc/apt/sources.list").read_text() == "deb [trusted=yes] file:/opt/twinstack/apt ./\n"
