"""Whatever changes a record, by whatever way, notes whose derived facts are out of date."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import Session

from tests.store.conftest import STAMP, a_household
from zhaohu.records import (
    Appointment,
    Attempt,
    Caregiver,
    Child,
    ChildRisk,
    Consent,
    ExtraContact,
    FollowUp,
    Household,
    Measurement,
    Transfer,
    Visit,
)
from zhaohu.records.base import Owned
from zhaohu.store import staleness
from zhaohu.store.session import Store


def a_child(session: Session, household: Household, name: str = "单芷然") -> Child:
    child = Child.model_validate(
        {**STAMP, "household_id": household.id, "name": name, "sex": 2, "birth_date": date(2026, 1, 5),
         "registered_on": date(2026, 1, 20)}
    )  # fmt: skip
    session.add(child)
    session.flush()
    return child


@pytest.fixture
def two(store: Store) -> tuple[Child, Child]:
    """Two children of two households, nothing about them out of date."""
    with store.write() as session:
        made = a_child(session, a_household(session)), a_child(session, a_household(session), "王𠮷")
        staleness.done(session, staleness.stale(session))
    return made


def about(session: Session, child: Child) -> dict[str, Owned]:
    """A new row of every table that facts follow from."""
    of_child = {**STAMP, "child_id": child.id}
    visit = {
        **of_child, "record_id": child.id, "number": 1, "version": 1, "form": "newborn_visit", "form_version": "1",
        "visit_date": date(2026, 1, 10), "signer": "王敏", "answers": "{}",
    }  # fmt: skip
    consent = {
        "scope": "contact",
        "given": False,
        "decided_on": date(2026, 1, 9),
        "guardian": "李秀梅",
        "relation": "52",
    }
    return {
        "visit": Visit.model_validate(visit),
        "measurement": Measurement.model_validate({**of_child, "measured_on": date(2026, 1, 10), "weight_g": 3500}),
        "transfer": Transfer.model_validate(
            {**of_child, "to_station": "02", "released_on": date(2026, 1, 9), "reason": "搬家"}
        ),
        "child_risk": ChildRisk.model_validate({**of_child, "risk": "jaundice", "found_on": date(2026, 1, 9)}),
        "consent": Consent.model_validate({**of_child, **consent}),
        "extra_contact": ExtraContact.model_validate(
            {**of_child, "title": "复查", "form": "x", "due_from": date(2026, 2, 1), "due_to": date(2026, 2, 2)}
        ),
        "appointment": Appointment.model_validate({**of_child, "contact": "M01"}),
        "attempt": Attempt.model_validate(
            {**of_child, "tried_on": date(2026, 1, 9), "way": "call", "outcome": "not_reached"}
        ),
        "follow_up": FollowUp.model_validate(
            {**of_child, "kind": "finding", "subject": "hearing", "found_on": date(2026, 1, 9)}
        ),
        "caregiver": Caregiver.model_validate(
            {**STAMP, "household_id": child.household_id, "name": "李秀梅", "relation": "52"}
        ),
    }


def noted(session: Session) -> list[str]:
    """Who is noted; then nobody is any more."""
    session.flush()
    found = staleness.stale(session)
    staleness.done(session, found)
    return found


TABLES = (
    "visit", "measurement", "transfer", "child_risk", "consent", "caregiver",
    "extra_contact", "appointment", "attempt", "follow_up",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_comes_changes_moves_or_goes_is_noted(store: Store, two: tuple[Child, Child], table: str) -> None:
    one, other = two
    column, there = ("household_id", other.household_id) if table == "caregiver" else ("child_id", other.id)
    with store.write() as session:
        row = about(session, one)[table]
        session.add(row)
        assert noted(session) == [one.id]
        run = session.connection().execute
        run(text(f"UPDATE {table} SET recorded_by = '李' WHERE id = :id"), {"id": row.id})
        assert noted(session) == [one.id]
        run(text(f"UPDATE {table} SET {column} = :there WHERE id = :id"), {"id": row.id, "there": there})
        assert noted(session) == sorted([one.id, other.id])
        run(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row.id})
        assert noted(session) == [other.id]


def test_a_child_has_its_line_in_lists_at_once(store: Store) -> None:
    with store.write() as session:
        household = a_household(session)
        values = {**STAMP, "id": "0" * 36, "home": household.id}
        run = session.connection().execute
        run(
            text(
                "INSERT INTO child (id, owner, recorded_at, recorded_by, household_id, name, sex, birth_date,"
                " registered_on, status) VALUES (:id, :owner, :recorded_at, :recorded_by, :home, '单芷然', 2,"
                " '2026-01-05', '2026-01-20', 'active')"
            ),
            values,
        )
        assert noted(session) == ["0" * 36]
        line = run(text("SELECT shelf, status, name_key, birth_date FROM child_facts")).one()
        assert tuple(line) == (0, "active", "单芷然", "2026-01-05")


def test_a_household_that_moves_concerns_its_children_only(store: Store, two: tuple[Child, Child]) -> None:
    one, _other = two
    with store.write() as session:
        session.get_one(Household, one.household_id).address = "12号"
        assert noted(session) == [one.id]


def test_a_child_that_goes_is_noted(store: Store, two: tuple[Child, Child]) -> None:
    with store.write() as session:
        session.delete(session.get_one(Child, two[0].id))
        assert noted(session) == [two[0].id]


def test_nothing_is_noted_twice_and_all_can_be_noted(store: Store, two: tuple[Child, Child]) -> None:
    with store.write() as session:
        staleness.note(session, [two[0].id, two[0].id])
        assert staleness.count_stale(session) == 1
        staleness.note_all(session)
        assert staleness.stale(session) == sorted(child.id for child in two)
        assert staleness.stale(session, 1) == [min(child.id for child in two)]


def test_missing_triggers_are_named_and_made_anew(store: Store) -> None:
    with store.write() as session:
        connection = session.connection()
        assert staleness.missing_triggers(connection) == set()
        connection.execute(text("DROP TRIGGER consent_stale_update"))
        assert staleness.missing_triggers(connection) == {"consent_stale_update"}
        staleness.install_triggers(connection)
        assert staleness.missing_triggers(connection) == set()
