from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.unit import sites
from tests.unit.rendering.kubernetes_hosts import HERE
from twinstack.rendering import containerd
from twinstack.rendering.distribution import DEBIAN, REDHAT, Distribution

CRI = "io.containerd.grpc.v1.cri"


def config(cni: str = "bridge", absent: frozenset[str] = frozenset(), names: Any = DEBIAN) -> dict[str, Any]:
    return tomllib.loads(containerd.config_text(sites.kubernetes(cni), sites.hardware(absent=absent), names))


def test_pods_get_their_groups_from_systemd_as_the_kubelet_does() -> None:
    runc = config()["plugins"][CRI]["containerd"]["runtimes"]["runc"]
    assert runc == {"runtime_type": "io.containerd.runc.v2", "options": {"SystemdCgroup": True}}
    assert config()["version"] == 2


def test_the_pause_image_is_the_one_of_the_release() -> None:
    assert config()["plugins"][CRI]["sandbox_image"] == "registry.k8s.io/pause:3.10.1"


def test_plugins_are_the_distributions_with_the_bridge_and_the_providers_own_otherwise() -> None:
    def where(*arguments: Any) -> str:
        return str(config(*arguments)["plugins"][CRI]["cni"]["bin_dir"])

    assert where() == "/usr/lib/cni"
    assert where("cilium") == where("calico") == "/opt/cni/bin"


def test_the_second_series_has_images_and_runtimes_apart() -> None:
    found = config(absent=HERE, names=REDHAT)
    images, runtime = (found["plugins"][f"io.containerd.cri.v1.{name}"] for name in ("images", "runtime"))
    assert found["version"] == 3
    assert images["pinned_images"] == {"sandbox": "registry.k8s.io/pause:3.10.1"}
    assert images["registry"] == {"config_path": "/etc/containerd/certs.d"}
    assert runtime["cni"]["bin_dirs"] == ["/usr/libexec/cni"]
    assert runtime["containerd"]["runtimes"]["runc"]["options"] == {"SystemdCgroup": True}
    assert runtime["disable_apparmor"] is True


@pytest.mark.parametrize("names", [DEBIAN, REDHAT])
def test_both_series_say_the_same_things(names: Distribution) -> None:
    text = containerd.config_text(sites.kubernetes(), sites.hardware(), names)
    for word in ("overlayfs", "default_runtime_name", "SystemdCgroup", "pause:", "conf_dir", "config_path"):
        assert text.count(word) == 1, word


@pytest.mark.skipif(not shutil.which("containerd"), reason="no containerd here")
def test_containerd_itself_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(containerd.config_text(sites.kubernetes(), sites.hardware(absent=HERE), DEBIAN))
    subprocess.run(containerd.CHECK.replace("%s", str(path)).split(), check=True, capture_output=True)


def test_other_components_can_add_a_runtime_without_touching_the_file() -> None:
    assert config()["imports"] == ["/etc/containerd/conf.d/*.toml"]


def test_concessions_follow_the_capabilities() -> None:
    assert not {"disable_apparmor", "restrict_oom_score_adj"} & set(config()["plugins"][CRI])
    found = config(absent=HERE)["plugins"][CRI]
    assert found["disable_apparmor"] is True
    assert found["restrict_oom_score_adj"] is True
    assert containerd.drop_in_text(sites.hardware()) is None
    assert containerd.drop_in_text(sites.hardware(absent=HERE)) == "[Service]\nOOMScoreAdjust=0\n"


@pytest.mark.parametrize(
    ("images", "mirror", "directory"),
    [
        ("upstream", None, None),
        ("/opt/twinstack/images", None, "/opt/twinstack/images"),
        ("https://mirror.example/", "https://mirror.example", None),
        ("oci://mirror.example/images", "https://mirror.example/images", None),
    ],
)
def test_images_come_from_upstream_a_registry_or_a_directory(
    images: str, mirror: str | None, directory: str | None
) -> None:
    assert containerd.mirror_of(images) == mirror
    assert containerd.directory_of(images) == directory


def test_a_mirrors_path_is_below_the_registrys_api() -> None:
    found = tomllib.loads(containerd.mirror_text("https://mirror.example:5000/all"))
    assert found["host"] == {
        "https://mirror.example:5000/v2/all": {"capabilities": ["pull", "resolve"], "override_path": True}
    }
    assert "https://mirror.example/v2" in tomllib.loads(containerd.mirror_text("https://mirror.example"))["host"]
