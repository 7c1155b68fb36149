"""Ansible module: what of a control plane cannot be made again is put by, before it leaves its cluster."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.twinstack_backups import archive, keep_newest, named, whole
from ansible.module_utils.twinstack_etcd import Etcd
from ansible.module_utils.twinstack_kubernetes import LONGEST, Failed, Host, leftovers, wait
from ansible.module_utils.twinstack_leaving import SHOWN, holders

DOCUMENTATION = """
module: kubernetes_backup
short_description: Put by etcd's database and /etc/kubernetes of a control plane
description:
  - The database as a snapshot, checked by its sum, as C(etcdutl snapshot restore) takes it. Where etcd does not run, an
    archive of its directory. One that runs without answering is a failure, since a copy of files under it may be worth
    nothing.
  - An archive of C(/etc/kubernetes) with all keys, but without C(tmp), which no reset deletes.
  - A host of which kubeadm has made nothing has nothing to be put by.
options:
  directory:
    description: Where backups are kept, for root alone.
    type: path
    default: /var/backups/twinstack
  keep:
    description: How many of each kind stay.
    type: int
    default: 5
  timeout:
    description: Seconds in which etcd has to answer or to end.
    type: int
    default: 60
  record:
    description: File in which it is remembered what kubeadm did.
    type: path
    default: /var/lib/twinstack/kubeadm.json
author: [twinstack]
"""

RETURN = """
twinstack:
  description: C(kept), the files.
  type: dict
  returned: always
"""

SNAPSHOT, DATA, CONFIGURATION = ("etcd", ".db"), ("etcd-data", ".tar.gz"), ("etc-kubernetes", ".tar.gz")
KUBERNETES = "/etc/kubernetes"
MANIFEST = f"{KUBERNETES}/manifests/etcd.yaml"
DATA_DIRECTORY = re.compile(r"--data-dir=(\S+)")
DEFAULT_DATA = "/var/lib/etcd"
# An archive of the directory holds the log beside the database, and is compressed.
SPARE = 1.1


class Backup:
    """The backups of one host, made now."""

    def __init__(self, host: Host, directory: Path, keep: int) -> None:
        self._host = host
        self._directory = directory
        self._keep = keep
        self.made: list[str] = []

    def path(self, kind: tuple[str, str]) -> Path:
        """The file of a kind; it says by which version of Kubernetes it was."""
        subject, suffix = kind
        version = str(self._host.record.get("version", "unknown"))
        return named(self._directory, subject, version, suffix)

    def done(self, kind: tuple[str, str], path: Path) -> None:
        """Note a file that is whole, and let the oldest of its kind go."""
        self.made.append(str(path))
        keep_newest(self._directory, *kind, self._keep)

    def database(self, etcd: Etcd, timeout: float) -> None:
        """Put etcd's database by.

        Raises:
            Failed: it cannot be had whole.
        """
        data = data_directory(self._host)
        if not (data / "member").is_dir():
            return
        refuse_full_disk(data, self._directory)
        wait(lambda: etcd.answers() or not holders(str(data)), timeout, "etcd runs and did not answer")
        if etcd.answers():
            path = self.path(SNAPSHOT)
            with whole(path) as target:
                etcd.snapshot(target)
            self.done(SNAPSHOT, path)
            return
        path = self.path(DATA)
        archive(data, files(data), path)
        if used := holders(str(data)):
            path.unlink()
            raise Failed(f"{data} is in use meanwhile by {', '.join(used[:SHOWN])}")
        self.done(DATA, path)

    def configuration(self) -> None:
        """Put certificates, keys, kubeconfigs and static pods by."""
        folder, path = self._host.path(KUBERNETES), self.path(CONFIGURATION)
        archive(folder, [each for each in files(folder) if each.relative_to(folder).parts[0] != "tmp"], path)
        self.done(CONFIGURATION, path)


def data_directory(host: Host) -> Path:
    """Where etcd of this host keeps its data."""
    manifest = host.path(MANIFEST)
    found = DATA_DIRECTORY.search(manifest.read_text()) if manifest.is_file() else None
    return host.path(found[1] if found else DEFAULT_DATA)


def files(folder: Path) -> list[Path]:
    """All files and links below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def size_of(path: Path) -> int:
    """Bytes that a file takes up; etcd removes files of its log at any time."""
    try:
        return path.stat().st_blocks * 512
    except FileNotFoundError:
        return 0


def refuse_full_disk(data: Path, directory: Path) -> None:
    """Say so before anything is written where the database would not fit.

    Raises:
        Failed: there is too little space.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = sum(map(size_of, files(data))) * SPARE
    free = os.statvfs(directory).f_bavail * os.statvfs(directory).f_frsize
    if free < size:
        raise Failed(f"{directory} has {free >> 20} MiB left, too little for {int(size) >> 20} MiB of {data}")


def settle(host: Host, etcd: Etcd, directory: Path, keep: int, timeout: float) -> list[str]:
    """Put by what there is; the files."""
    if not leftovers(host):
        return []
    backup = Backup(host, directory, keep)
    backup.database(etcd, timeout)
    backup.configuration()
    return backup.made


def main() -> None:
    """Run as an Ansible module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {"type": "path", "default": "/var/backups/twinstack"},
            "keep": {"type": "int", "default": 5},
            "timeout": {"type": "int", "default": 60},
            "record": {"type": "path", "default": "/var/lib/twinstack/kubeadm.json"},
        },
        supports_check_mode=True,
    )
    params, host = module.params, Host(module.run_command, module.params["record"])
    if module.check_mode:
        module.exit_json(changed=bool(leftovers(host)), twinstack={"kept": []})
    try:
        with host.alone(LONGEST):
            made = settle(host, Etcd(), Path(params["directory"]), params["keep"], params["timeout"])
    except (Failed, OSError) as error:
        module.fail_json(msg=f"no backup, so the host keeps what it has: {error}")
    module.exit_json(changed=bool(made), twinstack={"kept": made})


if __name__ == "__main__":
    main()
