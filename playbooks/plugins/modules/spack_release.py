"""Ansible module: one release of Spack in a directory of its own, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.urls import open_url

DOCUMENTATION = """
module: spack_release
short_description: Install a release of Spack
description:
  - A tag of a Git repository, or an archive whose checksum is known. It is made ready beside its place and renamed, so
    that a run that is killed leaves no half release; a release that is there stays as it is.
  - Its site configuration is made of links to files elsewhere, so that releases share it.
options:
  dest:
    description: The release's directory; its parent exists.
    type: path
    required: true
  version:
    description: The release's version, without C(v).
    type: str
    required: true
  git:
    description: Repository to clone, at the tag C(v<version>).
    type: str
  archive:
    description: The release's archive, a file on this host or an address; its first directory is left away.
    type: str
  sha256:
    description: Checksum of the archive, in hexadecimal.
    type: str
  owner:
    description: User whom the files belong to.
    type: str
    default: root
  config:
    description: Links in C(etc/spack) by name.
    type: dict
    default: {}
author: [twinstack]
"""

RETURN = """
version:
  description: The release that is there.
  type: str
  returned: always
"""

MARKER = ".twinstack-release"
BLOCK = 1 << 20


class Refused(Exception):  # noqa: N818
    """A release that cannot be installed."""


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "dest": {"type": "path", "required": True},
            "version": {"type": "str", "required": True},
            "git": {"type": "str"},
            "archive": {"type": "str"},
            "sha256": {"type": "str"},
            "owner": {"type": "str", "default": "root"},
            "config": {"type": "dict", "default": {}},
        },
        required_one_of=[("git", "archive")],
        mutually_exclusive=[("git", "archive")],
        required_by={"archive": ["sha256"]},
        supports_check_mode=True,
    )
    try:
        changed = settle(module.params, check=module.check_mode)
    except (Refused, OSError, KeyError) as error:
        module.fail_json(msg=f"{module.params['dest']}: {error}")
    module.exit_json(changed=changed, version=module.params["version"])


def settle(wanted: dict[str, Any], *, check: bool) -> bool:
    """Install the release unless it is there, link its configuration; answer whether something changed."""
    dest = Path(wanted["dest"])
    fresh = not (dest / MARKER).exists()
    if fresh and dest.exists():
        raise Refused("is there and was not made by this role")
    stale = [] if fresh else [name for name, target in wanted["config"].items() if not links(dest, name, target)]
    if check:
        return fresh or bool(stale)
    if fresh:
        install(wanted, dest)
    for name in stale:
        link(dest, name, wanted["config"][name])
    return fresh or bool(stale)


def install(wanted: dict[str, Any], dest: Path) -> None:
    """Make the release ready beside its place, then rename it."""
    staged = dest.with_name(f".{dest.name}.partial")
    shutil.rmtree(staged, ignore_errors=True)
    if wanted["git"]:
        clone(wanted["git"], f"v{wanted['version']}", staged)
    else:
        unpack(wanted["archive"], wanted["sha256"], staged)
    for name, target in wanted["config"].items():
        link(staged, name, target)
    (staged / MARKER).write_text(f"{wanted['version']}\n")
    give(staged, wanted["owner"])
    staged.rename(dest)


def clone(repository: str, tag: str, staged: Path) -> None:
    """One commit of the repository."""
    argv = ["git", "-c", "advice.detachedHead=false", "clone", "--quiet", "--depth=1", f"--branch={tag}", repository]
    done = subprocess.run([*argv, str(staged)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"cannot clone {repository} at {tag}: {done.stderr.strip()}")


def unpack(archive: str, sha256: str, staged: Path) -> None:
    """The archive's files, once its checksum has been seen."""
    staged.mkdir()
    copy = staged.with_name(f"{staged.name}.tar.gz")
    try:
        seen = fetch(archive, copy)
        if seen != sha256:
            raise Refused(f"{archive} has the sha256 {seen}, and {sha256} is wanted")
        with tarfile.open(copy) as tar:
            tar.extractall(staged, members=[kept for member in tar if (kept := stripped(member))])  # noqa: S202
    finally:
        copy.unlink(missing_ok=True)


def fetch(archive: str, copy: Path) -> str:
    """Copy the archive here; its sha256."""
    digest = hashlib.sha256()
    with opened(archive) as source, copy.open("wb") as target:
        while block := source.read(BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def opened(archive: str) -> Any:  # noqa: ANN401 - a file or a response: both are read in blocks
    """The archive as a stream."""
    return open_url(archive) if "://" in archive else Path(archive).open("rb")


def stripped(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A member without its first directory; None for that directory itself.

    The checksum says that the archive is the wanted one; a name that leads outside is refused all the same.
    """
    _, _, rest = member.name.partition("/")
    if not rest:
        return None
    if ".." in rest.split("/"):
        raise Refused(f"the archive's {member.name} leads outside")
    member.name = rest
    return member


def links(release: Path, name: str, target: str) -> bool:
    """Whether a configuration file is the wanted link."""
    path = release / "etc" / "spack" / name
    return path.is_symlink() and str(path.readlink()) == target


def link(release: Path, name: str, target: str) -> None:
    """Make a configuration file a link."""
    path = release / "etc" / "spack" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def give(path: Path, owner: str) -> None:
    """Give a whole tree to a user; its group is the user's own."""
    user = pwd.getpwnam(owner)
    for each in (path, *path.rglob("*")):
        os.chown(each, user.pw_uid, user.pw_gid, follow_symlinks=False)


if __name__ == "__main__":
    main()
