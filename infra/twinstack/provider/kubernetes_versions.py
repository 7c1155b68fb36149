"""Which Kubernetes version a cluster may be told to run next; hosts ask once more (`kubernetes_skew`)."""

from __future__ import annotations


def refusal(old: str, new: str) -> str | None:
    """Why a cluster of one version cannot be brought to another at once, or None.

    Source: kubernetes.io/releases/version-skew-policy; kubeadm upgrades one minor version at a time and never back.
    """
    was, wanted = numbers(old), numbers(new)
    if wanted < was:
        return f"the cluster runs {old}, and Kubernetes does not go back to {new}"
    if wanted[:2] > (was[0], was[1] + 1):
        return f"from {old} to {new} skips a minor version: go to {was[0]}.{was[1] + 1} first"
    return None


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version such as `1.35.4`."""
    return tuple(int(part) for part in version.split("."))
