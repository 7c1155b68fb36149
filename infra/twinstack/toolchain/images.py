"""Container images made from the built binaries, under upstream's own names and tags, for hosts without a registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from twinstack.toolchain.archive import Entry, program, symlink
from twinstack.toolchain.cache import cache_root, digest, publish
from twinstack.toolchain.elf import needs, real_path
from twinstack.toolchain.keys import architecture, key
from twinstack.toolchain.model import Progress, silent
from twinstack.toolchain.oci import Runtime, write_image
from twinstack.toolchain.supply import binaries
from twinstack.toolchain.table import COREDNS, ETCD, KUBERNETES, KUEUE, KWOK, PAUSE, tool_named

BUSYBOX = "1.36"
# Raise it when the layout of the archives changes in code that the key does not see.
LAYOUT = "1"
APPLETS = (
    "[", "awk", "base64", "basename", "cat", "chmod", "chown", "cp", "cut", "date", "dd", "df", "dirname", "du", "echo",
    "env", "expr", "false", "find", "free", "grep", "gunzip", "gzip", "head", "hostname", "httpd", "id", "ip", "kill",
    "ln", "ls", "md5sum", "mkdir", "mktemp", "mount", "mv", "nc", "nproc", "nslookup", "ping", "printf", "ps", "pwd",
    "readlink", "rm", "rmdir", "sed", "seq", "sh", "sha256sum", "sleep", "sort", "stat", "sync", "tail", "tar",
    "taskset", "tee", "test", "time", "timeout", "touch", "tr", "true", "umount", "uname", "uniq", "vi", "wc", "wget",
    "which", "whoami", "xargs", "yes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Image:
    """One image to be made.

    Attributes:
        repository: its name without the tag.
        tag: the tag under which manifests ask for it.
        tools: path in the image -> name of the pinned tool.
        programs: path in the image -> path in the root file system it is taken from, with its libraries.
        links: path in the image -> what the symbolic link points to.
        runtime: what it runs.
    """

    repository: str
    tag: str
    runtime: Runtime
    tools: tuple[tuple[str, str], ...] = ()
    programs: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def reference(self) -> str:
        """Its full name."""
        return f"{self.repository}:{self.tag}"

    @property
    def archive(self) -> str:
        """The archive's file name."""
        return f"{self.repository.rpartition('/')[2]}_{self.tag}.tar"


def _kubernetes(name: str, programs: tuple[tuple[str, str], ...] = ()) -> Image:
    where = f"usr/local/bin/{name}"
    runtime = Runtime(version=KUBERNETES)
    return Image(f"registry.k8s.io/{name}", f"v{KUBERNETES}", runtime, ((where, name),), programs)


IMAGES: tuple[Image, ...] = (
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
    _kubernetes("kube-scheduler"),
    _kubernetes("kube-proxy", (("usr/sbin/nft", "usr/sbin/nft"),)),
    # kubeadm of this release asks for this tag; the label tells the version that is really inside.
    Image(
        "registry.k8s.io/etcd",
        "3.6.6-0",
        Runtime(version=ETCD),
        (("usr/local/bin/etcd", "etcd"),),
    ),
    Image(
        "registry.k8s.io/coredns/coredns",
        f"v{COREDNS}",
        Runtime(entrypoint=("/coredns",), version=COREDNS),
        (("coredns", "coredns"),),
    ),
    Image("registry.k8s.io/pause", PAUSE, Runtime(entrypoint=("/pause",), version=PAUSE), (("pause", "pause"),)),
    Image(
        "registry.k8s.io/kueue/kueue",
        f"v{KUEUE}",
        Runtime(entrypoint=("/manager",), user="65532:65532", version=KUEUE),
        (("manager", "kueue"),),
    ),
    Image(
        "registry.k8s.io/kwok/kwok",
        f"v{KWOK}",
        Runtime(entrypoint=("/usr/local/bin/kwok",), version=KWOK),
        (("usr/local/bin/kwok", "kwok"),),
    ),
    Image(
        "docker.io/library/busybox",
        BUSYBOX,
        Runtime(command=("sh",)),
        programs=(("bin/busybox", "bin/busybox"),),
        links=tuple((f"bin/{applet}", "busybox") for applet in APPLETS),
    ),
)
TOOL_NAMES = tuple(name for image in IMAGES for _, name in image.tools)


def image_archives(rootfs: Path, progress: Progress = silent) -> Path:
    """Make every image and return the directory with their archives, `<name>_<tag>.tar`.

    Args:
        rootfs: an unpacked Debian root with the packages nftables and busybox-static; it is only read.
        progress: takes a line for each step.

    Raises:
        ToolchainError: a tool cannot be built, or the root lacks a file.
    """
    borrowed = {image: borrowed_files(image, rootfs) for image in IMAGES}
    folder = cache_root() / "images" / _key(borrowed)
    made = publish(folder, partial(_make, borrowed, progress), progress)
    progress(f"images: {len(IMAGES)} archives {'made' if made else 'cached'} in {folder}")
    return folder


def _key(borrowed: Mapping[Image, Mapping[str, Path]]) -> str:
    keys = [key(tool_named(name)) for name in TOOL_NAMES]
    files = [
        part for taken in borrowed.values() for where, path in taken.items() for part in (where, path.read_bytes())
    ]
    return digest(LAYOUT, architecture(), repr(IMAGES), *keys, *files)


def borrowed_files(image: Image, rootfs: Path) -> dict[str, Path]:
    """Return what an image takes from the root file system: path in the image -> file."""
    taken = {where: real_path(rootfs, source) for where, source in image.programs}
    for _, source in image.programs:
        taken |= needs(rootfs, source)
    return taken


def _make(borrowed: Mapping[Image, Mapping[str, Path]], progress: Progress, scratch: Path) -> None:
    built = binaries(TOOL_NAMES, progress)
    for image, files in borrowed.items():
        write_image(scratch / image.archive, image.reference, image.runtime, entries(image, built, files))


def entries(image: Image, built: Mapping[str, Path], files: Mapping[str, Path]) -> list[Entry]:
    """Return what is in an image: its tools from `built`, programs and libraries from `files`."""
    tools = [program(where, built[name]) for where, name in image.tools]
    programs = [program(where, path) for where, path in files.items()]
    return [*tools, *programs, *(symlink(where, target) for where, target in image.links)]
