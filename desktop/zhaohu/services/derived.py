"""What follows from the records, made anew as soon as they change: growth scores, facts for lists, what finds a child.

Nobody calls this by hand: `Desk.write` does it at the end of every act, and `fill_missing` after the log-in for
what another version of the program, or of its rules, has left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session

from zhaohu.services import reference
from zhaohu.services.growth import grading
from zhaohu.store import facts, settings, staleness
from zhaohu.store.session import Store

Progress = Callable[[int, int], None]

_MADE_BY = "facts.version"
_FACTS = 4
"""Goes up with every change of what is derived and how."""
_AT_ONCE = 500
_AT_ONCE_BESIDE_WORK = 50
"""Children in one transaction while somebody works: nobody waits for longer than a tenth of a second."""


def refresh(session: Session, *, grade: bool = True) -> None:
    """Make anew what follows from the records that this transaction changed; without `grade` all but growth scores."""
    session.flush()
    while child_ids := staleness.stale(session, _AT_ONCE):
        _make(session, child_ids, grade=grade)


def fill_missing(store: Store, progress: Progress | None = None) -> int:
    """Make what is missing, out of date, or was made by other rules, some children at a time; returns how many.

    Raises:
        Refused: The disk is full or fails; what was made before stays.
    """
    with store.write() as session:
        if settings.get(session, _MADE_BY) != _version():
            staleness.note_all(session)
            settings.put(session, _MADE_BY, _version())
        total = staleness.count_stale(session)
    done = 0
    while done < total:
        with store.write() as session:
            child_ids = staleness.stale(session, _AT_ONCE_BESIDE_WORK)
            _make(session, child_ids, grade=True)
        done += len(child_ids)
        if progress is not None:
            progress(done, total)
        if not child_ids:
            break
    if done:
        tell(store)
    return done


def tell(store: Store) -> None:
    """Let views read anew what was made beside their work; once, not with every portion."""
    with store.write() as session:
        session.info["touched"].add("child_facts")


def mend(store: Store, child_ids: Sequence[str]) -> None:
    """Make the facts of these children anew, though nothing says that they are out of date, and the triggers too."""
    with store.write() as session:
        staleness.install_triggers(session.connection())
        facts.forget(session, child_ids)
        staleness.note(session, child_ids)
        refresh(session)


def differing(session: Session) -> list[str]:
    """The children whose facts are not what follows from the records; those that wait to be made are left out."""
    run = session.connection().exec_driver_sql
    waiting = set(staleness.stale(session))
    every = run("SELECT id FROM child UNION SELECT child_id FROM child_facts ORDER BY 1").scalars().all()
    wanted = [child_id for child_id in every if child_id not in waiting]
    found = {one for some in _portions(wanted) for one in facts.differing(session, some, reference.schedule())}
    return sorted(found | set(facts.without_all_keys(session)) - waiting)


def _make(session: Session, child_ids: Sequence[str], *, grade: bool) -> None:
    if grade:
        grading.keep_for(session, child_ids)
    facts.refresh(session, child_ids, reference.schedule())
    staleness.done(session, child_ids)


def _version() -> str:
    return f"{_FACTS}-{hashlib.sha256(repr(reference.schedule()).encode('utf-8')).hexdigest()[:16]}"


def _portions(child_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(child_ids), _AT_ONCE):
        yield child_ids[start : start + _AT_ONCE]
