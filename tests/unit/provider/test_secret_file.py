from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from twinstack.provider.secret_file import secret_file


def test_another_process_of_this_user_reads_it_while_it_lasts() -> None:
    with secret_file({"munge-key": "hush"}) as path:
        read = subprocess.run([sys.executable, "-c", f"print(open({path!r}).read())"], capture_output=True, check=True)
        assert json.loads(read.stdout) == {"munge-key": "hush"}
        assert "memfd:" in str(Path(path).readlink())
    assert not Path(path).exists()


def test_it_can_be_read_twice() -> None:
    with secret_file({"a": "b"}) as path:
        assert Path(path).read_text() == Path(path).read_text() != ""
