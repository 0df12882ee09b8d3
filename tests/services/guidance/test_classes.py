"""Parenting classes: planned, attended, counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotFound
from zhaohu.records.codes import ClassKind, TopicBlock
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import classes, staffing
from zhaohu.services.guidance.classes import NewClass


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
