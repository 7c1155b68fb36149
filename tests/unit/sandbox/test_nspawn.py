from __future__ import annotations

from pathlib import Path

from twinstack.sandbox.nspawn import Bind, machine, overlay


def test_binds_are_read_only_unless_said() -> None:
    assert Bind(Path("/a"), "/b").option == "--bind-ro=/a:/b"
    assert Bind(Path("/a"), "/b", writable=True).option == "--bind=/a:/b"


def test_the_overlay_has_the_topmost_layer_first() -> None:
    argv = overlay(("/top", "/base"), Path("/u"), Path("/w"), Path("/m"))
    assert argv == ("mount", "-t", "overlay", "twinstack", "-o", "lowerdir=/top:/base,upperdir=/u,workdir=/w", "/m")


def test_a_machine_runs_in_its_own_network_and_nobody_is_told() -> None:
    argv = machine("ts-a-cpu1", "cpu1", Path("/m"), (Bind(Path("/x"), "/y"),))
    assert argv[0] == "systemd-nspawn"
    assert {"--boot", "--register=no", "--keep-unit", "--machine=ts-a-cpu1", "--hostname=cpu1"} <= set(argv)
    assert "--network-namespace-path=/run/netns/ts-a-cpu1" in argv
    assert "--bind-ro=/x:/y" in argv
