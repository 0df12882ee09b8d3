"""A real encrypted store with the current schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from zhaohu.records import Household, Village
from zhaohu.records.exchange import ChangeCounter
from zhaohu.store.engine import make_engine
from zhaohu.store.migrations import migrate
from zhaohu.store.session import Store

KEY = bytes(range(32))
STATION = "371103-01"
STAMP = {"owner": STATION, "recorded_at": "2026-11-20T09:00:00+08:00", "recorded_by": "王敏"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "zhaohu.db"
    engine = make_engine(path, KEY)
    migrate(engine)
    engine.dispose()
    opened = Store(path, KEY)
    with opened.write() as session:
        session.add(ChangeCounter(id=1, owner=STATION, epoch="e" * 32, seq=0))
    yield opened
    opened.close()


def a_village(name: str = "大坡社区", **values: object) -> Village:
    return Village.model_validate({**STAMP, "name": name, **values})


def a_household(session: Session, **values: object) -> Household:
    household = Household.model_validate({**STAMP, **values})
    session.add(household)
    session.flush()
    return household
