"""The register: taking in, finding, masking."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import a_child, enrol

from zhaohu.errors import BadInput, NotAllowed, NotFound
from zhaohu.records import Village
from zhaohu.records.codes import ChildStatus, Risk, Role, Sex
from zhaohu.records.local import AuditLine
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk, Person
from zhaohu.services.register import child_list, children
from zhaohu.services.register.child_list import ChildFilter


def as_viewer(desk: Desk) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("viewer", "看", Role.VIEWER), desk.site)


def actions(desk: Desk) -> list[str]:
    with desk.read() as session:
        return [line.action for line in session.exec(select(AuditLine).order_by(AuditLine.no))]


def test_a_family_is_taken_in_whole(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    view = children.view_child(station_desk, child_id)
    assert (view.row.name, view.row.sex, view.row.birth_date) == ("单芷然", Sex.FEMALE, date(2026, 11, 2))
    assert view.row.village == "大坡社区"
    assert [(c.name, c.is_main) for c in view.caregivers] == [("李秀梅", True), ("单强", False)]
    assert view.editable
    assert actions(station_desk)[-1] == "child.register"


def test_a_village_is_made_once(station_desk: Desk) -> None:
    enrol(station_desk)
    enrol(station_desk, "李瑶")
    with station_desk.read() as session:
        assert [village.name for village in session.exec(select(Village))] == ["大坡社区"]


@pytest.mark.parametrize(
    "query",
    [
        "单",
        "芷然",
        "单芷然",
        "shan",
        "shanzhiran",
        "szr",
        "SZR",
        "Shan Zhi",
        "5678",
        "12345678",
        "李秀",
        "单强",
        "大坡",
    ],
)
def test_a_child_is_found_by_whatever_one_remembers(station_desk: Desk, query: str) -> None:
    wanted = enrol(station_desk)
    enrol(
        station_desk,
        "王𠮷",
        village="巨峰村",
        caregivers=(children.NewCaregiver("赵丽", children.MOTHER, "13900009999", is_main=True),),
    )
    assert [row.id for row in child_list.search(station_desk, query)] == [wanted]


@pytest.mark.parametrize("query", ["", "  ", "%", "_", "zzz", "'; DROP TABLE child", "99", "\\"])
def test_what_fits_nothing_finds_nothing(station_desk: Desk, query: str) -> None:
    enrol(station_desk)
    assert child_list.search(station_desk, query) == []


def test_a_rare_character_is_kept_and_found(station_desk: Desk) -> None:
    child_id = enrol(station_desk, "赖𠮷")
    assert [row.id for row in child_list.search(station_desk, "𠮷")] == [child_id]
    assert children.view_child(station_desk, child_id).row.name == "赖𠮷"


def test_numbers_are_masked_and_a_reveal_is_audited(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"citizen_id": "371103202611020022"})
    view = children.view_child(station_desk, child_id)
    assert view.row.citizen_id == "371103************"
    assert view.caregivers[0].phone == "*******5678"
    assert children.reveal(station_desk, child_id, "citizen_id") == "371103202611020022"
    assert children.reveal(station_desk, view.caregivers[0].id, "phone") == "13812345678"
    assert actions(station_desk)[-2:] == ["reveal.citizen_id", "reveal.phone"]
    with station_desk.read() as session:
        assert "371103202611020022" not in "".join(line.detail for line in session.exec(select(AuditLine)))


def test_a_viewer_neither_records_nor_reveals(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    viewer = as_viewer(station_desk)
    assert child_list.list_children(viewer)
    with pytest.raises(NotAllowed):
        enrol(viewer)
    with pytest.raises(NotAllowed):
        children.reveal(viewer, child_id, "citizen_id")


def test_nothing_to_reveal_is_said(station_desk: Desk) -> None:
    with pytest.raises(NotFound):
        children.reveal(station_desk, enrol(station_desk), "citizen_id")


def test_the_center_does_not_register(center_desk: Desk) -> None:
    with pytest.raises(NotAllowed) as refused:
        enrol(center_desk)
    assert refused.value.code == "wrong_site"


def test_lists_know_the_risks_that_the_newborn_visit_found(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    saved = record(station_desk, child_id, asphyxia="2", apgar_unknown=["1"])
    (row,) = child_list.list_children(station_desk)
    assert row.risks == children.view_child(station_desk, child_id).row.risks == (Risk.ASPHYXIA,)
    visits.correct_visit(station_desk, saved.id, answers={**saved.answers, "asphyxia": "1"}, reason="误选")
    assert child_list.list_children(station_desk)[0].risks == ()


def test_lists_filter_sort_and_count(station_desk: Desk) -> None:
    enrol(station_desk, "甲", birth_date=date(2025, 1, 1), facts={"gestation_days": 240})
    enrol(station_desk, "乙", birth_date=date(2026, 1, 1), village="巨峰村")
    rows = child_list.list_children(station_desk)
    assert [row.name for row in rows] == ["甲", "乙"]  # jiǎ, yǐ
    assert rows[0].risks == (Risk.PRETERM,)
    village = {name: key for key, name in child_list.list_villages(station_desk)}["巨峰村"]
    assert [r.name for r in child_list.list_children(station_desk, ChildFilter(village_ids=(village,)))] == ["乙"]
    assert [r.name for r in child_list.list_children(station_desk, ChildFilter(born_to=date(2025, 6, 1)))] == ["甲"]
    assert child_list.list_children(station_desk, ChildFilter(statuses=(ChildStatus.LOST,))) == []
    assert child_list.count_children(station_desk) == 2
    assert len(child_list.list_children(station_desk, limit=1)) == 1


@pytest.mark.parametrize("facts", [{"birth_weight_g": 50}, {"gestation_days": 20}, {"citizen_id": "12345"}])
def test_a_value_that_does_not_fit_keeps_nothing(station_desk: Desk, facts: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        children.register_child(station_desk, a_child(facts=facts))
    assert [refused.value.details["field"]] == list(facts)
    assert child_list.count_children(station_desk) == 0


def test_an_unknown_child_is_said(station_desk: Desk) -> None:
    with pytest.raises(NotFound):
        children.view_child(station_desk, "0" * 36)


@pytest.mark.parametrize("typed", ["阿依古丽•买买提", "阿依古丽·买买提", "阿依古丽．买买提", "丽.买"])
def test_a_name_is_found_whatever_dot_is_in_it(station_desk: Desk, typed: str) -> None:
    child_id = enrol(station_desk, "阿依古丽•买买提")
    enrol(station_desk, "单芷然")
    assert [row.id for row in child_list.search(station_desk, typed)] == [child_id]


def test_a_lone_apostrophe_finds_nobody(station_desk: Desk) -> None:
    enrol(station_desk)
    assert child_list.search(station_desk, "'") == []
