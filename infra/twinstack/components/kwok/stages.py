"""What KWOK does with simulated nodes and the pods on them, step by step."""

from __future__ import annotations

from twinstack.manifests import Manifest

_NODE_STATUS = """\
{{ $now := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- {type: {{ .type | Quote }}, status: {{ .status | Quote }}, reason: Simulated, message: "no machine behind this node",
   lastHeartbeatTime: {{ $now | Quote }}, lastTransitionTime: {{ or $.metadata.creationTimestamp $now | Quote }}}
{{ end }}
addresses:
- {type: Hostname, address: {{ .metadata.name | Quote }}}
nodeInfo:
  architecture: amd64
  bootID: ""
  containerRuntimeVersion: simulated://kwok
  kernelVersion: simulated
  kubeProxyVersion: ""
  kubeletVersion: @version@
  machineID: ""
  operatingSystem: linux
  osImage: simulated
  systemUUID: ""
"""

_POD_RUNNING = """\
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
{{ $host := or .spec.hostNetwork false }}
podIP: {{ PodIPWith .spec.nodeName $host .metadata.uid .metadata.name .metadata.namespace | Quote }}
conditions:
{{ range tuple "Initialized" "PodReadyToStartContainers" "ContainersReady" "Ready" }}
- {type: {{ . }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
{{ range .spec.readinessGates }}
- {type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: {{ $now | Quote }}}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  restartCount: 0
  {{ if eq ( or .restartPolicy "" ) "Always" }}
  started: true
  state: {running: {startedAt: {{ $now | Quote }}}}
  {{ else }}
  state: {terminated: {exitCode: 0, reason: Completed, startedAt: {{ $now | Quote }}, finishedAt: {{ $now | Quote }}}}
  {{ end }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: true
  restartCount: 0
  started: true
  state: {running: {startedAt: {{ $now | Quote }}}}
{{ end }}
"""

_POD_SUCCEEDED = """\
{{ $now := Now }}
{{ $start := or .status.startTime $now }}
phase: Succeeded
conditions:
{{ range tuple "ContainersReady" "Ready" }}
- {type: {{ . }}, status: "False", reason: PodCompleted, lastTransitionTime: {{ $now | Quote }}}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  restartCount: 0
  started: false
  state: {terminated: {exitCode: 0, reason: Completed, startedAt: {{ $start | Quote }}, finishedAt: {{ $now | Quote }}}}
{{ end }}
"""

_READY = '.status.conditions.[] | select( .type == "Ready" ) | .status'
_DELETED = ".metadata.deletionTimestamp"
_PHASE = ".status.phase"
_OWNER = ".metadata.ownerReferences.[].kind"


def stages(kubernetes_version: str) -> tuple[Manifest, ...]:
    """Every stage, of nodes and of pods."""
    node_status = _NODE_STATUS.replace("@version@", f"v{kubernetes_version}")
    return (
        _stage("node-initialize", "Node", {_READY: ("NotIn", "True")}, {"statusTemplate": node_status}),
        # The lease alone keeps a node Ready; its status is refreshed as seldom as a kubelet does it.
        _stage("node-heartbeat", "Node", {_READY: ("In", "True")}, {"statusTemplate": node_status}, 300_000),
        _stage("pod-ready", "Pod", {_DELETED: None, ".status.podIP": None}, {"statusTemplate": _POD_RUNNING}),
        # Pods of Jobs end after a moment, so that whoever watches sees them run.
        _stage(
            "pod-complete",
            "Pod",
            {_DELETED: None, _PHASE: ("In", "Running"), _OWNER: ("In", "Job")},
            {"statusTemplate": _POD_SUCCEEDED},
            2_000,
        ),
        _stage("pod-delete", "Pod", {_DELETED: ("Exists",)}, {"delete": True}),
    )


def _stage(
    name: str,
    kind: str,
    when: dict[str, tuple[str, ...] | None],
    then: dict[str, object],
    after_milliseconds: int = 0,
) -> Manifest:
    """A stage: `when` maps a path to an operator and its values (None: the path does not exist)."""
    spec: Manifest = {
        "resourceRef": {"apiGroup": "v1", "kind": kind},
        "selector": {"matchExpressions": [_expression(path, wanted) for path, wanted in when.items()]},
        "next": then,
    }
    if after_milliseconds:
        spec["delay"] = {"durationMilliseconds": after_milliseconds}
    return {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "Stage", "metadata": {"name": name}, "spec": spec}


def _expression(path: str, wanted: tuple[str, ...] | None) -> Manifest:
    if wanted is None:
        return {"key": path, "operator": "DoesNotExist"}
    operator, *values = wanted
    return {"key": path, "operator": operator} | ({"values": values} if values else {})
