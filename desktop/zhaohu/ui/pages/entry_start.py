"""Everything that an entry page needs before the first key: read once, off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhaohu.rules.forms.model import Answer
from zhaohu.services.care import drafts, visit_growth, visits
from zhaohu.services.care.drafts import DraftView
from zhaohu.services.care.earlier_answers import EarlierRecords, earlier_records
from zhaohu.services.care.visit_growth import Known
from zhaohu.services.care.visits import Entry, VisitView
from zhaohu.services.desk import Desk
from zhaohu.services.due.next_visits import NextVisits, next_visits
from zhaohu.services.register import children
from zhaohu.services.register.children import ChildView
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.pages.entry_follow import NEXT_DATE, visit_day

_SIGNER = "signer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form is to be filled in.

    Args:
        child_id: Whose; empty for a correction.
        form_id: Which; empty for a correction.
        sheet: Number of the printed sheet that is keyed in; 0 for none.
        after: A visit of the same contact, whose day and signer are carried over; empty for none.
        visit_id: The version that is corrected; empty for a new record.
        about: The follow-up that it is written for; empty for none.
    """

    child_id: str = ""
    form_id: str = ""
    sheet: int = 0
    after: str = ""
    visit_id: str = ""
    about: str = ""

    @classmethod
    def parse(cls, argument: str) -> Wanted:
        """From an address: CHILD.FORM, then the sheet's number or the follow-up, and the visit before it, if any."""
        child_id, form_id, sheet, after = [*argument.split("."), "", "", ""][:4]
        if sheet.isdecimal():
            return cls(child_id, form_id, int(sheet), after)
        return cls(child_id, form_id, 0, after, about=sheet)


@dataclass(frozen=True, slots=True)
class Begun:
    """A form ready to be filled in, and all it is compared with."""

    entry: Entry
    known: Known
    child: ChildView
    corrects: VisitView | None
    place: DraftPlace
    draft: DraftView | None
    earlier: EarlierRecords
    plan: NextVisits


def begin(desk: Desk, wanted: Wanted) -> Begun:
    """Read what a form needs.

    Raises:
        Refused: It cannot be filled in here; the message says why.
    """
    corrects = None
    if wanted.visit_id:
        entry = visits.edit_visit(desk, wanted.visit_id)
        corrects = visits.view_visit(desk, wanted.visit_id)
        key = drafts.correction_key(wanted.visit_id)
    else:
        entry = visits.start_visit(desk, wanted.child_id, wanted.form_id, wanted.about)
        entry = _carried_over(desk, entry, wanted.after)
        key = drafts.visit_key(wanted.child_id, wanted.form_id)
    plan = next_visits(desk, entry)
    if corrects is None:
        entry = _planned(entry, plan)
    place = DraftPlace(desk, key, entry.child_id)
    known = visit_growth.known_of(desk, entry)
    visit_growth.entry_growth(desk, entry, dict(entry.answers), known)  # reads the tables before the first key
    return Begun(
        entry,
        known,
        children.view_child(desk, entry.child_id),
        corrects,
        place,
        place.find(),
        earlier_records(desk, entry),
        plan,
    )


def _planned(entry: Entry, plan: NextVisits) -> Entry:
    """The next visit by the schedule and its working days; a form's own default only counts days from the birth."""
    day = visit_day(entry, entry.answers)
    planned = plan.after(day) if day is not None else None
    if planned is None or NEXT_DATE not in {one.name for one in entry.form.fields()}:
        return entry
    return replace(entry, answers={**entry.answers, NEXT_DATE: planned.isoformat()})


def _carried_over(desk: Desk, entry: Entry, visit_id: str) -> Entry:
    """Day and signer of the visit that this form belongs to."""
    if not visit_id:
        return entry
    before = visits.view_visit(desk, visit_id)
    names = {one.name for one in entry.form.fields()}
    carried: dict[str, Answer] = {entry.form.date_field: before.visit_date.isoformat()}
    if _SIGNER in names and before.signer:
        carried[_SIGNER] = before.signer
    return replace(entry, answers={**entry.answers, **carried})
