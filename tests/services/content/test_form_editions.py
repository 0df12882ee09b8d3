"""New editions of forms: published by the center, used from their day, known for ever where records of them are."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select
from tests.paper.pdfs import page_texts
from tests.services.care.test_form_versions import newborn, next_version
from tests.services.care.test_visits import record
from tests.services.families import enrol, newborn_answers
from tests.sync.district import ADMIN

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.records import DistrictData
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services import district, editions, form_files, printing, reference
from zhaohu.services.care import visits
from zhaohu.services.content import form_editions, form_list
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.safety import checkup
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.audit import canonical_json

DAY = date(2026, 12, 1)


def edition(day: date = DAY) -> str:
    return next_version().replace("effective_from = 2026-11-15", f"effective_from = {day}")


def written(folder, text: str):
    file = folder / "newborn_2027.toml"
    file.write_text(text, "utf-8")
    return file


def publish(center, folder, text: str = "", note: str = "") -> int:
    return form_editions.publish(center, form_editions.read_edition(center, written(folder, text or edition())), note)


def bring_down(center, station, folder):
    receipts.import_receipt(station, receipts.export_receipt(center, station.site.code, folder).file)


def later(desk: Desk, day: date = DAY) -> Desk:
    return Desk(desk.profile, desk.store, Clock.at(day), desk.person, desk.site)


def in_use(desk: Desk) -> str:
    return visits.start_visit(desk, enrol(desk, birth_date=date(2026, 11, 10)), "newborn_visit").form.version


def newborn_rows(desk: Desk) -> list[tuple[str, bool, bool]]:
    return [
        (one.version, one.coming, one.by_district) for one in form_list.list_forms(desk) if one.id == "newborn_visit"
    ]


def test_an_edition_goes_down_and_is_used_from_its_day_on(center_desk, station_desk, second_station_desk, tmp_path):
    assert publish(center_desk, tmp_path, note=" 国家新规范 ") == 1
    assert newborn_rows(center_desk) == [("2017.1", False, False), ("2027.1", True, True)]
    (row,) = form_editions.list_editions(center_desk)
    assert (row.id, row.version, row.effective_from, row.reason) == ("newborn_visit", "2027.1", "2026-12-01", "")
    assert (row.note, row.published_by) == ("国家新规范", "管理员")
    bring_down(center_desk, station_desk, tmp_path)
    center_desk.close()  # whatever the station knows now came with the packet
    assert form_editions.list_editions(second_station_desk) == []

    assert newborn_rows(station_desk) == [("2017.1", False, False), ("2027.1", True, True)]
    assert in_use(station_desk) == "2017.1"
    then = later(station_desk)
    assert newborn_rows(then) == [("2027.1", False, True)]
    assert in_use(then) == "2027.1"
    assert "（2027年版）" in page_texts(printing.print_form(then, "newborn_visit"))[0]
    assert "（2027年版）" not in page_texts(printing.print_form(station_desk, "newborn_visit"))[0]


def test_what_was_begun_is_saved_in_the_version_that_was_on_the_screen(center_desk, station_desk, tmp_path):
    child = enrol(station_desk)
    begun = visits.start_visit(station_desk, child, "newborn_visit")
    publish(center_desk, tmp_path, edition(date(2026, 11, 20)))
    bring_down(center_desk, station_desk, tmp_path)
    assert visits.start_visit(station_desk, child, "newborn_visit").form.version == "2027.1"
    filled = all_normal(begun.form, {**begun.answers, **newborn_answers()})
    saved = visits.record_visit(
        station_desk, child_id=child, form_id="newborn_visit", answers=filled, form_version="2017.1"
    )
    assert (saved.form.version, saved.form.is_known) == ("2017.1", True)
    assert record(station_desk, child, visit_date="2026-11-20", next_date="2026-12-08").form.version == "2027.1"


def test_a_record_keeps_its_edition_for_ever(center_desk, station_desk, tmp_path):
    old = record(station_desk, enrol(station_desk, "张安"))
    publish(center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    then = later(station_desk)
    made = record(
        then, enrol(then, "李宁", birth_date=date(2026, 11, 20)), visit_date="2026-12-01", next_date="2026-12-18"
    )
    assert (made.form.version, made.form.field("face").options[0].label) == ("2027.1", "红润有光泽")
    bundles.import_bundles(center_desk, [bundles.export_bundle(then, tmp_path).file])
    seen = visits.view_visit(center_desk, made.id)
    assert (seen.form.is_known, seen.form.version) == (True, "2027.1")
    assert "红润有光泽" in page_texts(printing.print_visit(center_desk, made.id))[0]
    with pytest.raises(Refused) as refused:
        form_editions.withdraw(center_desk, "newborn_visit", "2027.1")
    assert refused.value.code == "in_force"

    district.write(center_desk, Key.FORMS, None)  # as a center that was restored, and knows nothing of it
    bring_down(center_desk, station_desk, tmp_path)
    assert form_editions.list_editions(then) == []
    center_desk.close()
    assert visits.view_visit(then, made.id).form.is_known
    corrected = visits.correct_visit(then, made.id, answers={**made.answers, "heart_rate": 128}, reason="抄错")
    assert (corrected.form.version, corrected.form.is_known) == ("2027.1", True)
    assert "（2027年版）" in page_texts(printing.print_visit(then, corrected.id))[0]
    assert visits.view_visit(then, old.id).form.version == "2017.1"


def test_an_edition_is_gone_with_its_profile_and_back_with_it(center_desk, station_desk, tmp_path):
    publish(center_desk, tmp_path)
    assert reference.form_book().version("newborn_visit", "2027.1") is not None
    assert "2027.1" in {one.version for one in form_files.list_forms()}
    center_desk.close()
    assert reference.form_book() is reference.shipped_forms()
    again = open_desk(center_desk.profile, ADMIN.name, ADMIN.password, center_desk.clock)
    try:
        assert reference.form_book().version("newborn_visit", "2027.1") is not None
        assert station_desk.today < DAY
    finally:
        again.close()
    assert reference.form_book() is reference.shipped_forms()


def test_it_is_withdrawn_while_its_day_has_not_come(center_desk, station_desk, tmp_path):
    publish(center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    with pytest.raises(Refused) as refused:
        form_editions.withdraw(later(center_desk), "newborn_visit", "2027.1")
    assert refused.value.code == "in_force"
    with pytest.raises(NotFound):
        form_editions.withdraw(center_desk, "newborn_visit", "2017.1")
    assert form_editions.withdraw(center_desk, "newborn_visit", "2027.1") == 2
    bring_down(center_desk, station_desk, tmp_path)
    for desk in (center_desk, station_desk):
        assert newborn_rows(desk) == [("2017.1", False, False)]
    assert in_use(later(station_desk)) == "2017.1"
    assert publish(center_desk, tmp_path, edition(date(2027, 1, 1))) == 3  # the same version, never used
    bring_down(center_desk, station_desk, tmp_path)
    assert newborn_rows(station_desk) == [("2017.1", False, False), ("2027.1", True, True)]


def test_several_editions_stand_beside_each_other(center_desk, tmp_path):
    publish(center_desk, tmp_path, note="先")
    second = edition(date(2028, 1, 1)).replace('version = "2027.1"', 'version = "2028.1"')
    assert publish(center_desk, tmp_path, second, "后") == 2
    assert [(one.version, one.note) for one in form_editions.list_editions(center_desk)] == [
        ("2027.1", "先"),
        ("2028.1", "后"),
    ]
    form_editions.withdraw(center_desk, "newborn_visit", "2027.1")
    assert newborn_rows(center_desk) == [("2017.1", False, False), ("2028.1", True, True)]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (newborn(), "version"),
        (edition(date(2017, 2, 28)), "effective_from"),
        (edition().replace('id = "newborn_visit"', 'id = "my_visit"'), "id"),
        (edition().replace('version = "2027.1"', 'version = "2027 版"'), "version"),
        (edition().replace('label = "性别"', 'label = ""', 1), "sex"),
        (edition().replace('measure = "weight"', 'measure = "head"', 1), "birth_weight_kg"),
        ("这不是表单", ""),
    ],
)
def test_what_cannot_be_the_next_edition_is_refused_in_words(center_desk, tmp_path, text, field):
    with pytest.raises(BadInput) as refused:
        form_editions.read_edition(center_desk, written(tmp_path, text))
    problems = refused.value.details["problems"]
    assert field in {one["field"] for one in problems}
    assert all(one["reason"] in refused.value.message for one in problems[:8])
    assert refused.value.code == "bad_form"
    assert district.setting(center_desk, Key.FORMS) is None


def test_what_is_no_text_or_far_too_long_is_refused(center_desk, tmp_path):
    file = tmp_path / "form.toml"
    for content in (b"\xff\xfe\x00", b"#" * 200_001, None):
        file.unlink(missing_ok=True)
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(BadInput) as refused:
            form_editions.read_edition(center_desk, file)
        assert refused.value.code == "unreadable"


def test_what_the_exchange_cannot_carry_is_refused(center_desk):
    files = {f"newborn_visit@{n}": {"text": "长" * 60_000} for n in range(6)}
    with pytest.raises(BadInput) as refused:
        district.write(center_desk, Key.FORMS, {"files": files})
    assert (refused.value.code, district.setting(center_desk, Key.FORMS)) == ("too_long", None)


@pytest.mark.parametrize(
    "content", [{}, {"files": []}, {"files": {"newborn": {}}}, {"files": {"newborn_visit@1": "x"}}]
)
def test_another_shape_is_refused(center_desk, content):
    with pytest.raises(BadInput):
        district.write(center_desk, Key.FORMS, content)


def test_what_only_a_newer_program_can_read_is_kept_and_told(center_desk, station_desk, tmp_path):
    publish(center_desk, tmp_path)
    newer = edition().replace('date_field = "visit_date"', 'date_field = "visit_date"\nvoice = "read aloud"')
    files = {
        "newborn_visit@2027.1": {"text": newer, "note": "新规范", "at": "", "by": "", "sound": ["x"]},
        "song_visit@1": {"text": edition().replace('id = "newborn_visit"', 'id = "song_visit"')},
        "newborn_visit@9": {"text": edition()},
    }
    files["song_visit@1"]["text"] = files["song_visit@1"]["text"].replace('version = "2027.1"', 'version = "1"')
    text = canonical_json({"files": files, "voices": 3})
    with center_desk.write("newer.center") as work:
        row = work.session.exec(select(DistrictData)).one()
        row.content, row.edition = text, 2
        work.session.add(row)
    bring_down(center_desk, station_desk, tmp_path)
    center_desk.close()
    with station_desk.read() as session:
        assert session.exec(select(DistrictData)).one().content == text
        assert editions.known_forms(session) == []
    rows = {f"{one.id}@{one.version}": one for one in form_editions.list_editions(station_desk)}
    assert rows.keys() == files.keys()
    assert "voice" in rows["newborn_visit@2027.1"].reason
    assert all(one.reason for one in rows.values())
    found = {one.name: one for one in checkup.check_up(station_desk)}
    assert not found["forms"].ok
    assert "2027.1" in found["forms"].advice
    assert in_use(later(station_desk)) == "2017.1"


def test_the_doctor_is_silent_where_nothing_was_published(center_desk, tmp_path):
    assert "forms" not in {one.name for one in checkup.check_up(center_desk)}
    publish(center_desk, tmp_path)
    assert {one.name: one.ok for one in checkup.check_up(center_desk)}["forms"]


def test_the_file_goes_down_as_it_was_taken_in(center_desk, station_desk, tmp_path):
    publish(center_desk, tmp_path)
    bring_down(center_desk, station_desk, tmp_path)
    with station_desk.read() as session:
        content = json.loads(session.exec(select(DistrictData)).one().content)
    assert content["files"]["newborn_visit@2027.1"]["text"] == edition()
