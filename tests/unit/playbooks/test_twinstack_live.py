from __future__ import annotations

import errno
from pathlib import Path

import pytest

from playbooks.plugins.module_utils import twinstack_live
from playbooks.plugins.module_utils.twinstack_live import differences, record_of, restore
from playbooks.plugins.module_utils.twinstack_unit_steps import Failed

KEEPALIVE, RMEM, PORTS = "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem", "net.ipv4.ip_local_reserved_ports"


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /proc/sys of three values."""
    root = tmp_path / "sys"
    (root / "net/ipv4").mkdir(parents=True)
    for name, value in ((KEEPALIVE, "60"), (RMEM, "4096\t87380\t6291456"), (PORTS, "6817-6818")):
        (root / name.replace(".", "/")).write_text(f"{value}\n")
    monkeypatch.setattr(twinstack_live, "SYSCTL", root)
    return root


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return record_of(tmp_path / "records", "tuning")


def knobs(tmp_path: Path, *values: str) -> str:
    """Alike files below a folder; the pattern of all."""
    for number, value in enumerate(values):
        (tmp_path / f"cpu{number}").write_text(f"{value}\n")
    return str(tmp_path / "cpu[0-9]*")


def words(settings: dict[str, str], record: Path) -> list[str]:
    return list(differences(settings, record))


def set_again(settings: dict[str, str], record: Path, *, check_mode: bool = False) -> list[str]:
    return restore(settings, record, check_mode=check_mode)


@pytest.mark.usefixtures("kernel")
def test_a_changed_value_is_told_in_words(record: Path) -> None:
    assert words({KEEPALIVE: "600"}, record) == ["net.ipv4.tcp_keepalive_time is 60, not 600"]
    assert words({KEEPALIVE: "60"}, record) == []


@pytest.mark.usefixtures("kernel")
def test_values_of_several_fields_are_compared_however_they_are_spaced(record: Path) -> None:
    assert words({RMEM: "4096 87380  6291456"}, record) == []
    assert words({RMEM: "4096 87380 9"}, record) == [f"{RMEM} is 4096 87380 6291456, not 4096 87380 9"]


@pytest.mark.usefixtures("kernel")
def test_what_the_machine_does_not_have_is_passed_over(record: Path) -> None:
    nothing = {"net.bridge.bridge-nf-call-iptables": "1", "/sys/no/such[0-9]*": "x"}
    assert words(nothing, record) == set_again(nothing, record) == []


@pytest.mark.usefixtures("kernel")
def test_what_is_not_the_hosts_to_set_is_passed_over(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twinstack_live.os, "access", lambda _path, mode: not mode & twinstack_live.os.W_OK)
    assert words({KEEPALIVE: "600"}, record) == set_again({KEEPALIVE: "600"}, record) == []


def test_a_value_is_put_back_once(kernel: Path, record: Path) -> None:
    assert set_again({KEEPALIVE: "600"}, record, check_mode=True) == [f"set {KEEPALIVE}"]
    assert words({KEEPALIVE: "600"}, record) != []
    assert set_again({KEEPALIVE: "600"}, record) == [f"set {KEEPALIVE}"]
    assert (kernel / "net/ipv4/tcp_keepalive_time").read_text() == "600\n"
    assert words({KEEPALIVE: "600"}, record) == set_again({KEEPALIVE: "600"}, record) == []
    assert not record.exists()


def test_a_value_that_the_kernel_reads_in_other_words_is_as_wanted(
    kernel: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports, wanted = kernel / "net/ipv4/ip_local_reserved_ports", {PORTS: "6817,6818"}
    monkeypatch.setattr(twinstack_live, "write", lambda _value: ports.write_text("6817-6818\n"))
    assert words(wanted, record) == [f"{PORTS} is 6817-6818, not 6817,6818"]
    assert set_again(wanted, record) == [f"set {PORTS}"]
    assert words(wanted, record) == set_again(wanted, record) == []
    ports.write_text("1\n")
    assert words(wanted, record) == [f"{PORTS} is 1, not 6817,6818"]
    assert words({PORTS: "1-2"}, record) == [f"{PORTS} is 1, not 1-2"]


def test_alike_files_are_one_setting(tmp_path: Path, record: Path) -> None:
    pattern = knobs(tmp_path, "powersave", "performance", "powersave", "powersave")
    found = words({pattern: "performance"}, record)
    assert found == [f"{tmp_path}/cpu0 is powersave, not performance (and 2 more)"]
    assert set_again({pattern: "performance"}, record) == [f"set {tmp_path}/cpu{number}" for number in (0, 2, 3)]
    assert words({pattern: "performance"}, record) == []


def test_of_several_choices_the_chosen_one_counts(tmp_path: Path, record: Path) -> None:
    pattern = knobs(tmp_path, "always [madvise] never")
    assert words({pattern: "madvise"}, record) == []
    assert words({pattern: "always"}, record) == [f"{tmp_path}/cpu0 is madvise, not always"]


def test_a_value_that_cannot_be_read_is_told(tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = knobs(tmp_path, "x")
    monkeypatch.setattr(Path, "read_text", lambda _path: (_ for _ in ()).throw(OSError(errno.EIO, "I/O error")))
    monkeypatch.setattr(twinstack_live, "recorded", lambda _path: {})
    assert words({pattern: "y"}, record) == [f"{tmp_path}/cpu0 is unreadable (I/O error), not y"]


def test_a_value_that_the_kernel_refuses_fails_by_name(
    tmp_path: Path, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = knobs(tmp_path, "powersave")
    refuse = lambda _path, _text: (_ for _ in ()).throw(OSError(errno.EINVAL, "Invalid argument"))  # noqa: E731
    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(Failed, match=r"cpu0 cannot be set to fast: Invalid argument"):
        set_again({pattern: "fast"}, record)
