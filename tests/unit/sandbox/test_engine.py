from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from twinstack.sandbox import operate
from twinstack.sandbox.engine import PLUGIN, Engine, EngineError
from twinstack.sandbox.layout import Layout

PROJECT = Path(__file__).parents[3]


@dataclass
class FakePulumi:
    """Answers by the first words after the folder; fails the test for anything that it was not told of."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    called: list[tuple[str, ...]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, argv: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        words = tuple(argv[3:])
        self.called.append(words)
        self.environment = options["env"]
        for known, (code, said) in self.answers.items():
            if " ".join(words).startswith(known):
                return subprocess.CompletedProcess(argv, code, said, said if code else "")
        raise AssertionError(f"nobody told this pulumi about {words}")


@pytest.fixture
def pulumi(monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    fake = FakePulumi()
    monkeypatch.setattr("twinstack.sandbox.engine.subprocess.run", fake.run)
    monkeypatch.setattr(operate, "command", lambda _layout, argv: argv)
    return fake


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    layout = Layout.of("one", tmp_path)
    (layout.pulumi / "home").mkdir(parents=True)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / PLUGIN).write_text("#!/bin/sh\n")
    (tools / PLUGIN).chmod(0o755)
    return Engine(layout, PROJECT, {"PATH": str(tools), "PULUMI_HOME": str(layout.pulumi / "home")})


def test_a_new_stack_lives_in_the_instance_alone(engine: Engine, pulumi: FakePulumi) -> None:
    pulumi.answers = {"stack ls": (0, "[]"), "stack init": (0, "")}
    engine.prepare()
    assert pulumi.called[-1] == ("stack", "init", "sandbox", "--no-select")
    config = yaml.safe_load(engine.config_file.read_text())["config"]
    assert config["twinstack:inventory"] == str(engine.layout.site)
    assert config["twinstack:state"].startswith(str(engine.layout.instance))


def locked(engine: Engine, host: str) -> Path:
    path = engine.layout.pulumi / "state/.pulumi/locks/organization/twinstack/sandbox/one.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"pid": 0, "hostname": host, "timestamp": "noon"}))
    return path


def test_a_stack_that_is_there_is_unlocked_and_keeps_its_salt(engine: Engine, pulumi: FakePulumi) -> None:
    pulumi.answers = {"stack ls": (0, json.dumps([{"name": "organization/twinstack/sandbox"}]))}
    lock = locked(engine, socket.gethostname())
    engine.config_file.write_text("encryptionsalt: v1:kept\n")
    engine.prepare()
    assert engine.config_file.read_text() == "encryptionsalt: v1:kept\n"
    assert [words[0] for words in pulumi.called] == ["stack"]
    assert not lock.exists()


def test_a_stack_that_somebody_is_changing_is_left_to_them(engine: Engine, pulumi: FakePulumi) -> None:
    pulumi.answers = {"stack ls": (0, json.dumps([{"name": "organization/twinstack/sandbox"}]))}
    lock = locked(engine, "elsewhere")
    with pytest.raises(EngineError, match="being changed by process 0 on elsewhere since noon: wait"):
        engine.prepare()
    assert lock.exists()


def test_plugins_come_from_the_cache_and_nothing_is_logged(engine: Engine, pulumi: FakePulumi) -> None:
    pulumi.answers = {"stack ls": (0, "[]"), "stack init": (0, ""), "up": (0, "")}
    engine.prepare()
    engine.prepare()
    home = engine.layout.pulumi / "home"
    (plugin,) = home.glob(f"plugins/resource-kubernetes-v*/{PLUGIN}")
    assert plugin.exists()
    assert (home / "logs").is_file()
    engine.up()
    assert pulumi.environment["PULUMI_IGNORE_AMBIENT_PLUGINS"] == "true"


def test_up_previews_with_the_policies_and_tells_of_failure(engine: Engine, pulumi: FakePulumi) -> None:
    pulumi.answers = {"up": (255, "")}
    with pytest.raises(EngineError, match="ended with 255"):
        engine.up()
    (words,) = pulumi.called
    assert words[words.index("--policy-pack") + 1] == str(PROJECT / "policies")
    assert "--skip-preview" not in words


def test_what_pulumi_says_is_in_the_error(engine: Engine, pulumi: FakePulumi) -> None:
    pulumi.answers = {"stack output": (1, "error: no stack named 'sandbox' found")}
    with pytest.raises(EngineError, match="no stack named"):
        engine.outputs()
