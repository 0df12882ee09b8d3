"""Families and their caregivers, corrections, and the station's villages, on the real store."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select
from tests.rules.test_child_checks import citizen_id
from tests.services.families import a_child, enrol

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records import Correction, Household
from zhaohu.records.codes import Residence, Role, Sex
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import Desk, Person
from zhaohu.services.guidance import staffing
from zhaohu.services.register import (
    caregivers,
    children,
    corrections,
    families,
    record_numbers,
    village_merging,
    village_teachers,
    villages,
)
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver
from zhaohu.services.safety import audit_log

BORN = date(2026, 11, 2)


def home_of(desk: Desk, child_id: str) -> str:
    return children.view_child(desk, child_id).household_id


def as_teacher(desk: Desk) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("nurse", "王敏", Role.TEACHER), desk.site)


def details(desk: Desk) -> str:
    with desk.read() as session:
        return "".join(line.detail for line in session.exec(select(AuditLine)))


# -- taking in


def test_every_particular_is_kept_and_shown(station_desk: Desk) -> None:
    facts = {
        "citizen_id": citizen_id(BORN, 2),
        "birth_certificate_no": "X370000001",
        "health_record_no": "37110310210100001",
        "handbook_no": "SC-1",
        "ethnicity": "03",
        "birth_order": 2,
        "delivery": "1",
        "plurality": 1,
        "birth_place": "岚山区人民医院",
        "birth_time": "06:30",
        "discharged_on": date(2026, 11, 5),
        "residence": Residence.NON_REGISTERED,
        "came_from": "临沂",
    }
    mother = NewCaregiver(
        "李秀梅", MOTHER, "13812345678", True, citizen_id(date(1996, 3, 1), 4), date(1996, 3, 1), "务农", "7"
    )
    new = a_child(
        facts=facts,
        caregivers=(mother,),
        county="岚山区",
        township="巨峰镇",
        registered_address="临沂市某村",
        care_difficulty="父母外出务工",
    )
    assert children.check_new(station_desk, new) == []
    child_id = children.register_child(station_desk, new)
    edited = children.edit_child(station_desk, child_id)
    assert {name: edited[name] for name in facts} == facts
    family = families.view_family(station_desk, home_of(station_desk, child_id))
    assert (family.county, family.township, family.village) == ("岚山区", "巨峰镇", "大坡社区")
    assert (family.registered_address, family.care_difficulty) == ("临沂市某村", "父母外出务工")
    (carer,) = family.caregivers
    assert (carer.phone, carer.citizen_id) == ("*******5678", "371103" + "*" * 12)
    assert (carer.birth_date, carer.occupation, carer.education, carer.is_main) == (date(1996, 3, 1), "务农", "7", True)
    assert children.reveal(station_desk, carer.id, "citizen_id") == mother.citizen_id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"citizen_id": "371103202611020020"}, "citizen_id"),
        ({"discharged_on": date(2027, 1, 1)}, "discharged_on"),
        ({"birth_certificate_no": "12"}, "birth_certificate_no"),
    ],
)
def test_what_cannot_be_is_not_registered(station_desk: Desk, facts, field) -> None:
    with pytest.raises(BadInput) as refused:
        enrol(station_desk, facts=facts)
    assert refused.value.details["field"] == field


def test_a_health_record_number_is_given_once(station_desk: Desk) -> None:
    enrol(station_desk, facts={"health_record_no": "37110310210100001"})
    with pytest.raises(BadInput) as refused:
        enrol(station_desk, "李瑶", facts={"health_record_no": "37110310210100001"})
    assert refused.value.code == "record_number_taken"
    assert "单芷然" in refused.value.message


def test_brothers_and_sisters_share_a_household(station_desk: Desk) -> None:
    first = enrol(station_desk, birth_date=date(2024, 5, 1))
    home = home_of(station_desk, first)
    mother = (NewCaregiver("李秀梅", MOTHER, None, citizen_id=citizen_id(date(1996, 3, 1), 4)),)
    second = enrol(station_desk, "单子轩", household_id=home, caregivers=mother, village="别的村", address="")
    family = families.view_family(station_desk, home)
    assert [child.name for child in family.children] == ["单芷然", "单子轩"]
    assert [carer.name for carer in family.caregivers] == ["李秀梅", "单强"]  # completed, not doubled
    assert family.caregivers[0].citizen_id
    assert home_of(station_desk, second) == home
    assert [row.name for row in villages.list_own(station_desk)] == ["大坡社区"]


def test_births_too_close_are_asked_about_but_may_be(station_desk: Desk) -> None:
    home = home_of(station_desk, enrol(station_desk, birth_date=date(2026, 8, 1)))
    new = a_child("单子轩", household_id=home)
    assert [one.code for one in children.check_new(station_desk, new)] == ["close_births"]
    children.register_child(station_desk, new)


def test_a_family_is_found_by_what_was_typed_of_the_mother(station_desk: Desk) -> None:
    enrol(station_desk, "张子轩", birth_date=date(2024, 9, 1))
    enrol(station_desk, "王小满", caregivers=(NewCaregiver("赵丽", MOTHER, "13900009999"),))
    for typed in ("李秀梅", "138 1234 5678", "159 0000 1234"):
        (found,) = families.find_families(station_desk, typed, exact=True)
        assert found.caregivers == "母亲 李秀梅、父亲 单强" or "李秀梅" in found.caregivers
        assert "张子轩" in found.children
        assert found.phone == "*******5678"
    assert families.find_families(station_desk, "李秀", exact=True) == []
    assert len(families.find_families(station_desk, "李秀")) == 1
    assert len(families.find_families(station_desk, "王小满")) == 1
    assert families.find_families(station_desk, "李") == []


# -- correcting


def test_a_correction_keeps_what_stood_there(station_desk: Desk) -> None:
    child_id = enrol(station_desk, facts={"citizen_id": citizen_id(BORN, 2)})
    seen = children.edit_child(station_desk, child_id)
    done = children.correct_child(
        station_desk, child_id, {"name": "单芷若", "birth_weight_g": 3350}, "户口本上的名字", seen=seen
    )
    assert set(done) == {"name", "birth_weight_g"}
    (row,) = corrections.corrections(station_desk, child_id)
    assert row.reason == "户口本上的名字"
    assert {(c.field, c.before, c.after) for c in row.changes} == {
        ("name", "单芷然", "单芷若"),
        ("birth_weight_g", "3,300 g", "3,350 g"),
    }
    assert "单芷" not in details(station_desk)


def test_nothing_changed_leaves_no_correction(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    assert children.correct_child(station_desk, child_id, {"name": "单芷然"}) == ()
    assert corrections.corrections(station_desk, child_id) == []


@pytest.mark.parametrize("changes", [{"birth_date": date(2026, 11, 1)}, {"sex": Sex.MALE}, {"gestation_days": 270}])
def test_what_growth_is_graded_by_wants_a_reason(station_desk: Desk, changes) -> None:
    child_id = enrol(station_desk)
    with pytest.raises(BadInput) as refused:
        children.correct_child(station_desk, child_id, changes)
    assert refused.value.details["field"] == "reason"
    children.correct_child(station_desk, child_id, changes, "出生证明")
    assert len(corrections.corrections(station_desk, child_id)) == 1


def test_two_windows_do_not_overwrite_each_other(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    seen = children.edit_child(station_desk, child_id)
    children.correct_child(station_desk, child_id, {"name": "单芷若"})
    with pytest.raises(Refused) as refused:
        children.correct_child(station_desk, child_id, {"name": "单止然"}, seen=seen)
    assert refused.value.code == "changed_meanwhile"
    children.correct_child(station_desk, child_id, {"birth_weight_g": 3200}, seen=seen)  # another field


def test_an_old_wrong_number_does_not_stop_another_correction(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    with station_desk.write("test") as work:
        work.session.get(children.Child, child_id).citizen_id = "371103202611020020"
    children.correct_child(station_desk, child_id, {"birth_weight_g": 3200})
    with pytest.raises(BadInput):
        children.correct_child(station_desk, child_id, {"citizen_id": "371103202611020000"})


def test_nobody_else_corrects(station_desk: Desk, center_desk: Desk) -> None:
    child_id = enrol(station_desk)
    viewer = Desk(
        station_desk.profile, station_desk.store, station_desk.clock, Person("v", "看", Role.VIEWER), station_desk.site
    )
    for desk in (viewer, center_desk):
        with pytest.raises(NotAllowed):
            children.correct_child(desk, child_id, {"name": "单芷若"})


def test_a_corrected_name_is_found_at_once(station_desk: Desk) -> None:
    from zhaohu.services.register import child_list

    child_id = enrol(station_desk)
    children.correct_child(station_desk, child_id, {"name": "欧阳若汐"})
    assert [row.id for row in child_list.search(station_desk, "oyrx")] == [child_id]
    carer = families.view_family(station_desk, home_of(station_desk, child_id)).caregivers[0]
    caregivers.correct_caregiver(station_desk, carer.id, {"phone": "13700007777"})
    assert [row.id for row in child_list.search(station_desk, "7777")] == [child_id]
    families.correct_household(station_desk, home_of(station_desk, child_id), {"village": "土山河村"})
    assert [row.id for row in child_list.search(station_desk, "土山河")] == [child_id]


# -- families


def test_the_address_is_corrected_and_told(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    home = home_of(station_desk, child_id)
    families.correct_household(
        station_desk, home, {"village": "巨峰村", "address": "3号", "care_difficulty": "单亲"}, reason="搬家"
    )
    family = families.view_family(station_desk, home)
    assert (family.village, family.address, family.care_difficulty) == ("巨峰村", "3号", "单亲")
    told = corrections.corrections(station_desk, child_id)[0]
    assert {(c.field, c.before, c.after) for c in told.changes} == {
        ("village_id", "大坡社区", "巨峰村"),
        ("address", "巨峰镇大坡社区12号", "3号"),
        ("care_difficulty", "", "单亲"),
    }
    with pytest.raises(Refused) as refused:
        families.correct_household(station_desk, home, {"village": "别村"}, seen={"village": "大坡社区"})
    assert refused.value.code == "changed_meanwhile"


def test_one_caregiver_is_the_main_one(station_desk: Desk) -> None:
    home = home_of(station_desk, enrol(station_desk))

    def mains() -> list[str]:
        return [one.name for one in families.view_family(station_desk, home).caregivers if one.is_main]

    made = caregivers.add_caregiver(station_desk, home, NewCaregiver("王桂兰", "62", "0633-8612345", is_main=True))
    assert mains() == ["王桂兰"]
    with pytest.raises(BadInput):
        caregivers.correct_caregiver(station_desk, made, {"is_main": False})
    father = next(one for one in families.view_family(station_desk, home).caregivers if one.relation == FATHER)
    caregivers.correct_caregiver(station_desk, father.id, {"is_main": True, "occupation": "渔业"})
    assert mains() == ["单强"]
    caregivers.remove_caregiver(station_desk, father.id, "离异，不再照护")
    assert mains() == ["李秀梅"]
    with pytest.raises(NotFound):
        caregivers.correct_caregiver(station_desk, father.id, {"name": "单大强"})


def test_a_removed_caregiver_stays_in_the_history(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    carer = families.view_family(station_desk, home_of(station_desk, child_id)).caregivers[1]
    with pytest.raises(BadInput):
        caregivers.remove_caregiver(station_desk, carer.id, " ")
    caregivers.remove_caregiver(station_desk, carer.id, "登记有误")
    (told,) = corrections.corrections(station_desk, child_id)
    assert (told.about, told.reason) == ("单强", "登记有误")
    assert ("phone", "*******1234", "") in {(c.field, c.before, c.after) for c in told.changes}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"phone": "12345"}, "phone"),
        ({"citizen_id": "371103199603010040"}, "citizen_id"),
        ({"birth_date": date(2027, 1, 1)}, "birth_date"),
        ({"name": "李秀梅", "relation": MOTHER}, "name"),
        ({"education": "99"}, "education"),
    ],
)
def test_a_caregiver_is_checked(station_desk: Desk, values, field) -> None:
    home = home_of(station_desk, enrol(station_desk))
    with pytest.raises(BadInput) as refused:
        caregivers.add_caregiver(station_desk, home, NewCaregiver(**{"name": "王桂兰", "relation": "62", **values}))
    assert refused.value.details["field"] == field


def test_a_doubtful_caregiver_is_named(station_desk: Desk) -> None:
    home = home_of(station_desk, enrol(station_desk))
    young = NewCaregiver("王桂兰", "62", birth_date=date(2005, 1, 1))
    assert [one.code for one in caregivers.doubts(station_desk, home, young)] == ["age_at_birth"]


def test_a_child_joins_and_leaves_a_family(station_desk: Desk) -> None:
    first = enrol(station_desk, birth_date=date(2024, 5, 1))
    aunt = (NewCaregiver("李秀梅", MOTHER, "13812345678", True), NewCaregiver("单大娘", "62", "13700001111"))
    second = enrol(station_desk, "单子轩", caregivers=aunt)
    families.join_household(station_desk, second, home_of(station_desk, first))
    family = families.view_family(station_desk, home_of(station_desk, first))
    assert [child.name for child in family.children] == ["单芷然", "单子轩"]
    assert sorted(carer.name for carer in family.caregivers) == ["单大娘", "单强", "李秀梅"]
    assert sum(carer.is_main for carer in family.caregivers) == 1
    assert corrections.corrections(station_desk, second)[0].changes[0].field == "household_id"
    alone = families.split_household(station_desk, second)
    assert [child.name for child in families.view_family(station_desk, alone).children] == ["单子轩"]
    assert len(families.view_family(station_desk, alone).caregivers) == 3
    with pytest.raises(BadInput):
        families.split_household(station_desk, second)


def test_a_viewer_sees_a_family_and_changes_nothing(station_desk: Desk) -> None:
    home = home_of(station_desk, enrol(station_desk))
    viewer = Desk(
        station_desk.profile, station_desk.store, station_desk.clock, Person("v", "看", Role.VIEWER), station_desk.site
    )
    assert not families.view_family(viewer, home).editable
    with pytest.raises(NotAllowed):
        families.correct_household(viewer, home, {"address": "x"})


# -- villages


def names(desk: Desk) -> list[str]:
    return [row.name for row in villages.list_own(desk)]


def test_villages_are_added_from_a_pasted_list(station_desk: Desk) -> None:
    enrol(station_desk)
    lines = ["巨峰村\t101", "  土山河村, 102 ", "", "大坡社区", "3、柿子沟村 103", "西小庄村"]
    done = villages.add_villages(as_teacher(station_desk), lines)
    assert done.added == ("巨峰村", "土山河村", "柿子沟村", "西小庄村")
    assert done.known == ("大坡社区",)
    assert {row.name: row.code for row in villages.list_own(station_desk)} == {
        "巨峰村": "101",
        "土山河村": "102",
        "柿子沟村": "103",
        "西小庄村": "",
        "大坡社区": "",
    }


def test_a_village_gets_another_name(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    (row,) = villages.list_own(station_desk)
    assert (row.households, row.children) == (1, 1)
    villages.change_village(station_desk, row.id, "大坡新村", "105")
    assert children.view_child(station_desk, child_id).row.village == "大坡新村"
    villages.add_villages(station_desk, ["巨峰村"])
    with pytest.raises(Refused) as refused:
        villages.change_village(station_desk, row.id, "巨峰村")
    assert refused.value.code == "village_exists"
    with pytest.raises(NotAllowed):
        villages.change_village(as_teacher(station_desk), row.id, "x")


def test_a_closed_village_takes_no_family(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    (row,) = villages.list_own(station_desk)
    villages.close_village(station_desk, row.id)
    with pytest.raises(BadInput) as refused:
        enrol(station_desk, "李瑶")
    assert refused.value.code == "village_closed"
    enrol(station_desk, "单子轩", household_id=home_of(station_desk, child_id))  # who is there stays
    assert villages.open_names(station_desk) == []
    villages.open_village(station_desk, row.id)
    enrol(station_desk, "李瑶")


def test_two_spellings_become_one_and_are_parted_again(station_desk: Desk) -> None:
    one, other = enrol(station_desk, village="巨峰村"), enrol(station_desk, "李瑶", village="巨峰")
    keep, gone = (next(r.id for r in villages.list_own(station_desk) if r.name == name) for name in ("巨峰村", "巨峰"))
    assert village_merging.merge_villages(station_desk, keep, gone) == 1
    assert names(station_desk) == ["巨峰村"]
    (row,) = villages.list_own(station_desk)
    assert (row.households, row.merged_from) == (2, ((gone, "巨峰"),))
    assert children.view_child(station_desk, other).row.village == "巨峰村"
    assert village_merging.part_villages(station_desk, gone) == 1
    assert children.view_child(station_desk, other).row.village == "巨峰"
    assert children.view_child(station_desk, one).row.village == "巨峰村"
    with pytest.raises(NotFound):
        village_merging.part_villages(station_desk, gone)


def test_a_teacher_looks_after_a_village_from_a_day_on(station_desk: Desk) -> None:
    enrol(station_desk)
    (row,) = villages.list_own(station_desk)
    first = staffing.add_teacher(station_desk, staffing.NewTeacher("王敏", date(2024, 3, 1)))
    second = staffing.add_teacher(station_desk, staffing.NewTeacher("赵云", date(2025, 3, 1)))
    village_teachers.assign_teacher(station_desk, row.id, first, date(2024, 6, 1))
    village_teachers.assign_teacher(station_desk, row.id, second, date(2026, 1, 1))
    (row,) = villages.list_own(station_desk)
    assert (row.teacher, row.teacher_since) == ("赵云", date(2026, 1, 1))
    history = village_teachers.list_assignments(station_desk, row.id)
    assert [(a.teacher, a.since, a.until) for a in history] == [
        ("赵云", date(2026, 1, 1), None),
        ("王敏", date(2024, 6, 1), date(2025, 12, 31)),
    ]
    with pytest.raises(BadInput):
        village_teachers.assign_teacher(station_desk, row.id, first, date(2025, 6, 1))
    village_teachers.assign_teacher(station_desk, row.id, first, date(2026, 1, 1))  # the same day: it was a slip
    assert [a.teacher for a in village_teachers.list_assignments(station_desk, row.id)] == ["王敏", "王敏"]
    village_teachers.assign_teacher(station_desk, row.id, "", date(2026, 11, 20))
    assert villages.list_own(station_desk)[0].teacher == ""
    with pytest.raises(BadInput):
        village_teachers.assign_teacher(station_desk, row.id, second, date(2024, 1, 1))


def test_health_record_numbers_are_proposed(station_desk: Desk) -> None:
    enrol(station_desk)
    assert record_numbers.propose(station_desk, "大坡社区") == ""
    enrol(station_desk, "李瑶", facts={"health_record_no": "37110310200300007"})
    assert record_numbers.propose(station_desk, "大坡社区") == "37110310200300008"  # as the others there begin
    villages.add_villages(station_desk, ["巨峰村 101"])
    assert record_numbers.propose(station_desk, "巨峰村") == "37110310210100001"
    villages.set_township_code(station_desk, "109")
    assert record_numbers.propose(station_desk, "巨峰村") == "37110310910100001"
    assert record_numbers.propose(station_desk, "没有这个村") == ""
    with pytest.raises(BadInput):
        villages.set_township_code(station_desk, "1")


def test_a_gap_is_used_when_the_last_serial_is_taken(station_desk: Desk) -> None:
    for name, serial in (("甲", "99999"), ("乙", "00001")):
        enrol(station_desk, name, facts={"health_record_no": f"371103102003{serial}"})
    assert record_numbers.propose(station_desk, "大坡社区") == "37110310200300002"


def test_corrections_travel_with_their_household(station_desk: Desk) -> None:
    home = home_of(station_desk, enrol(station_desk))
    families.correct_household(station_desk, home, {"address": "3号"})
    with station_desk.read() as session:
        (row,) = session.exec(select(Correction))
        assert (row.table_name, row.row_id, row.owner) == ("household", home, session.get(Household, home).owner)


def test_the_audit_log_says_whose_family_and_which_village(station_desk: Desk) -> None:
    home = home_of(station_desk, enrol(station_desk))
    families.correct_household(station_desk, home, {"address": "3号"})
    villages.close_village(station_desk, villages.list_own(station_desk)[0].id)
    closed, corrected = audit_log.search(station_desk, limit=2).rows
    assert (closed.words, closed.subject) == ("停用村居", "大坡社区")
    assert (corrected.words, corrected.subject) == ("更正家庭住址", "单芷然的家庭")
    assert "住址" in corrected.detail
    assert "3号" not in corrected.detail


def test_the_usual_place_is_the_sites_own(station_desk: Desk) -> None:
    assert families.usual_place(station_desk) == ("岚山区", "巨峰镇")
