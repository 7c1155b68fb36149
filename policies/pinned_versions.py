"""Everything that is fetched has an exact version."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from policies.pods import containers, pods
from policies.seen import ARTEFACT, COMPONENT, SITE, Resource, Site, Violation, known
from twinstack.rulebook import PINNED_VERSIONS

RULE = PINNED_VERSIONS

CHARTS = frozenset({"kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart"})

_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+.][0-9A-Za-z.+-]+)?")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_HOST_PACKAGE = re.compile(r"(kubeadm|kubelet|kubectl)([=-]\d.*)?")


def judge(resource: Resource, _site: Site) -> Iterator[Violation]:
    """What of a resource is not pinned."""
    if resource.in_kubernetes:
        yield from _images(resource)
    if resource.type in CHARTS or (resource.type == COMPONENT and known(resource.props, "chart")):
        yield from _chart(resource)
    if resource.type == ARTEFACT:
        yield from _packages(resource)
    if resource.type == SITE:
        yield from _kubernetes(resource)


def pinned(image: str) -> bool:
    """Whether an image is named by digest, or by a tag that is a version and no moving name."""
    if _DIGEST.search(image):
        return True
    tag = image.rpartition("/")[2].partition(":")[2]
    return any(letter.isdigit() for letter in tag)


def _images(resource: Resource) -> Iterator[Violation]:
    for pod in pods(resource):
        for container in containers(pod):
            if container.image is not None and not pinned(container.image):
                yield resource.violation(f"has container {container.name} of image {container.image}.")


def _chart(resource: Resource) -> Iterator[Violation]:
    version = known(resource.props, "version")
    if not (isinstance(version, str) and _EXACT.fullmatch(version)):
        chart = known(resource.props, "chart")
        yield resource.violation(f"takes chart {chart} at version {version or 'unnamed'}.")


def _packages(resource: Resource) -> Iterator[Violation]:
    for package in _listed(resource):
        found = _HOST_PACKAGE.fullmatch(package)
        if found and not found[2]:
            yield resource.violation(f"installs host package {package} at any version.")


def _listed(resource: Resource) -> Iterable[str]:
    text = known(resource.props, "text")
    if not resource.name.startswith("roles/") or not isinstance(text, str):
        return ()
    return map(str, json.loads(text).get("packages", ()))


def _kubernetes(resource: Resource) -> Iterator[Violation]:
    version = known(resource.props, "kubernetesVersion")
    if version and not _EXACT.fullmatch(str(version)):
        yield resource.violation(f"runs Kubernetes at version {version}.")
