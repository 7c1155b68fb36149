from __future__ import annotations

from tests.sandbox.older_kubernetes import older, repinned
from twinstack.toolchain.keys import SOURCES
from twinstack.toolchain.table import KUBERNETES, kubernetes

OLDER = "1.34.4"


def test_another_version_is_asked_for_of_every_module_of_kubernetes() -> None:
    pins = (SOURCES / "kubernetes" / "go.mod").read_text()
    text = repinned(pins, OLDER)
    assert "k8s.io/kubernetes v1.34.4\n" in text
    assert "k8s.io/kubelet v0.34.4" in text
    changed = [line for line, before in zip(text.splitlines(), pins.splitlines(), strict=True) if line != before]
    assert all("k8s.io/" in line for line in changed)
    assert KUBERNETES.partition(".")[2] not in text


def test_binaries_say_of_themselves_what_they_are() -> None:
    stamps = dict(kubernetes("kubelet", OLDER).stamps)
    assert stamps["k8s.io/component-base/version.gitVersion"] == "v1.34.4"
    assert stamps["k8s.io/component-base/version.gitMinor"] == "34"


def test_images_of_another_version_have_the_tags_that_its_kubeadm_asks_for() -> None:
    tags = {image.repository.rpartition("/")[2]: image.tag for image in older(OLDER)}
    assert tags["kube-apiserver"] == "v1.34.4"
    assert (tags["etcd"], tags["coredns"]) == ("3.6.5-0", "v1.12.1")
    assert "kueue" not in tags
