"""Ansible module: images of a directory of archives, in containerd."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any, Callable, NamedTuple  # noqa: UP035 (hosts run Python 3.9, too)

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: containerd_images
short_description: Import the images that a host needs from a directory of archives, as far as they are missing
description:
  - Archives are those of C(ctr image export) and C(docker save) (C(*.tar)); their index says which images they hold.
  - An image under the same name with another digest is imported again.
options:
  directory:
    description: Directory of the archives, on the host.
    type: path
    required: true
  only:
    description: References to import; empty means all.
    type: list
    elements: str
    default: []
  skip:
    description: Repositories (references without the tag) to leave out.
    type: list
    elements: str
    default: []
  namespace:
    description: containerd's namespace.
    type: str
    default: k8s.io
author: [twinstack]
"""

RETURN = """
imported:
  description: References that were imported.
  type: list
  returned: always
"""

NAME = "io.containerd.image.name"


class Failed(Exception):  # noqa: N818
    """What stopped the module, in words for the operator."""


class Image(NamedTuple):
    """An image in an archive; the digest is empty where the archive does not tell it."""

    reference: str
    digest: str
    archive: Path

    @property
    def repository(self) -> str:
        """The reference without its tag."""
        return self.reference.rpartition(":")[0]


def images_in(archive: Path) -> list[Image]:
    """The images of one archive."""
    with tarfile.open(archive) as opened:
        names = set(opened.getnames())
        if "index.json" in names:
            found = [(reference(item), item["digest"]) for item in member(opened, "index.json")["manifests"]]
            if all(name for name, _ in found):
                return [Image(name, digest, archive) for name, digest in found]
        if "manifest.json" in names:
            items = member(opened, "manifest.json")
            return [Image(tag, "", archive) for item in items for tag in item["RepoTags"] or ()]
    raise Failed(f"{archive} is no archive of named images")


def reference(manifest: dict[str, Any]) -> str:
    """The full name of an index's entry; empty where it has none."""
    return str(manifest.get("annotations", {}).get(NAME, ""))


def member(opened: tarfile.TarFile, name: str) -> Any:  # noqa: ANN401 (JSON)
    """A JSON document of the archive."""
    stream = opened.extractfile(name)
    if stream is None:
        raise Failed(f"{opened.name}: {name} is no file")
    return json.load(stream)


def available(directory: Path) -> list[Image]:
    """All images of a directory."""
    if not directory.is_dir():
        raise Failed(f"there is no directory {directory} with images on this host (artifacts.images names it)")
    try:
        return [image for archive in sorted(directory.glob("*.tar")) for image in images_in(archive)]
    except (tarfile.TarError, ValueError, KeyError, OSError) as error:
        raise Failed(f"{directory}: an archive cannot be read: {error}") from error


def needed(images: list[Image], only: list[str], skip: list[str]) -> list[Image]:
    """The images that this host has to have.

    Raises:
        Failed: one that was named is in no archive.
    """
    missing = sorted(set(only) - {image.reference for image in images})
    if missing:
        raise Failed(f"no archive has {', '.join(missing)}; there are {', '.join(image.reference for image in images)}")
    return [image for image in images if image.repository not in skip and (not only or image.reference in only)]


def present(listed: str) -> dict[str, set[str]]:
    """From what `ctr images ls` prints: for each reference the digests that its archive may tell, none among them."""
    rows = (line.split() for line in listed.splitlines()[1:])
    return {row[0]: {row[2], ""} for row in rows if len(row) > 2}  # noqa: PLR2004


def absent(images: list[Image], there: dict[str, set[str]]) -> list[Image]:
    """Images that are not in containerd, or are there with other content."""
    return [image for image in images if image.digest not in there.get(image.reference, ())]


def ctr(run_command: Callable[..., Any], namespace: str, *argv: str) -> str:
    """What containerd's client prints."""
    code, out, err = run_command(["ctr", "--namespace", namespace, "images", *argv])
    if code:
        raise Failed(f"`ctr images {' '.join(argv)}` failed: {(err or out).strip()}")
    return str(out)


def main() -> None:
    """Run as an Ansible module."""
    strings = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "required": True},
            "only": strings,
            "skip": strings,
            "namespace": {"type": "str", "default": "k8s.io"},
        },
        supports_check_mode=True,
    )
    params = module.params
    try:
        wanted = needed(available(Path(params["directory"])), params["only"], params["skip"])
        missing = absent(wanted, present(ctr(module.run_command, params["namespace"], "ls")))
        for archive in () if module.check_mode else sorted({image.archive for image in missing}):
            # A container unpacks its image when it starts; most images never run on most hosts.
            ctr(module.run_command, params["namespace"], "import", "--no-unpack", str(archive))
    except Failed as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=bool(missing), imported=[image.reference for image in missing])


if __name__ == "__main__":
    main()
