"""Parenting classes: planned, attended, counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotFound
from zhaohu.records import Caregiver
from zhaohu.records.codes import ClassKind, ConsentScope, TopicBlock
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import classes, staffing
from zhaohu.services.guidance.classes import NewClass
from zhaohu.services.register import caregivers, children, consents


def a_teacher(desk: Desk) -> str:
    return staffing.add_teacher(desk, staffing.NewTeacher("王敏", date(2024, 1, 1)))


def a_class(desk: Desk, **values: Any) -> NewClass:
    defaults: dict[str, Any] = {
        "kind": ClassKind.LECTURE,
        "topic_block": TopicBlock.NUTRITION,
        "topic": "辅食添加要点",
        "held_on": date(2026, 11, 25),
        "starts_at": "09:00",
        "ends_at": "10:30",
        "place": "巨峰镇卫生院二楼",
    }
    if "teacher_id" not in values:
        values["teacher_id"] = a_teacher(desk)
    return NewClass(**{**defaults, **values})


def test_a_class_invites_and_counts_who_came(station_desk: Desk) -> None:
    first, second, third = (enrol(station_desk, name) for name in ("甲", "乙", "丙"))
    class_id = classes.plan_class(station_desk, a_class(station_desk), [first, second])
    classes.invite(station_desk, class_id, [second, third])
    held, families = classes.view_class(station_desk, class_id)
    assert (held.invited, held.present) == (3, 0)
    assert {family.phone for family in families} == {"*******5678"}
    came = {family.id: "李秀梅" if family.child != "乙" else None for family in families}
    classes.mark_attendance(station_desk, class_id, came)
    (row,) = classes.list_classes(station_desk)
    assert (row.topic, row.teacher, row.invited, row.present) == ("辅食添加要点", "王敏", 3, 2)
    _held, families = classes.view_class(station_desk, class_id)
    assert {family.child: family.attended_by for family in families} == {"甲": "李秀梅", "乙": "", "丙": "李秀梅"}


@pytest.mark.parametrize(
    ("field", "value"), [("topic", "  "), ("place", ""), ("ends_at", "08:59"), ("ends_at", "09:00")]
)
def test_bad_particulars_are_refused(station_desk: Desk, field: str, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        classes.plan_class(station_desk, a_class(station_desk, **{field: value}))
    assert refused.value.details["field"] == field
    assert classes.list_classes(station_desk) == []


def test_what_is_not_of_this_station_is_refused(station_desk: Desk) -> None:
    with pytest.raises(NotFound):
        classes.plan_class(station_desk, a_class(station_desk, teacher_id="0" * 36))
    class_id = classes.plan_class(station_desk, a_class(station_desk))
    with pytest.raises(NotFound):
        classes.mark_attendance(station_desk, class_id, {"0" * 36: "谁"})
    with pytest.raises(NotFound):
        classes.view_class(station_desk, "0" * 36)


def test_a_family_is_invited_once_and_only_one_that_is_here(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    class_id = classes.plan_class(station_desk, a_class(station_desk), [child_id, child_id])
    _held, families = classes.view_class(station_desk, class_id)
    assert len(families) == 1
    with pytest.raises(NotFound):
        classes.invite(station_desk, class_id, ["0" * 36])
    with pytest.raises(BadInput):
        classes.mark_attendance(station_desk, class_id, {families[0].id: "妈" * 51})


def test_a_family_stands_on_the_list_once_with_who_looks_after_it_now(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    class_id = classes.plan_class(station_desk, a_class(station_desk), [child_id])
    mother, father = present(station_desk, child_id)
    caregivers.remove_caregiver(station_desk, mother, "搬走")
    (line,) = classes.view_class(station_desk, class_id)[1]
    assert (line.caregiver, line.relation, line.phone) == ("单强", "51", "*******1234")
    with station_desk.write("test") as work:  # as an exchange may bring it: two are marked as the main one
        for carer_id in (mother, father):
            carer = work.session.get_one(Caregiver, carer_id)
            carer.is_main, carer.deleted_at, carer.deleted_by, carer.deleted_reason = True, None, None, None
    assert len(classes.view_class(station_desk, class_id)[1]) == 1


def test_a_family_without_a_main_caregiver_is_still_named(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    class_id = classes.plan_class(station_desk, a_class(station_desk), [child_id])
    with station_desk.write("test") as work:
        for carer_id in present(station_desk, child_id):
            work.session.get_one(Caregiver, carer_id).is_main = False
    (line,) = classes.view_class(station_desk, class_id)[1]
    assert line.caregiver in ("李秀梅", "单强")


def test_who_wants_no_calls_has_no_phone_on_the_list_of_a_class(station_desk: Desk) -> None:
    silent, other = enrol(station_desk, "甲"), enrol(station_desk, "乙")
    class_id = classes.plan_class(station_desk, a_class(station_desk), [silent, other])
    consents.decide(station_desk, silent, {ConsentScope.CONTACT: False}, station_desk.today, "李秀梅", "52")
    _held, families = classes.view_class(station_desk, class_id)
    assert {family.child: family.phone for family in families} == {"甲": "不同意电话联系", "乙": "*******5678"}


def present(desk: Desk, child_id: str) -> list[str]:
    view = children.view_child(desk, child_id)
    return [carer.id for carer in view.caregivers]
