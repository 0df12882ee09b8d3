"""Kept scores: a grade that a family was told stays until a person applies newer rules or tables.

Every measured day's assessment is kept when it is recorded. Screens and papers show what is kept; `stale` lists whose
grade the present rules would change, `recompute` applies them. A correction of what was measured, or of birth date,
sex or gestation, is no change of the rules: the day is assessed anew at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.records import Child, Measurement
from zhaohu.records.codes import Role
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.assess import Result
from zhaohu.rules.growth.keeping import from_kept
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import BOTH, Indicator, Standard
from zhaohu.services import derived
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth.grading import Version, assess, current, keep_for, new_score
from zhaohu.store import growth_scores as store
from zhaohu.store.growth_scores import Kept, Source

Progress = Callable[[int, int], None]

_AT_ONCE = 50
"""Children whose scores are made in one transaction while nobody waits for them: a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many scores are kept, of the present version and of others."""

    version: Version
    current: int
    others: Mapping[Version, int]

    @property
    def older(self) -> int:
        """All that other rules or tables made."""
        return sum(self.others.values())


@dataclass(frozen=True, slots=True)
class Change:
    """A grade that the present rules and tables would change; `as_sex` when the child's sex is not known."""

    child_id: str
    child: str
    on: date
    standard: Standard
    indicator: Indicator
    before: Result
    after: Result
    as_sex: int | None = None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What was applied: how many scores are of the present version now that were not, and whose grade changed."""

    version: Version
    scores: int
    changes: list[Change]


def standing(desk: Desk) -> Standing:
    """How many scores are kept, and under which versions. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        counts = {Version(*pair): n for pair, n in store.count_by_version(session).items()}
    now = current()
    return Standing(now, counts.pop(now, 0), counts)


def fill_missing(desk: Desk, progress: Progress | None = None) -> int:
    """Keep what is missing or out of date for all children, some at a time; returns how many. Any role.

    Scores are missing after an update from a version that kept none, and after bundles were taken in.

    Raises:
        Refused: The disk is full or fails; what was kept before stays.
    """
    desk.require(*Role)
    with desk.read() as session:
        wanted = store.children_without(session)
    made = 0
    for done, some in _portions(wanted):
        with desk.store.write() as session:
            made += keep_for(session, some)
            derived.refresh(session)
        if progress is not None:
            progress(done, len(wanted))
    if made:
        derived.tell(desk.store)
    return made


def as_kept(session: Session, child_id: str, days: Mapping[str, MeasuredDay]) -> list[MeasuredDay]:
    """A child's days, those that other rules or tables graded as they were graded then.

    Args:
        session: The profile.
        child_id: Whose days they are.
        days: As the present rules assess them, by measurement; by the child's id for the birth.
    """
    now = current()
    kept = {source.key: one for source, one in store.kept_otherwise(session, [child_id], now.engine, now.tables)}
    return [_shown(day, kept[key]) if key in kept else day for key, day in days.items()]


def as_told(session: Session, child: Child, visit_id: str, days: Sequence[MeasuredDay]) -> tuple[MeasuredDay, ...]:
    """A visit's days, by whatever version of it, as `as_kept`."""
    found = session.exec(select(Measurement).where(Measurement.visit_id == visit_id))
    keys = {row.measured_on: row.id for row in found}
    registered = Measured(child.birth_weight_g, child.birth_length_mm)
    if any(day.on == child.birth_date and day.measured == registered for day in days):
        keys.setdefault(child.birth_date, child.id)
    return tuple(as_kept(session, child.id, {keys.get(day.on, str(day.on)): day for day in days}))


def stale(desk: Desk, progress: Progress | None = None) -> list[Change]:
    """Whose level, nutrition status or reason the present rules and tables would change, by child and day. Any role.

    Records that were corrected or removed since are left out.
    """
    desk.require(*Role)
    with desk.read() as session:
        return [change for _portion, changes in _compared(session, progress) for change in changes]


def recompute(desk: Desk, progress: Progress | None = None) -> Recomputed:
    """Keep every score by the present rules and tables, in one transaction; returns what `stale` would have listed.

    Admin or teacher.

    Raises:
        NotAllowed: The account may only look.
    """
    desk.require(*WRITERS)
    now = current()
    changes: list[Change] = []
    former: set[str] = set()
    scores = 0
    with desk.write("growth.recompute") as work:
        for portion, changed in _compared(work.session, progress):
            store.put(work.session, [new_score(older.source, older.day) for older in portion])
            scores += len(portion)
            changes += changed
            former |= {str(Version(older.kept.engine, older.kept.tables)) for older in portion}
        work.session.info["touched"] |= {"growth_score", "visit"}  # pages that show grades follow the visits
        children = len({change.child_id for change in changes})
        work.note(version=str(now), former=sorted(former), rows=scores, changed=len(changes), children=children)
    return Recomputed(now, scores, changes)


@dataclass(frozen=True, slots=True)
class _Older:
    """A score that other rules or tables made, and the day as the present ones assess it."""

    source: Source
    kept: Kept
    day: MeasuredDay


def _compared(session: Session, progress: Progress | None) -> Iterator[tuple[list[_Older], list[Change]]]:
    """What other rules or tables made, some children at a time, and which grades the present ones would change."""
    now = current()
    wanted = store.children_kept_otherwise(session, now.engine, now.tables)
    for done, some in _portions(wanted):
        found = store.kept_otherwise(session, some, now.engine, now.tables)
        portion = [_Older(source, kept, assess(source)) for source, kept in found]
        names = dict(session.exec(select(Child.id, Child.name).where(col(Child.id).in_(some))).all())
        yield (
            portion,
            [
                change
                for older in portion
                if older.source.counts
                for change in _changes(older, names[older.source.child_id])
            ],
        )
        if progress is not None:
            progress(done, len(wanted))


def _changes(older: _Older, name: str) -> Iterator[Change]:
    before = _shown(older.day, older.kept)
    for standard, indicator, sex, was, becomes in _pairs(before, older.day):
        if _grade(was) != _grade(becomes):
            yield Change(older.source.child_id, name, older.day.on, standard, indicator, was, becomes, sex)


def _pairs(
    before: MeasuredDay, after: MeasuredDay, sex: int | None = None
) -> Iterator[tuple[Standard, Indicator, int | None, Result, Result]]:
    """The results that stand for each other; of a child of unknown sex those as a boy and as a girl."""
    if before.either is not None and after.either is not None:
        for either, was, becomes in zip((1, 2), before.either, after.either, strict=True):
            yield from _pairs(was, becomes, either)
        return
    for standard in Standard if before.preterm or after.preterm else BOTH:
        was_by, becomes_by = before.by(standard), after.by(standard)
        for indicator in Indicator:
            yield standard, indicator, sex, was_by.of(indicator), becomes_by.of(indicator)


def _grade(result: Result) -> tuple[object, ...]:
    return result.level, result.level_pct, result.status, result.reason


def _shown(day: MeasuredDay, kept: Kept) -> MeasuredDay:
    """A day as it was graded; one that a later program kept in words unknown here, as this program grades it."""
    try:
        return from_kept(kept.assessed, day.on, day.measured, day.visit_id, str(Version(kept.engine, kept.tables)))
    except ValueError:
        return day


def _portions(child_ids: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Some children at a time, and how many that makes so far."""
    for start in range(0, len(child_ids), _AT_ONCE):
        some = child_ids[start : start + _AT_ONCE]
        yield start + len(some), some
