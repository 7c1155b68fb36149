"""What a role asks of the running kernel before it places anything, and what to do where the kernel has it not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KernelNeed:
    """A file system that the kernel must have, built in or as a module; `what` it is for, a `hint` where it is not."""

    filesystem: str
    module: str
    what: str
    hint: str

    @property
    def params(self) -> dict[str, str]:
        """The arguments of the module `kernel_filesystem`."""
        return {"filesystem": self.filesystem, "module": self.module, "what": self.what, "hint": self.hint}


NFS_SERVER = KernelNeed(
    filesystem="nfsd",
    module="nfsd",
    what="export NFS",
    hint="add kernel-nfs-server to `absent` of this host's hardware class: nfs-ganesha serves then",
)
LUSTRE = KernelNeed(
    filesystem="lustre",
    module="lustre",
    what="mount Lustre",
    hint="a kernel that kmod-lustre-client was built for, or its DKMS package and this kernel's headers",
)
NFS_CLIENT = KernelNeed(
    filesystem="nfs4",
    module="nfsv4",
    what="mount NFS",
    hint="install the kernel's client, or add kernel-nfs-client to `absent` of this host's hardware class: nothing is"
    " mounted then",
)
