"""The kubelet's settings of a pool, as kubeadm's patch over what all nodes of the cluster share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twinstack.inventory.model import Hardware, Tuning
from twinstack.planning.model import HostPlan
from twinstack.rendering import kubelet_memory, yaml_text
from twinstack.rendering.kernel_settings import shares_kernel

API = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}
PATCHES = "/etc/kubernetes/patches"
# kubeadm takes the target, and how to merge, from the file's name.
PATCH = f"{PATCHES}/kubeletconfiguration+strategic.yaml"

# kubeadm accepts any word here and the kubelet then does not start; these are the words that it knows.
POLICIES: Mapping[str, frozenset[str]] = {
    "cpu_manager": frozenset({"none", "static"}),
    "topology_manager": frozenset({"none", "best-effort", "restricted", "single-numa-node"}),
    "memory_manager": frozenset({"None", "Static"}),
    "topology_scope": frozenset({"container", "pod"}),
}
# A strict reservation needs a CPU that no pod can have alone: a kubelet without one does not start again.
STRICT_FROM = 2
# Of a shutdown's grace, the part that is kept for what other pods need to end well (static pods, CSI drivers).
CRITICAL_PART = 3


class UnknownPolicyError(ValueError):
    """A resource manager's policy that no kubelet knows."""


def patch(host: HostPlan, *, keep_images: bool) -> str:
    """The text of the patch file; `keep_images` where what was imported cannot be pulled again."""
    return yaml_text.text({**API, **settings(host, keep_images=keep_images)})


def settings(host: HostPlan, *, keep_images: bool) -> Mapping[str, object]:
    """Every setting in which nodes of this pool and hardware differ from the cluster's."""
    return {
        **managers(host),
        **reservations(host),
        **limits(host),
        **evictions(host),
        **concessions(host.hardware, keep_images=keep_images),
    }


def managers(host: HostPlan) -> Mapping[str, object]:
    """The resource managers: as the pool is tuned, where Kubernetes may run workloads."""
    if host.pool is None or host.allocation.kubernetes is None:
        return {}
    tuning = check(host.pool.tuning)
    policies: dict[str, object] = {
        "cpuManagerPolicy": tuning.cpu_manager,
        "topologyManagerPolicy": tuning.topology_manager,
        "topologyManagerScope": tuning.topology_scope,
        "memoryManagerPolicy": tuning.memory_manager,
    }
    if strict(host):
        policies["cpuManagerPolicyOptions"] = {"strict-cpu-reservation": "true"}
    return policies


def check(tuning: Tuning) -> Tuning:
    """The tuning, if each of its words is one that the kubelet knows.

    Raises:
        UnknownPolicyError: it has a word that the kubelet refuses.
    """
    for name, known in POLICIES.items():
        word = getattr(tuning, name)
        if word not in known:
            raise UnknownPolicyError(f"tuning.{name}: {word!r} is none of {', '.join(sorted(known))}")
    return tuning


def strict(host: HostPlan) -> bool:
    """Whether pods without exclusive CPUs are kept off the reserved ones, too: on split hosts these are Slurm's."""
    share = host.allocation.kubernetes
    if host.pool is None or share is None or host.stack != "split":
        return False
    return host.pool.tuning.cpu_manager == "static" and len(share.cores) >= STRICT_FROM


def reservations(host: HostPlan) -> Mapping[str, object]:
    """CPUs and memory that are not Kubernetes', so that what the node offers is what the Plan gave."""
    if host.allocation.kubernetes is None:
        return {}
    cpus = reserved_cpus(host)
    system = kubelet_memory.system_reserved(host)
    found: dict[str, object] = {}
    if cpus:
        found["reservedSystemCPUs"] = cpu_list(cpus)
    if system:
        found["systemReserved"] = {"memory": f"{system}Mi"}
    if host.pool is not None and host.pool.tuning.memory_manager == "Static":
        found["reservedMemory"] = reserved_memory(host)
    return found


def reserved_cpus(host: HostPlan) -> tuple[int, ...]:
    """Logical CPUs of each core that is not Kubernetes'.

    Where it has all of them and the CPU manager is static, the first core: that manager wants something left over.
    """
    share, hardware = host.allocation.kubernetes, host.hardware
    owned = set(share.cores) if share else set()
    cores = [core for core in range(hardware.cores) if core not in owned]
    if not cores and host.pool is not None and host.pool.tuning.cpu_manager == "static":
        cores = [0]
    return cpus_of(hardware, cores)


def cpus_of(hardware: Hardware, cores: Iterable[int]) -> tuple[int, ...]:
    """The logical CPUs of cores, ascending (core c has c, c + cores, c + 2*cores ...)."""
    wanted = tuple(cores)
    threads = range(hardware.threads_per_core)
    return tuple(sorted(core + thread * hardware.cores for core in wanted for thread in threads))


def cpu_list(cpus: Iterable[int]) -> str:
    """CPUs as the kernel writes them: `0-3,8`."""
    runs: list[list[int]] = []
    for cpu in sorted(cpus):
        if runs and cpu == runs[-1][-1] + 1:
            runs[-1][1:] = [cpu]
        else:
            runs.append([cpu])
    return ",".join("-".join(map(str, run)) for run in runs)


def limits(host: HostPlan) -> Mapping[str, object]:
    """How many pods, and how long a shutdown waits for them; what the inventory leaves out is the kubelet's to say."""
    tuning = host.pool.tuning if host.pool and host.allocation.kubernetes else None
    found: dict[str, object] = {}
    if tuning and tuning.max_pods:
        found["maxPods"] = tuning.max_pods
    if tuning and tuning.shutdown_grace:
        found["shutdownGracePeriod"] = f"{tuning.shutdown_grace}s"
        found["shutdownGracePeriodCriticalPods"] = f"{tuning.shutdown_grace // CRITICAL_PART}s"
    return found


def evictions(host: HostPlan) -> Mapping[str, object]:
    """When pods have to go; a host that shares the machine's disk need not keep it free."""
    return {"evictionHard": eviction(kubelet_memory.eviction(host), 1 if shares_kernel(host.hardware) else 10)}


def reserved_memory(host: HostPlan) -> list[Mapping[str, object]]:
    """What the static memory manager takes from each NUMA node; the sum is systemReserved and eviction together."""
    return [
        {"numaNode": node, "limits": {"memory": f"{size}Mi"}}
        for node, size in enumerate(kubelet_memory.by_numa_node(host))
        if size
    ]


def concessions(hardware: Hardware, *, keep_images: bool) -> Mapping[str, object]:
    """What a machine that lacks a capability needs in order to run a kubelet at all."""
    found: dict[str, object] = {}
    if keep_images or shares_kernel(hardware):
        found["imageGCHighThresholdPercent"] = 100
    if "cgroup2" in hardware.absent:
        found["failCgroupV1"] = False
    if "oom-score-adjust" in hardware.absent:
        found["oomScoreAdj"] = 0
    return found


def eviction(memory: int, disk: int) -> Mapping[str, str]:
    """Every hard threshold (one that is left out would be off); `memory` in MiB, `disk` in percent."""
    half = max(1, disk // 2)
    return {
        "memory.available": f"{memory}Mi",
        "nodefs.available": f"{disk}%",
        "nodefs.inodesFree": f"{half}%",
        "imagefs.available": f"{disk}%",
        "imagefs.inodesFree": f"{half}%",
    }
