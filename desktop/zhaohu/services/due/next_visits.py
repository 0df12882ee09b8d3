"""What comes after a visit: the day of the next contact, and the other forms that belong to the same one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col

from zhaohu.i18n import form_term
from zhaohu.records import Visit
from zhaohu.records.codes import Role
from zhaohu.rules.schedule import Track, Window
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.care.visit_starts import Entry
from zhaohu.services.care.visit_views import VisitView
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import workdays
from zhaohu.services.due.scheduled import windows_by_code
from zhaohu.services.register.lookup import present_child

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class NextVisits:
    """The contacts of a form's track for one child: the day each opens, and the day to propose for it; in order."""

    days: tuple[tuple[date, date], ...] = ()

    def after(self, day: date) -> date | None:
        """The day to propose after a visit: the first working day of the next contact; None when none follows."""
        return next((proposed for opens, proposed in self.days if opens > day), None)


@dataclass(frozen=True, slots=True)
class Companion:
    """Another form of the same contact; `visit_id` is its record, empty while there is none."""

    form: str
    title: str
    visit_id: str


def next_visits(desk: Desk, entry: Entry) -> NextVisits:
    """The days that a form can propose for the next visit; none for a form outside the schedule.

    Raises:
        NotFound: The child is not there any more.
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        windows = windows_by_code(session, present_child(session, entry.child_id))
    track = next((one.contact.track for one in windows.values() if one.contact.form == entry.form.id), None)
    if track in (None, Track.EXTRA):
        return NextVisits()
    calendar = workdays.in_force(desk)
    found = sorted((one for one in windows.values() if one.contact.track is track), key=lambda one: one.opens)
    return NextVisits(tuple((one.opens, _proposed(one, calendar.next_working(one.opens))) for one in found))


def companions(desk: Desk, visit: VisitView) -> tuple[Companion, ...]:
    """The other forms of the contact that a visit counts for, as far as they were due on its day.

    Raises:
        NotFound: The child is not there any more.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        windows = windows_by_code(session, present_child(session, visit.child_id))
        own = windows.get(visit.contact)
        if own is None:
            return ()
        check = own.contact.companion_of or own.contact.code
        found = [
            one.contact
            for one in windows.values()
            if check in (one.contact.code, one.contact.companion_of)
            and one.contact.code != visit.contact
            and one.opens <= visit.visit_date <= one.until
        ]
        done = _recorded(session, visit.child_id, [one.code for one in found])
    return tuple(Companion(one.form, form_term(one.name), done.get(one.code, "")) for one in found)


def _proposed(window: Window, working: date) -> date:
    """A day off is not proposed, unless the window is over before the next working day."""
    return working if working <= window.closes else window.opens


def _recorded(session: Session, child_id: str, contacts: list[str]) -> dict[str, str]:
    visits = session.exec(
        current_visits().where(Visit.child_id == child_id, col(Visit.contact).in_(contacts)).order_by(col(Visit.id))
    )
    return {str(one.contact): one.id for one in visits}
