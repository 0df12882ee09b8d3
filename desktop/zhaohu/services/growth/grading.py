"""Grading what was measured by the present rules and tables, and keeping the grade; `scores` tells what is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.keeping import to_kept
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.rules.growth.terms import Indicator, position_of
from zhaohu.rules.growth.version import ENGINE
from zhaohu.services import reference
from zhaohu.store import growth_scores as store
from zhaohu.store.growth_scores import NewScore, Source


@dataclass(frozen=True, slots=True)
class Version:
    """Which rules and which tables make scores."""

    engine: str
    tables: str

    def __str__(self) -> str:
        return f"{self.engine}-{self.tables}"


def current() -> Version:
    """The rules and tables of this program."""
    return Version(ENGINE, reference.growth_references().version)


def keep_for(session: Session, child_ids: Collection[str]) -> int:
    """Keep what is missing or out of date for these children, in a transaction that is open; returns how many."""
    session.flush()
    store.drop_strays(session, child_ids)
    made = [new_score(source, assess(source)) for source in store.without(session, child_ids)]
    store.put(session, made)
    return len(made)


def carry_over(session: Session, former_visit_id: str, visit_id: str) -> None:
    """What a correction leaves as it was measured stays graded as it was told; call it as soon as that is saved."""
    session.flush()
    store.carry_over(session, former_visit_id, visit_id)


def assess(source: Source) -> MeasuredDay:
    """A measured day by the present rules and tables."""
    born = Born(date.fromisoformat(source.birth_date), source.sex, source.gestation_days)
    position = position_of(source.position)
    measured = Measured(source.weight_g, source.length_mm, source.head_mm, position, bool(source.oedema))
    return measure_day(reference.growth_references(), born, date.fromisoformat(source.measured_on), measured)


def new_score(source: Source, day: MeasuredDay) -> NewScore:
    """The score to keep for a day that was assessed."""
    now = current()
    statuses = (
        day.china.of(indicator).status for indicator in (Indicator.WFA, Indicator.LHFA, Indicator.WFL, Indicator.BFA)
    )
    return NewScore(
        source.key,
        source.child_id,
        source.measured_on,
        source.basis,
        now.engine,
        now.tables,
        to_kept(day),
        *statuses,
    )
