"""After a kill the file is looked at before anybody works in it; damage is refused with advice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.store.conftest import KEY, a_village
from zhaohu.errors import Refused
from zhaohu.store.engine import make_engine
from zhaohu.store.session import Store
from zhaohu.store.soundness import ended_uncleanly, quick_check

_KILLED = """
import os, sys
from pathlib import Path
from tests.store.conftest import KEY, a_village
from zhaohu.store.session import Store
store = Store(Path(sys.argv[1]), KEY)
with store.write() as session:
    session.add(a_village("被杀之前"))
print("saved", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def killed(store: Store) -> Path:
    """A database whose process was killed with a saved record in the write-ahead log."""
    store.close()
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(store.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline().strip() == b"saved"
    assert not ended_uncleanly(store.path) or os.name == "nt"  # it is still at work
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    return store.path


def test_a_proper_end_leaves_no_doubt(store: Store) -> None:
    with store.write() as session:
        session.add(a_village())
    store.close()
    assert not ended_uncleanly(store.path)


def test_a_kill_is_noticed_and_what_was_saved_is_there(killed: Path) -> None:
    assert ended_uncleanly(killed)
    engine = make_engine(killed, KEY)
    quick_check(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM village")).scalars().all() == ["被杀之前"]
    engine.dispose()
    Store(killed, KEY).close()
    assert not ended_uncleanly(killed)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.9])
def test_a_damaged_page_is_refused_with_advice(store: Store, place: float) -> None:
    store.close()
    whole = store.path.read_bytes()
    at = int(len(whole) * place)
    store.path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    engine = make_engine(store.path, KEY)
    with pytest.raises(Refused) as refused:
        quick_check(engine)
    engine.dispose()
    store.path.write_bytes(whole)
    assert refused.value.code == "damaged"
    assert "备份" in refused.value.message
