"""What lies on the disk says nothing to somebody without a password or the sheet."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from tests.services.families import a_child, newborn_answers

from zhaohu.errors import Refused
from zhaohu.records import Caregiver, Child
from zhaohu.records.codes import Role, Sex
from zhaohu.records.local import Draft
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services import tastes
from zhaohu.services.care import drafts, visits
from zhaohu.services.desk import Desk
from zhaohu.services.register.children import MOTHER, NewCaregiver, register_child
from zhaohu.services.safety import accounts
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.engine import StoreFault
from zhaohu.store.envelope import Envelope, Strength, WrongPassword, new_recovery_code

QUICK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)
PAGE = 4096
BIRTHDAY = date(2026, 11, 2)


def citizen_id(first_17: str) -> str:
    """With its check character, as GB 11643 has it."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first_17))
    return first_17 + "10X98765432"[total % 11]


CANARIES = {
    "child": "欧阳金丝雀",
    "rare name": "赖𠮷䶮",
    "caregiver": "司徒望舒",
    "person": "慕容听雨",
    "address": "云雀路四千零九十一号",
    "note": "夜里惊醒三次要复查",
    "draft": "还没有保存的草稿字句",
    "child id": citizen_id("37110320261102401"),
    "phone": "13987654321",
    "password": "correct horse",
    "other password": "穿堂风 91 battery",
    "typed into the name": "staple 穿堂风 77",
    "record text": "巨峰云雀医院",
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def found_in(folder: Path) -> set[tuple[str, str]]:
    """Which canaries are in which files, or in the files' names."""
    needles = {(name, text.encode(coding)) for name, text in CANARIES.items() for coding in ENCODINGS}
    found = set()
    for file in folder.rglob("*"):
        raw = file.name.encode() + (file.read_bytes() if file.is_file() else b"")
        found |= {(name, file.name) for name, needle in needles if needle in raw}
    return found


def fill(desk: Desk) -> None:
    """Put every canary where a clerk would."""
    caregiver = NewCaregiver(CANARIES["caregiver"], MOTHER, CANARIES["phone"], is_main=True)
    common = {"sex": Sex.FEMALE, "birth_date": BIRTHDAY, "address": CANARIES["address"], "caregivers": (caregiver,)}
    child = register_child(desk, a_child(CANARIES["child"], facts={"citizen_id": CANARIES["child id"]}, **common))
    register_child(desk, a_child(CANARIES["rare name"], **{**common, "caregivers": ()}))
    entry = visits.start_visit(desk, child, "newborn_visit")
    answers = {**entry.answers, **newborn_answers(birth_facility=CANARIES["record text"])}
    visits.record_visit(desk, child_id=child, form_id="newborn_visit", answers=all_normal(entry.form, answers))
    drafts.keep(desk, drafts.visit_key(child, "check_1_8"), {"other": CANARIES["draft"], "n": CANARIES["note"]}, child)
    accounts.add_account(
        desk,
        name="wangmin",
        display_name=CANARIES["person"],
        role=Role.TEACHER,
        password=CANARIES["other password"],
        strength=QUICK,
    )
    tastes.save_tastes(desk.profile, tastes.Tastes(place="巨峰镇指导站", user="wangmin"))
    for name, password in (("wangmin", CANARIES["password"]), (CANARIES["typed into the name"], "x")):
        with pytest.raises(WrongPassword):
            open_desk(desk.profile, name, password, desk.clock)


def test_a_stolen_folder_says_nothing(station_desk: Desk, tmp_path: Path) -> None:
    fill(station_desk)
    with station_desk.read() as session:
        kept = {child.name for child in session.exec(select(Child))}
        assert {CANARIES["child"], CANARIES["rare name"]} <= kept
        assert CANARIES["phone"] in {one.phone for one in session.exec(select(Caregiver))}
        assert CANARIES["draft"] in session.exec(select(Draft)).one().content
    wal = station_desk.store.path.with_name("zhaohu.db-wal")
    assert wal.stat().st_size > PAGE
    assert (station_desk.profile / "attempts.json").exists()
    assert found_in(station_desk.profile) == set()
    station_desk.close()
    assert found_in(station_desk.profile) == set()
    open_desk(station_desk.profile, "wangmin", CANARIES["other password"], station_desk.clock).close()
    assert found_in(station_desk.profile) == set()


@pytest.mark.parametrize("coding", ENCODINGS)
def test_the_search_would_have_found_them(tmp_path: Path, coding: str) -> None:
    for name, text in CANARIES.items():
        (tmp_path / name).write_bytes(b"\x00" * 7 + text.encode(coding) + b"\x00")
    assert {name for name, _file in found_in(tmp_path)} == set(CANARIES)


def test_no_page_of_the_database_compresses(station_desk: Desk) -> None:
    fill(station_desk)
    station_desk.close()
    raw = station_desk.store.path.read_bytes()
    assert len(zlib.compress(raw, 9)) / len(raw) >= 0.99
    pages = [raw[start : start + PAGE] for start in range(0, len(raw), PAGE)]
    assert len(pages) > 50
    assert len(set(pages)) == len(pages)
    assert all(len(zlib.compress(page, 9)) >= PAGE for page in pages)


def test_another_program_cannot_read_it(station_desk: Desk, tmp_path: Path) -> None:
    station_desk.close()
    shutil.copy(station_desk.store.path, tmp_path / "copy.db")
    plain = sqlite3.connect(tmp_path / "copy.db")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        plain.execute("SELECT * FROM sqlite_master")
    plain.close()


def keys_of(profile: Path) -> dict:
    return json.loads((profile / "keys.json").read_text("utf-8"))


def put_keys(profile: Path, content: dict) -> None:
    for name in ("keys.json", "keys.copy.json"):
        (profile / name).write_text(json.dumps(content), "utf-8")


def test_no_exchange_of_keys_opens_it(station_desk: Desk, second_station_desk: Desk) -> None:
    profile, clock = station_desk.profile, station_desk.clock
    code = new_recovery_code()
    Envelope(profile, QUICK).add_recovery(station_desk.store.key, code)
    accounts.add_account(
        station_desk, name="wangmin", display_name="", role=Role.TEACHER, password="long enough", strength=QUICK
    )
    station_desk.close()
    own, foreign = keys_of(profile), keys_of(second_station_desk.profile)
    slots = {slot["name"]: slot for slot in own["slots"]}
    renamed = {**own, "slots": [{**slots["wangmin"], "name": "admin"}]}
    swapped = {**own, "slots": [{**slots["wangmin"], "name": "admin"}, {**slots["admin"], "name": "wangmin"}]}
    relabelled = {**own, "profile": foreign["profile"]}
    as_user = {**own, "slots": [{**slots["recovery"], "kind": "user", "name": "admin"}]}
    as_recovery = {**own, "slots": [{**slots["admin"], "kind": "recovery", "name": "recovery"}]}
    weaker = {**own, "slots": [{**slots["admin"], "passes": 3}]}
    secret = code.replace("-", "")[:32]
    for content in (renamed, swapped, relabelled, as_user, as_recovery, weaker):
        put_keys(profile, content)
        (profile / "attempts.json").unlink(missing_ok=True)
        for user, password in (("admin", "long enough"), ("admin", "correct horse"), ("admin", secret)):
            with pytest.raises(WrongPassword):
                open_desk(profile, user, password, clock)
        with pytest.raises(WrongPassword):
            Envelope(profile).open_with_recovery_code(code)
    put_keys(profile, foreign)  # its password opens the other station's key, which fits nothing here
    (profile / "attempts.json").unlink()
    with pytest.raises(StoreFault) as refused:
        open_desk(profile, "admin", "correct horse", clock)
    assert refused.value.details["sqlite_error"] == 26
    put_keys(profile, own)
    open_desk(profile, "admin", "correct horse", clock).close()


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"slots": [{}]},
        {"slots": None},
        {"slots": [{"memory_kib": 2**40}]},
        {"slots": [{"memory_kib": 8}]},
        {"slots": [{"passes": 1}]},
        {"slots": [{"lanes": True}]},
        {"slots": [{"salt": "AA=="}]},
        {"slots": [{"wrapped": "!"}]},
    ],
    ids=str,
)
def test_a_key_file_that_is_none_of_ours_is_refused_unread(station_desk: Desk, change: dict) -> None:
    profile = station_desk.profile
    own = keys_of(profile)
    if change.get("slots") and change["slots"] != [{}]:
        change = {"slots": [{**own["slots"][0], **change["slots"][0]}]}
    put_keys(profile, {**own, **change})
    with pytest.raises(Refused) as refused:
        open_desk(profile, "admin", "correct horse", station_desk.clock)
    assert refused.value.code == "no_key_file"


def test_a_profile_without_its_key_file_stays_shut(station_desk: Desk) -> None:
    station_desk.close()
    for name in ("keys.json", "keys.copy.json"):
        (station_desk.profile / name).unlink()
    with pytest.raises(Refused) as refused:
        open_desk(station_desk.profile, "admin", "correct horse", station_desk.clock)
    assert refused.value.code == "no_key_file"
