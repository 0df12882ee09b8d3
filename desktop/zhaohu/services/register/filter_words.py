"""A list's filter in words, for the head of what is printed from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.i18n import _, format_date, pgettext
from zhaohu.records import Teacher, Village
from zhaohu.records.codes import label
from zhaohu.services.register.child_query import ChildFilter, DueNow
from zhaohu.services.register.lookup import station_name

_DUE = {DueNow.OVERDUE: lambda: _("overdue"), DueNow.DUE: lambda: _("due now")}


def filter_words(session: Session, wanted: ChildFilter, today: date) -> str:
    """What a filter lets through, such as 在册　大坡社区　满6～11个月; never what was typed to find somebody."""
    return _(", ").join(_parts(session, wanted, today))


def _parts(session: Session, wanted: ChildFilter, today: date) -> Iterator[str]:
    if wanted.station:
        yield station_name(session, wanted.station)
    yield from map(label, wanted.statuses)
    if wanted.village_ids:
        names = select(Village.name).where(col(Village.id).in_(wanted.village_ids))
        yield from session.exec(names.order_by(col(Village.name)))
    if wanted.age_months is not None:
        first, end = wanted.age_months
        yield _("{first} to {last} months").format(first=first, last=end - 1)
    if wanted.born_from or wanted.born_to:
        first_day = format_date(wanted.born_from) if wanted.born_from else ""
        yield _("born {first} to {last}").format(first=first_day, last=format_date(wanted.born_to or today))
    if wanted.sex is not None:
        yield label(wanted.sex)
    yield from _marks(wanted)
    teacher = session.get(Teacher, wanted.teacher_id) if wanted.teacher_id else None
    if teacher is not None:
        yield _("teacher {name}").format(name=teacher.name)


def _marks(wanted: ChildFilter) -> Iterator[str]:
    if wanted.query.strip():
        yield _("found by a search")
    if wanted.high_risk:
        yield _("High risk")
    yield from map(label, wanted.risks)
    for due in wanted.due:
        yield _DUE[due]()
    if wanted.growth_problem:
        yield _("Growth problem")
    if wanted.unseen:
        yield _("not seen this year")
    if wanted.consent:
        yield (
            pgettext("consent form", "not signed")
            if wanted.consent == "missing"
            else pgettext("consent form", "partly refused")
        )
