"""Which contact of the schedule a visit counts for follows the child's birth date, also when that is corrected."""

from __future__ import annotations

from datetime import date

from sqlmodel import select
from tests.services.comparing import is_true
from tests.services.families import enrol

from zhaohu.records import Child, Visit
from zhaohu.records.base import new_id
from zhaohu.rules.schedule import contact_for
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.register import children

FORM = "check_1_8"


def a_check(desk: Desk, child_id: str, day: date) -> None:
    """A visit of one of the first checks, counted as it would be when it is recorded."""
    at = new_id()
    with desk.write("test.save") as work:
        born = work.session.get_one(Child, child_id).birth_date
        contact = contact_for(reference.schedule(), FORM, born, day)
        values = {"form": FORM, "form_version": "1", "signer": "王敏", "answers": "{}", "number": 1, "version": 1}
        visit = desk.make(Visit, id=at, record_id=at, child_id=child_id, visit_date=day, contact=contact, **values)
        work.session.add(visit)


def contacts_of(desk: Desk) -> list[str | None]:
    with desk.read() as session:
        return list(session.exec(select(Visit.contact).order_by(Visit.visit_date)))


def test_a_corrected_birth_date_counts_visits_anew(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 8, 11))
    for day in (date(2026, 9, 14), date(2026, 11, 16)):
        a_check(station_desk, child_id, day)
    due = duties.child_duties(station_desk, child_id)
    assert contacts_of(station_desk) == ["M01", "M03"]
    children.correct_child(station_desk, child_id, {"birth_date": date(2026, 5, 11)}, "证件为准")
    assert contacts_of(station_desk) == ["M03", "M06"]
    assert is_true(station_desk)
    children.correct_child(station_desk, child_id, {"birth_date": date(2026, 8, 11)}, "证件为准")
    assert contacts_of(station_desk) == ["M01", "M03"]
    assert duties.child_duties(station_desk, child_id) == due
