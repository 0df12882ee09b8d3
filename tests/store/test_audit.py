"""The audit chain betrays every change to the log."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlmodel import Session

from zhaohu.records.local import AuditLine
from zhaohu.store import audit
from zhaohu.store.audit import Break, Damage
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


LINES = range(1, 6)
_COPY = "at, account, action, subject, detail"
_FIELDS = ("no", "at", "account", "action", "subject", "detail", "previous", "digest")


def _swap(first: int, second: int) -> list[str]:
    return [
        f"UPDATE audit_line SET no = -1 WHERE no = {first}",
        f"UPDATE audit_line SET no = {first} WHERE no = {second}",
        f"UPDATE audit_line SET no = {second} WHERE no = -1",
    ]


def _make_room(at: int) -> list[str]:
    """A copy of the line before takes place `at`; all later lines move on by one."""
    return [
        f"UPDATE audit_line SET no = -no - 1 WHERE no >= {at}",
        "UPDATE audit_line SET no = -no WHERE no < 0",
        f"INSERT INTO audit_line SELECT {at}, {_COPY}, previous, digest FROM audit_line WHERE no = {max(at - 1, 1)}"
        if at > 1
        else f"INSERT INTO audit_line SELECT 1, {_COPY}, previous, digest FROM audit_line WHERE no = 2",
    ]


ATTACKS = [
    *[
        [f"UPDATE audit_line SET {field} = {value} WHERE no = {no}"]
        for no in LINES
        for field in _FIELDS
        for value in (["-7", "99"] if field == "no" else ["'x'"])
    ],
    *[[f"DELETE FROM audit_line WHERE no = {no}"] for no in LINES],
    *[[f"DELETE FROM audit_line WHERE no >= {no}"] for no in LINES],
    *[_swap(first, second) for first in LINES for second in LINES if first < second],
    *[_make_room(no) for no in range(1, 7)],
    ["UPDATE setting SET value = '3 0' WHERE key = 'audit.head'"],
    ["UPDATE setting SET value = 'x' WHERE key = 'audit.head'"],
]


class _UndoneError(Exception):
    """Takes an attack back."""


def test_every_line_changed_dropped_swapped_added_or_cut_off_is_seen_for_ever(logged: Store) -> None:
    unseen = []
    for attack in ATTACKS:
        with suppress(_UndoneError), logged.write() as session:
            for statement in attack:
                session.connection().execute(text(statement))
            seen = audit.first_broken_line(session) is not None
            audit.append(session, at="t9", account="admin", action="test", subject=None, detail={})
            if not seen or audit.first_broken_line(session) is None:
                unseen.append(attack)
            raise _UndoneError
    assert unseen == []
    with logged.read() as session:
        assert audit.first_broken_line(session) is None


def _rewrite(session: Session, no: int, **changes: object) -> str:
    """What somebody who knows how hashes are made would do: change a line and its own hash."""
    line = session.get_one(AuditLine, no)
    for name, value in changes.items():
        setattr(line, name, value)
    content = line.model_dump(exclude={"digest"})
    line.digest = hashlib.sha256(audit.canonical_json(content).encode()).hexdigest()
    session.flush()
    return line.digest


def test_a_line_rewritten_together_with_its_hash_is_named(logged: Store) -> None:
    for no in LINES:
        with suppress(_UndoneError), logged.write() as session:
            _rewrite(session, no, account="somebody")
            assert audit.first_break(session) == Break(no, Damage.CHANGED)
            raise _UndoneError


def test_a_log_rewritten_from_a_line_to_its_end_is_seen_by_the_remembered_head(logged: Store) -> None:
    with logged.write() as session:
        previous = _rewrite(session, 4, account="somebody")
        _rewrite(session, 5, previous=previous)
    with logged.read() as session:
        assert audit.first_break(session) == Break(5, Damage.CHANGED)


def test_lines_cut_off_the_end_leave_a_gap_that_later_lines_do_not_fill(logged: Store) -> None:
    with logged.write() as session:
        session.connection().execute(text("DELETE FROM audit_line WHERE no > 3"))
        audit.append(session, at="t9", account="admin", action="test", subject=None, detail={})
    with logged.read() as session:
        assert audit.first_break(session) == Break(4, Damage.MISSING)
        assert audit.head(session)[1] == 6


def test_a_line_added_by_force_is_told_from_a_changed_one(logged: Store) -> None:
    with logged.write() as session:
        digest, _no = audit.head(session)
        copy = "SELECT 6, at, account, action, subject, detail, :digest, '' FROM audit_line WHERE no = 5"
        session.connection().execute(text(f"INSERT INTO audit_line {copy}"), {"digest": digest})
        _rewrite(session, 6)
    with logged.read() as session:
        assert audit.first_break(session) == Break(6, Damage.INSERTED)
    with logged.write() as session:
        audit.append(session, at="t9", account="admin", action="test", subject=None, detail={})
    with logged.read() as session:
        assert audit.first_break(session) == Break(6, Damage.INSERTED)


def test_a_log_of_an_older_version_has_no_head_yet_and_gets_one_with_its_next_line(logged: Store) -> None:
    with logged.write() as session:
        session.connection().execute(text("DELETE FROM setting WHERE key = 'audit.head'"))
    with logged.write() as session:
        assert audit.first_break(session) is None
        audit.append(session, at="t9", account="admin", action="test", subject=None, detail={})
        session.connection().execute(text("DELETE FROM audit_line WHERE no = 6"))
        assert audit.first_break(session) == Break(6, Damage.MISSING)
