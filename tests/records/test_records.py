"""Records check what goes into them, and keep codes that they do not know."""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import select
from tests.store.conftest import STAMP, a_household, store

from zhaohu.records import SYNCED_TABLES, Child, ParentingClass, codes
from zhaohu.records.codes import ChildStatus, Sex, label
from zhaohu.store.session import Store

__all__ = ["store"]

CHILD = {
    **STAMP,
    "household_id": "x" * 36,
    "name": "单芷然",
    "sex": 2,
    "birth_date": "2026-11-02",
    "registered_on": "2026-11-03",
}


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", ""),
        ("sex", 3),
        ("birth_date", "2026-02-30"),
        ("citizen_id", "37110320261102002"),
        ("citizen_id", "３７１１０３２０２６１１０２００２０"),
        ("gestation_days", 100),
        ("birth_weight_g", 50),
        ("birth_length_mm", 5000),
        ("birth_order", 0),
        ("birth_time", "25:00"),
        ("health_record_no", "123"),
        ("status", "gone"),
        ("owner", "1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_being_repeated(field: str, bad: object) -> None:
    with pytest.raises(ValidationError) as refused:
        Child.model_validate({**CHILD, field: bad})
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]
    assert len(str(bad)) < 5 or str(bad) not in str(refused.value)


def test_codes_are_stored_as_the_official_values(store: Store) -> None:
    with store.write() as session:
        household = a_household(session)
        session.add(Child.model_validate({**CHILD, "household_id": household.id}))
    with store.read() as session:
        row = session.connection().execute(text("SELECT sex, status, birth_date FROM child")).one()
        assert tuple(row) == (2, "active", "2026-11-02")
        child = session.exec(select(Child)).one()
        assert (child.sex, child.status, child.birth_date) == (Sex.FEMALE, ChildStatus.ACTIVE, date(2026, 11, 2))


def test_a_code_of_a_newer_version_comes_back_as_it_is(store: Store) -> None:
    with store.write() as session:
        household = a_household(session)
        session.add(Child.model_validate({**CHILD, "household_id": household.id}))
        session.flush()
        session.connection().execute(text("UPDATE child SET status = 'on_the_moon'"))
    with store.read() as session:
        assert session.exec(select(Child)).one().status == "on_the_moon"


def test_rare_characters_and_marks_survive_byte_for_byte(store: Store) -> None:
    name = "𠮷㛃䶮𫖯·e\u0301"
    with store.write() as session:
        household = a_household(session)
        session.add(Child.model_validate({**CHILD, "household_id": household.id, "name": name}))
    with store.read() as session:
        assert session.exec(select(Child.name)).one() == name


LISTS = [one for one in vars(codes).values() if isinstance(one, type) and issubclass(one, IntEnum | StrEnum)]


@pytest.mark.parametrize("codes_of_one_list", [one for one in LISTS if len(one) and one is not codes.SiteKind])
def test_every_code_has_a_word_of_its_own(codes_of_one_list: type[IntEnum] | type[StrEnum]) -> None:
    words = [label(code) for code in codes_of_one_list]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (codes.Sex.MALE, "男"),
        (codes.Sex.FEMALE, "女"),
        (codes.Residence.REGISTERED, "户籍"),
        (codes.Residence.NON_REGISTERED, "非户籍"),
        (codes.ChildStatus.ACTIVE, "在册"),
        (codes.PeerStatus.ACTIVE, "已接入"),
    ],
)
def test_equal_values_of_two_lists_keep_their_own_words(code: IntEnum | StrEnum, word: str) -> None:
    assert label(code) == word


def test_a_class_time_is_a_time() -> None:
    with pytest.raises(ValidationError):
        ParentingClass.model_validate({**STAMP, "starts_at": "9点"})


def test_synced_tables_keep_no_fractions() -> None:
    for table in SYNCED_TABLES:
        for column in table.__table__.columns:
            assert "FLOAT" not in str(column.type).upper()
            assert "NUMERIC" not in str(column.type).upper()
