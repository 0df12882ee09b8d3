"""The lock that keeps two processes from the same piece of work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zhaohu.errors import Refused
from zhaohu.store.lock import one_at_a_time

_HOLD = """
import sys
from pathlib import Path
from zhaohu.store.lock import one_at_a_time
with one_at_a_time(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "profile" / "work.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(Refused) as refused, one_at_a_time(file, patience_s=0.1):
            pytest.fail("taken twice")
        assert refused.value.code == "busy"
        holder.kill()
    with one_at_a_time(file, patience_s=0.1):
        pass


def test_the_lock_is_let_go_of_after_an_error(tmp_path: Path) -> None:
    file = tmp_path / "work.lock"
    with pytest.raises(KeyError), one_at_a_time(file):
        raise KeyError
    with one_at_a_time(file, patience_s=0.0):
        pass
