"""A host that answers only the commands that it was told of, with its files in a directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playbooks.plugins.module_utils.twinstack_kubernetes import Host


class FakeHost(Host):
    """Records every command; `tell` says how those that begin with some words end."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ran: list[str] = []
        self._answers: list[tuple[str, tuple[int, str, str], Any]] = []
        super().__init__(self._answer, str(root / "var/lib/twinstack/kubeadm.json"), str(root))

    def tell(self, command: str, code: int = 0, out: str = "", err: str = "", then: Any = None) -> FakeHost:
        """Answer commands that begin so; `then` is done when one runs. Later words win."""
        self._answers.insert(0, (command, (code, out, err), then))
        return self

    def put(self, name: str, text: str = "") -> FakeHost:
        """Make a file of the host."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return self

    def at_rest(self) -> FakeHost:
        """A host on which nothing of pods is mounted, no kubelet runs, no container."""
        self.put("/proc/self/mountinfo").tell("systemctl show", out="inactive\n").tell("systemctl start containerd")
        return self.tell("ctr --namespace k8s.io tasks list", out="TASK PID STATUS\n")

    def _answer(self, argv: list[str]) -> tuple[int, str, str]:
        line = " ".join(argv)
        self.ran.append(line)
        for command, answer, then in self._answers:
            if line.startswith(command):
                if then:
                    then()
                return answer
        raise AssertionError(f"nobody told of: {line}")
