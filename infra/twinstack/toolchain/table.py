"""The pinned tools, in the order in which they are built: the Kubernetes binaries share most of their packages."""

from __future__ import annotations

from collections.abc import Iterable

from twinstack.toolchain.model import Beside, Embeds, ModuleFile, OnPath, Package, Plugin, Tool, ToolchainError, Version

KUBERNETES = "1.35.4"
PULUMI = "3.250.0"
PULUMI_LANGUAGE = "3.188.0"
PULUMI_KUBERNETES = "4.25.0"
KUEUE = "0.19.2"
KWOK = "0.7.0"
PAUSE = "3.10.1"
COREDNS = "1.13.1"
ETCD = "3.6.8"

_MAJOR, _MINOR = (int(part) for part in KUBERNETES.split(".")[:2])
_PULUMI_OLDEST = (3, 200, 0)


def _pulumi_fits(version: Version) -> bool:
    return _PULUMI_OLDEST <= version < (4, 0, 0)


def _kubectl_fits(version: Version) -> bool:
    """Tell whether the version skew policy allows it: one minor away from the API server, either way."""
    return version[0] == _MAJOR and abs(version[1] - _MINOR) <= 1


def _kubernetes(name: str, needed_for: str, installed: OnPath | None = None) -> Tool:
    return Tool(name, KUBERNETES, "kubernetes", kubernetes(name, KUBERNETES), needed_for, installed)


def kubernetes(name: str, version: str) -> Package:
    """Return the package of a Kubernetes program, which says of itself that it is of that version."""
    major, minor = version.split(".")[:2]
    facts = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "archive"}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    stamps = tuple((f"{package}.{fact}", text) for package in packages for fact, text in facts.items())
    return Package(f"k8s.io/kubernetes/cmd/{name}", stamps)


TOOLS: tuple[Tool, ...] = (
    _kubernetes("kube-apiserver", "image of the control plane"),
    _kubernetes("kube-controller-manager", "image of the control plane"),
    _kubernetes("kube-scheduler", "image of the control plane"),
    _kubernetes(
        "kubectl",
        "looking at the cluster; package on hosts",
        OnPath(("version", "--client"), _kubectl_fits),
    ),
    _kubernetes("kubeadm", "package on hosts"),
    _kubernetes("kubelet", "package on hosts"),
    _kubernetes("kube-proxy", "image on every Kubernetes host"),
    Tool(
        "pulumi",
        PULUMI,
        "pulumi",
        Package(
            "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            (("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", f"v{PULUMI}"),),
        ),
        "the engine",
        OnPath(("version",), _pulumi_fits),
    ),
    Tool(
        "pulumi-language-python",
        PULUMI_LANGUAGE,
        "pulumi-language-python",
        Package(
            "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
            (("github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", f"v{PULUMI_LANGUAGE}"),),
        ),
        "programs in Python",
        Beside("pulumi"),
    ),
    Tool(
        "pulumi-language-python-exec",
        PULUMI,
        "pulumi",
        ModuleFile("github.com/pulumi/pulumi/sdk/v3", "python/cmd/pulumi-language-python-exec"),
        "programs in Python",
        Beside("pulumi"),
    ),
    Tool(
        "pulumi-resource-pulumi-python",
        PULUMI,
        "pulumi",
        ModuleFile("github.com/pulumi/pulumi/sdk/v3", "python/dist/pulumi-resource-pulumi-python"),
        "dynamic providers in Python",
        Beside("pulumi"),
    ),
    Tool("etcd", ETCD, "etcd", Package("go.etcd.io/etcd/server/v3"), "image of the control plane"),
    Tool("coredns", COREDNS, "coredns", Package("github.com/coredns/coredns"), "image of the cluster's DNS"),
    Tool("kwok", KWOK, "kwok", Package("sigs.k8s.io/kwok/cmd/kwok"), "image: simulated hosts"),
    Tool(
        "kueue",
        KUEUE,
        "kueue",
        Package("sigs.k8s.io/kueue/cmd/kueue", (("sigs.k8s.io/kueue/pkg/version.GitVersion", f"v{KUEUE}"),)),
        "image: queues of projects",
    ),
    Tool(
        "pulumi-resource-kubernetes",
        PULUMI_KUBERNETES,
        "pulumi-kubernetes",
        Package(
            ".",
            (("main.version", PULUMI_KUBERNETES),),
            Embeds(
                "github.com/pulumi/pulumi-kubernetes/provider/v4",
                "cmd/pulumi-resource-kubernetes",
                ("schema.json", "terraform-mapping.json"),
                ("schema.json",),
            ),
        ),
        "Kubernetes objects",
        Plugin("resource", "kubernetes"),
    ),
    Tool("pause", PAUSE, "pause", Package("."), "image: holds a pod's namespaces"),
)

OPERATOR: tuple[str, ...] = tuple(tool.name for tool in TOOLS if tool.installed is not None)
_BY_NAME = {tool.name: tool for tool in TOOLS}


def tool_named(name: str) -> Tool:
    """Return the tool of that name.

    Raises:
        ToolchainError: there is none.
    """
    if name not in _BY_NAME:
        raise ToolchainError(f"no such tool: {name} (there are {', '.join(sorted(_BY_NAME))})")
    return _BY_NAME[name]


def chosen(names: Iterable[str] | None) -> tuple[Tool, ...]:
    """Return the named tools in the order of building; all of them for None."""
    if names is None:
        return TOOLS
    wanted = {tool_named(name).name for name in names}
    return tuple(tool for tool in TOOLS if tool.name in wanted)
