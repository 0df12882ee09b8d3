"""How an import works on the data: in transactions that are kept, or rehearsed inside one that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlmodel import Session

from zhaohu.services.desk import Desk, Work


class Acts(Protocol):
    """What an import reads and writes through."""

    def read(self) -> AbstractContextManager[Session]:
        """One view of the data."""

    def write(self, action: str) -> AbstractContextManager[Work]:
        """One act: all of it is done, or nothing when it raises."""


class Kept:
    """Acts that stay, each with its audit line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self) -> AbstractContextManager[Session]:
        """One view of the data."""
        return self._desk.read()

    def write(self, action: str) -> AbstractContextManager[Work]:
        """One transaction."""
        return self._desk.write(action, grade=False)


class Rehearsed:
    """Acts of which nothing stays: each a savepoint in a transaction that its owner rolls back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """What was rehearsed so far is seen."""
        yield self._session

    @contextmanager
    def write(self, _action: str) -> Iterator[Work]:
        """One savepoint."""
        with self._session.begin_nested():
            yield Work(self._session)
        self._session.expire_all()  # as the next act of an import would find it: what was written by hand too


class _Over(Exception):  # noqa: N818 - not an error: the rehearsal is over
    pass


@contextmanager
def rehearsal(desk: Desk) -> Iterator[tuple[Session, Rehearsed]]:
    """A transaction that is rolled back at the end, and acts within it. Others who write wait until then."""
    try:
        with desk.store.write() as session:
            yield session, Rehearsed(session)
            raise _Over
    except _Over:
        return
