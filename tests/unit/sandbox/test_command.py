from __future__ import annotations

import pytest

from twinstack.sandbox.command import CommandError, run, run_all, succeeds


def test_run_returns_what_was_printed() -> None:
    assert run("cat", stdin="hello") == "hello"


def test_a_failure_carries_command_code_and_words() -> None:
    with pytest.raises(CommandError) as caught:
        run("ls", "/nowhere at all")
    assert caught.value.argv == ("ls", "/nowhere at all")
    assert caught.value.code == 2
    assert "No such file" in caught.value.stderr
    assert str(caught.value).startswith("`ls '/nowhere at all'` ended with 2: ")


def test_a_missing_program_is_named() -> None:
    with pytest.raises(CommandError, match="no-such-program is not installed"):
        run("no-such-program")


def test_a_program_that_takes_too_long_is_ended() -> None:
    with pytest.raises(CommandError, match="did not end in time"):
        run("sleep", "30", timeout=0.1)


def test_run_all_stops_at_the_first_failure() -> None:
    with pytest.raises(CommandError) as caught:
        run_all((("true",), ("false",), ("no-such-program",)))
    assert caught.value.argv == ("false",)


def test_succeeds() -> None:
    assert succeeds("true")
    assert not succeeds("false")
    assert not succeeds("no-such-program")
