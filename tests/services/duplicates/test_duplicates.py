"""Duplicates on a real store: found at entry and in the whole register, told apart, looked at again when it matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.services.families import a_child, enrol
from tests.services.register.test_removal import as_role

from zhaohu.errors import BadInput, Cancelled, NotAllowed, NotFound
from zhaohu.records import Child
from zhaohu.records.codes import Role, Sex
from zhaohu.rules.duplicates import FAMILY_AT_MOST, Grade, Likeness
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates import duplicates
from zhaohu.services.register import children, removal
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver

BORN = date(2026, 11, 2)
PHONE = "13812345678"
ONE_ID = "371103202611020022"


def grades(desk: Desk) -> list[tuple[Grade, Likeness]]:
    return [(pair.grade, pair.likeness) for pair in duplicates.find_all(desk)]


def set_fact(desk: Desk, child_id: str, **values: object) -> None:
    with desk.write("test.save") as work:
        child = work.session.get_one(Child, child_id)
        for name, value in values.items():
            setattr(child, name, value)


@pytest.fixture
def twice(station_desk: Desk) -> tuple[str, str]:
    """One child registered twice, the second time with a character of the same sound."""
    return enrol(station_desk), enrol(station_desk, "单芷冉")


def test_a_child_that_is_in_the_register_is_named_while_it_is_entered(station_desk: Desk) -> None:
    first = enrol(station_desk, facts={"citizen_id": ONE_ID})
    enrol(station_desk, "赵小禾", caregivers=(NewCaregiver("赵敏", MOTHER, "13900000000"),))
    (found,) = duplicates.alike(station_desk, "单芷然", Sex.FEMALE, BORN, phones=(PHONE,))
    assert (found.child.id, found.sure, found.likeness) == (first, True, Likeness.SAME_FAMILY)
    assert found.reason == "出生日期、姓名和家庭相同"
    assert found.child.village == "大坡社区"
    assert found.child.caregiver == "李秀梅"
    assert PHONE not in found.child.phone
    assert ONE_ID not in found.child.citizen_id
    by_id = duplicates.alike(station_desk, "单芷然", Sex.FEMALE, date(2024, 1, 1), citizen_id=ONE_ID)
    assert [(one.child.id, one.likeness) for one in by_id] == [(first, Likeness.SAME_ID)]


@pytest.mark.parametrize(
    ("name", "born", "more", "likeness"),
    [
        ("单芷冉", BORN, {"phones": (PHONE,)}, Likeness.LIKE_NAME),
        ("单芷冉", BORN, {"caregivers": ("李秀梅",)}, Likeness.LIKE_NAME),
        ("李秀梅之女", BORN, {}, Likeness.PLACEHOLDER),
        ("单芷然", date(2026, 2, 11), {"phones": (PHONE,)}, Likeness.SLIPPED_DATE),
        ("单芷然", BORN + timedelta(1), {"caregivers": ("单强",)}, Likeness.SLIPPED_DATE),
        ("单芷然", BORN, {"birth_certificate_no": "V123456789"}, Likeness.SAME_CERTIFICATE),
        ("单芷晴", BORN, {"phones": (PHONE,)}, None),
        ("单芷然", BORN + timedelta(40), {"phones": (PHONE,)}, None),
    ],
)
def test_near_ones_are_named_at_entry_and_twins_are_not(
    station_desk: Desk, name: str, born: date, more: dict[str, object], likeness: Likeness | None
) -> None:
    enrol(station_desk, facts={"birth_certificate_no": "V123456789"})
    found = duplicates.alike(station_desk, name, Sex.FEMALE, born, **more)
    assert [one.likeness for one in found] == ([likeness] if likeness else [])


def test_the_child_that_is_corrected_is_not_its_own_duplicate(station_desk: Desk, twice: tuple[str, str]) -> None:
    first, second = twice
    args = ("单芷然", Sex.FEMALE, BORN)
    assert [one.child.id for one in duplicates.alike(station_desk, *args, phones=(PHONE,), leave_out=first)] == [second]
    duplicates.tell_apart(station_desk, first, second)
    assert duplicates.alike(station_desk, *args, phones=(PHONE,), leave_out=first) == []
    # what is typed now makes the two more alike than they were
    typed = ("单芷冉", Sex.FEMALE, BORN)
    assert [one.sure for one in duplicates.alike(station_desk, *typed, phones=(PHONE,), leave_out=first)] == [True]


def test_an_office_s_telephone_makes_no_family(station_desk: Desk) -> None:
    for n in range(FAMILY_AT_MOST):
        enrol(station_desk, f"赵小{'一二三四五六七八九十甲乙'[n]}", caregivers=(NewCaregiver(f"钱{n}", MOTHER, PHONE),))
    assert duplicates.alike(station_desk, "赵晓一", Sex.FEMALE, BORN, phones=(PHONE,)) == []


def test_the_whole_register_is_looked_through(station_desk: Desk, twice: tuple[str, str]) -> None:
    enrol(station_desk, "单芷晴", facts={"birth_weight_g": 2700})  # a twin
    gone = enrol(station_desk)
    removal.remove_child(station_desk, gone, "录入错误")
    steps: list[tuple[int, int]] = []
    (pair,) = duplicates.find_all(station_desk, lambda done, total: steps.append((done, total)))
    assert (pair.one.id, pair.other.id) == twice  # the first registered first
    assert (pair.grade, pair.likeness) == (Grade.LIKELY, Likeness.LIKE_NAME)
    assert steps == sorted(steps)
    assert len(steps) > 3


def test_a_scan_can_be_stopped(station_desk: Desk, twice: tuple[str, str]) -> None:
    with pytest.raises(Cancelled):
        duplicates.find_all(station_desk, cancelled=lambda: True)


def test_told_apart_is_remembered_until_a_fact_that_matters_changes(station_desk: Desk, twice: tuple[str, str]) -> None:
    first, second = twice
    remark = duplicates.tell_apart(station_desk, second, first, " 双胞胎 ")
    assert grades(station_desk) == []
    (row,) = duplicates.list_told_apart(station_desk)
    assert (row.id, row.one, row.other, row.reason, row.by) == (remark, "单芷然", "单芷冉", "双胞胎", "管理员")
    set_fact(station_desk, second, birth_weight_g=3310, handbook_no="A1")  # no reason to look again
    assert grades(station_desk) == []
    set_fact(station_desk, second, birth_certificate_no="V123456789")
    assert grades(station_desk) == [(Grade.LIKELY, Likeness.LIKE_NAME)]
    duplicates.tell_apart(station_desk, first, second)
    assert grades(station_desk) == []
    set_fact(station_desk, second, name="单芷然")
    assert grades(station_desk) == [(Grade.SURE, Likeness.SAME_FAMILY)]


def test_told_apart_comes_back_when_the_two_become_surer_to_be_one(station_desk: Desk) -> None:
    mother = (NewCaregiver("李秀梅", MOTHER),)
    first = enrol(station_desk, caregivers=mother, facts={"plurality": 2})
    second = enrol(station_desk, "单芷冉", caregivers=mother)
    assert [grade for grade, _why in grades(station_desk)] == [Grade.POSSIBLE]
    duplicates.tell_apart(station_desk, first, second)
    assert grades(station_desk) == []
    set_fact(station_desk, first, plurality=1)
    assert [grade for grade, _why in grades(station_desk)] == [Grade.LIKELY]


def test_telling_apart_is_taken_back(station_desk: Desk, twice: tuple[str, str]) -> None:
    remark = duplicates.tell_apart(station_desk, *twice)
    duplicates.forget_apart(station_desk, remark)
    assert duplicates.list_told_apart(station_desk) == []
    assert len(grades(station_desk)) == 1
    with pytest.raises(NotFound):
        duplicates.forget_apart(station_desk, remark)


def test_who_may_tell_apart_and_what(station_desk: Desk, twice: tuple[str, str]) -> None:
    first, second = twice
    with pytest.raises(BadInput) as refused:
        duplicates.tell_apart(station_desk, first, first)
    assert refused.value.code == "same_record"
    with pytest.raises(BadInput):
        duplicates.tell_apart(station_desk, first, second, "长" * 201)
    with pytest.raises(NotAllowed):
        duplicates.tell_apart(as_role(station_desk, Role.VIEWER), first, second)
    assert duplicates.list_told_apart(station_desk) == []


def test_a_child_of_another_family_with_the_same_name_is_only_possible(station_desk: Desk) -> None:
    enrol(station_desk)
    stranger = replace(a_child(), caregivers=(NewCaregiver("钱一", FATHER, "13900000000"),))
    children.register_child(station_desk, stranger)
    assert grades(station_desk) == [(Grade.POSSIBLE, Likeness.NAMESAKE)]
