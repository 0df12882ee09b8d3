"""The audit chain betrays every change to the log."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from zhaohu.store import audit
from zhaohu.store.session import Store


@pytest.fixture
def logged(store: Store) -> Store:
    with store.write() as session:
        for n in range(5):
            audit.append(session, at=f"t{n}", account="admin", action="test", subject=None, detail={"n": n})
    return store


def test_an_untouched_log_is_whole(logged: Store) -> None:
    with logged.read() as session:
        assert audit.first_broken_line(session) is None
        assert audit.head(session)[1] == 5


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        ("UPDATE audit_line SET detail = '{}' WHERE no = 3", 3),
        ("UPDATE audit_line SET account = 'x' WHERE no = 1", 1),
        ("DELETE FROM audit_line WHERE no = 2", 2),
        ("UPDATE audit_line SET no = CASE no WHEN 4 THEN 6 ELSE no END", 4),
        (
            "INSERT INTO audit_line SELECT 6, at, account, action, subject, detail, digest, digest"
            " FROM audit_line WHERE no = 5",
            6,
        ),
    ],
)
def test_what_was_tampered_with_is_named(logged: Store, tamper: str, line: int) -> None:
    with logged.write() as session:
        session.connection().execute(text(tamper))
    with logged.read() as session:
        assert audit.first_broken_line(session) == line
