"""The search box: a child is found by whatever one remembers of it, as one types, and by its paper's code."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.families import enrol

from zhaohu.records import Caregiver, Child
from zhaohu.records.codes import ChildStatus, Sex
from zhaohu.rules.names import search_keys
from zhaohu.rules.paper_code import child_code
from zhaohu.services.desk import Desk
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver

FACTS = {
    "citizen_id": "37110320261102148X",
    "health_record_no": "37110310020000123",
    "handbook_no": "LS-2026/0815",
    "birth_certificate_no": "Q370012345",
}
CARERS = (NewCaregiver("欧阳若冰", MOTHER, "138-1234 5678", is_main=True), NewCaregiver("单强", FATHER, "15900001234"))


def found(desk: Desk, query: str, limit: int = 12) -> list[str]:
    """Names of who is found in the box; a list with the same words finds the same children."""
    rows = child_list.search(desk, query, limit)
    listed = child_list.list_children(desk, ChildFilter(query=query, statuses=()))
    assert {row.id for row in rows} == {row.id for row in listed}
    assert child_list.count_children(desk, ChildFilter(query=query, statuses=())) == len(listed)
    return [row.name for row in rows]


@pytest.fixture
def families(station_desk: Desk) -> str:
    """单芷然 of 大坡社区 with every number there is, and two who share nothing with her; returns her id."""
    enrol(station_desk, "王𠮷", village="巨峰村", caregivers=(NewCaregiver("赵敏", MOTHER, "13900007777"),))
    enrol(station_desk, "买买提·艾合买提", village="碑廓村", caregivers=(NewCaregiver("Anna Bell", MOTHER, None),))
    return enrol(station_desk, "单芷然", caregivers=CARERS, facts=FACTS)


WAYS = {
    "part of the name": ["单", "单芷", "单芷然", "芷", "芷然", "然", " 单 芷然 "],
    "pinyin": ["shan", "shanzhiran", "Shan Zhi Ran", "SHANZHI", "shan'zhi", "zhiran"],
    "initials": ["szr", "SZ", "s"],
    "a caregiver": ["欧阳", "若冰", "冰", "单强", "ouyang", "oyrb", "ruobing", "shanqiang", "sq"],
    "a telephone": ["5678", "12345678", "138123", "13812345678", "1234", "00001234"],
    "the citizen id": ["148X", "148x", "8x", "02148x", "37110320261102148X"],
    "a record number": ["37110310020000123", "371103100", "0123"],
    "the handbook": ["LS-2026/0815", "ls2026", "0815"],
    "the birth certificate": ["Q370012345", "q3700", "2345"],
    "the village": ["大坡", "坡社", "dapo", "dpsq"],
    "several words": ["单 大坡", "szr 5678", "芷 欧阳 大坡", "大坡 单强", "shan 12345678"],
}


@pytest.mark.parametrize(("way", "query"), [(way, query) for way, queries in WAYS.items() for query in queries])
def test_a_child_is_found_by_each_way(station_desk: Desk, families: str, way: str, query: str) -> None:
    assert found(station_desk, query) == ["单芷然"], way


@pytest.mark.parametrize(
    "query", ["", "  ", "-", "'", "·", "%", "_", "芷单", "单 巨峰", "zhir an z", "9999", "x", "单芷然然", "8765"]
)
def test_what_fits_nobody_finds_nobody(station_desk: Desk, families: str, query: str) -> None:
    assert child_list.search(station_desk, query) == []


def test_a_rare_character_and_a_name_in_parts_are_found_as_typed(station_desk: Desk, families: str) -> None:
    assert found(station_desk, "𠮷") == ["王𠮷"]
    for query in ("艾合买提", "买买提·艾", "买买提艾合", "买买提•艾合买提", "anna", "bell", "annab", "anna bell"):
        assert found(station_desk, query) == ["买买提·艾合买提"], query


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [("单雪", "shanxue"), ("仇英", "qiuying"), ("解晓东", "xiexiaodong"), ("区寄", "ouji"), ("查良", "zhaliang"),
     ("翟墨", "zhaimo"), ("曾国", "zengguo"), ("尉迟恭", "yuchigong"), ("万俟雪", "moqixue")],
)  # fmt: skip
def test_a_surname_is_read_as_a_surname(station_desk: Desk, name: str, pinyin: str) -> None:
    enrol(station_desk, name)
    for end in range(1, len(pinyin) + 1):
        assert name in found(station_desk, pinyin[:end])


def test_a_scanned_code_gives_exactly_that_child(station_desk: Desk, families: str) -> None:
    code = child_code(families)
    enrol(station_desk, "孙尚香", caregivers=(NewCaregiver("孙坚", FATHER, code[:11]),))
    assert found(station_desk, code) == ["单芷然"]
    assert found(station_desk, f" {code} ") == ["单芷然"]
    assert found(station_desk, child_code("0" * 8 + families[8:])) == []


def test_who_is_on_the_register_comes_first_and_who_was_removed_never(station_desk: Desk) -> None:
    ids = {name: enrol(station_desk, name, birth_date=station_desk.today) for name in ("安一", "安二", "安三")}
    with station_desk.write("test") as work:
        work.session.get_one(Child, ids["安二"]).status = ChildStatus.MOVED_OUT
        work.session.get_one(Child, ids["安三"]).deleted_at = station_desk.clock.stamp()
    assert found(station_desk, "an") == ["安一", "安二"]
    with station_desk.write("test") as work:
        work.session.get_one(Child, ids["安二"]).status = ChildStatus.ACTIVE
        work.session.get_one(Child, ids["安一"]).status = ChildStatus.LOST
    assert found(station_desk, "an") == ["安二", "安一"]


def test_a_name_a_caregiver_or_a_phone_that_changed_is_found_as_it_is_now(station_desk: Desk, families: str) -> None:
    with station_desk.write("test") as work:
        child = work.session.get_one(Child, families)
        child.name = "单小雨"
        carer = work.session.get_one(Caregiver, _carer(work.session, child, "欧阳若冰"))
        carer.name, carer.phone = "慕容雪", "18800009876"
    for query in ("芷", "szr", "欧阳", "5678", "oyrb"):
        assert found(station_desk, query) == [], query
    for query in ("小雨", "sxy", "慕容", "9876", "murong"):
        assert found(station_desk, query) == ["单小雨"], query


def _carer(session, child: Child, name: str) -> str:
    from sqlmodel import select

    statement = select(Caregiver.id).where(Caregiver.household_id == child.household_id, Caregiver.name == name)
    return session.exec(statement).one()


def test_no_more_than_asked_for(station_desk: Desk) -> None:
    for number in range(8):
        enrol(station_desk, f"王{'一二三四五六七八'[number]}", birth_date=station_desk.today)
    assert len(child_list.search(station_desk, "wang", limit=5)) == 5
    assert len(child_list.search(station_desk, "大坡", limit=5)) == 5
    assert len(child_list.search(station_desk, "w 大坡", limit=5)) == 5


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("单仇解区查王欧阳芷然𠮷䶮·买提雅诗ABx"), min_size=1, max_size=6))
def test_every_part_and_every_reading_of_a_name_finds_it(station_desk: Desk, name: str) -> None:
    if not name.strip("·"):
        return
    child_id = enrol(station_desk, name, birth_date=station_desk.today, sex=Sex.MALE, caregivers=())
    words = [part for part in name.split("·") if part]
    starts = [(word, at) for word in words for at in range(len(word)) if not word[max(at - 1, 0) : at + 1].isascii()]
    parts = [word[at:] for word, at in starts]
    for query in (*parts, *(key[:size] for key in search_keys(name) if key.isascii() for size in (1, len(key)))):
        assert child_id in {row.id for row in child_list.search(station_desk, query, limit=500)}, query
    with station_desk.write("test") as work:
        work.session.get_one(Child, child_id).deleted_at = station_desk.clock.stamp()
