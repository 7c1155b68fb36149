"""A shell that answers only what a test told it, and fails the test for anything else."""

from __future__ import annotations

from dataclasses import dataclass, field

from twinstack.conformance import Answer


@dataclass
class FakeShell:
    answers: dict[tuple[str, ...], Answer] = field(default_factory=dict)

    def tell(self, *argv: str, rc: int = 0, stdout: str = "", stderr: str = "") -> FakeShell:
        self.answers[argv] = Answer(rc, stdout, stderr)
        return self

    def run(self, *argv: str) -> Answer:
        for known, answer in self.answers.items():
            if argv[: len(known)] == known:
                return answer
        raise AssertionError(f"nobody told this shell about {' '.join(argv)}")
