"""When Kueue counts as up: its webhooks refuse every queue and job until the API server reaches its pod.

The API server tells so itself: Kueue's aggregated API is available once it was called through the Service network,
which is later than the pod being ready, for the proxies on the control plane must have learnt of the pod too.
"""

from __future__ import annotations

from twinstack.components.kueue.chart import NAMESPACE
from twinstack.components.model import Ready

READY = (
    Ready("Deployment", f"{NAMESPACE}/kueue-controller-manager"),
    Ready("APIService", "v1beta2.visibility.kueue.x-k8s.io"),
)
