"""Sheets printed ahead: numbered, found again by six digits, keyed in, struck out, moved with their child."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from tests.paper.pdfs import page_texts
from tests.services.care.test_every_form import answers_of
from tests.services.care.test_visits import record
from tests.services.families import a_child, enrol, newborn_answers
from tests.services.register.test_moves import know_the_other_station
from tests.sync.test_restored import restored

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, Cancelled, NotAllowed, NotFound, Refused
from zhaohu.records.codes import ConsentScope, Role
from zhaohu.records.local import AuditLine, PrintedSheet
from zhaohu.rules.forms.starting import all_normal
from zhaohu.rules.paper_code import sheet_code
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk, Person
from zhaohu.services.duplicates import merging
from zhaohu.services.printing import sheets
from zhaohu.services.printing.sheets import SheetState
from zhaohu.services.register import consents, releases, removal
from zhaohu.services.register.children import MOTHER
from zhaohu.services.safety import backups

DAY = date(2026, 11, 23)


def printed(desk: Desk, *children: str, contact: str = "NB1", day: date = DAY) -> tuple[list[str], list[str]]:
    """The texts of the pages, and the codes that stand on them."""
    texts = page_texts(sheets.print_sheets(desk, [(child, contact) for child in children], day))
    return texts, [code for text in texts for code in re.findall(r"(?<!\d)\d{6}(?=扫码)", text)]


def key_in(desk: Desk, child_id: str, no: int) -> str:
    entry = visits.start_visit(desk, child_id, "newborn_visit")
    answers = all_normal(entry.form, {**entry.answers, **newborn_answers()})
    return visits.record_visit(desk, child_id=child_id, form_id="newborn_visit", answers=answers, sheet=no).id


def viewer(desk: Desk) -> Desk:
    return Desk(desk.profile, desk.store, desk.clock, Person("v", "看", Role.VIEWER), desk.site)


def test_a_sheet_says_whose_it_is_and_is_found_by_its_digits(station_desk: Desk) -> None:
    child_id = enrol(station_desk, "王𠮷")
    (text, *_more), (code, *_rest) = printed(station_desk, child_id)
    for words in ("王𠮷", "2026年11月23日", "李秀梅", "13812345678", "新生儿家庭访视记录表", "3.30kg"):
        assert words in text, words
    found = sheets.find(station_desk, f" {code} ")
    assert found is not None
    assert (found.child_id, found.child, found.form, found.contact) == (child_id, "王𠮷", "newborn_visit", "NB1")
    assert (found.for_day, found.state, found.record_id) == (DAY, SheetState.OUT, "")
    assert code == found.code == sheet_code(found.no)


def test_what_is_no_sheet_is_not_found(station_desk: Desk) -> None:
    _texts, (code, *_rest) = printed(station_desk, enrol(station_desk))
    for other in ("", "abc", sheet_code(9), code[:5], f"{code[:5]}{(int(code[5]) + 1) % 10}"):
        assert sheets.find(station_desk, other) is None


def test_the_register_is_printed_and_what_belongs_to_the_visit_is_left_blank(station_desk: Desk) -> None:
    text = printed(station_desk, enrol(station_desk))[0][0]
    assert "姓名：单芷然" in text
    assert "出生孕周39周" in text
    assert "本次访视日期年月日" in text
    assert "管理员" not in text.split("国家基本公共卫生服务规范")[0]  # who signs is known when it is keyed in
    assert "吃奶量mL/次" in text  # asked only of some: the pen decides


def test_of_a_family_that_wants_no_calls_no_telephone_is_printed_ahead(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    assert printed(station_desk, child_id)[0][0].count("13812345678") == 2  # above the form, and in it
    consents.decide(station_desk, child_id, {ConsentScope.CONTACT: False}, date(2026, 11, 20), "李秀梅", MOTHER)
    text = printed(station_desk, child_id)[0][0]
    assert "不同意电话联系" in text
    assert "李秀梅" in text
    assert not re.search(r"1[3-9]\d{9}", text)


def test_keying_in_takes_the_sheet_back_and_removing_the_record_puts_it_out_again(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    printed(station_desk, child_id)
    (out,) = [row for row in sheets.outstanding(station_desk) if row.contact == "NB1"]
    assert (out.child, out.village, out.printed_by, out.days_out) == ("单芷然", "大坡社区", "管理员", 0)
    visit_id = key_in(station_desk, child_id, out.no)
    found = sheets.find(station_desk, out.code)
    assert found is not None
    assert (found.state, found.record_id) == (SheetState.RETURNED, visit_id)
    assert out.no not in {row.no for row in sheets.outstanding(station_desk)}
    removal.remove_visit(station_desk, visit_id, "录错了")
    assert out.no in {row.no for row in sheets.outstanding(station_desk)}
    removal.restore(station_desk, "visit", visit_id)
    assert out.no not in {row.no for row in sheets.outstanding(station_desk)}


def test_after_a_correction_the_digits_open_the_newest_version(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    _texts, (code, *_rest) = printed(station_desk, child_id)
    found = sheets.find(station_desk, code)
    assert found is not None
    first = key_in(station_desk, child_id, found.no)
    answers = {**visits.view_visit(station_desk, first).answers, "weight_kg": "3.60"}
    newest = visits.correct_visit(station_desk, first, answers=answers, reason="核对")
    again = sheets.find(station_desk, code)
    assert again is not None
    assert again.record_id == newest.id


def test_a_record_without_the_number_is_named_beside_the_sheet(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    printed(station_desk, child_id)
    assert [row.entered for row in sheets.outstanding(station_desk)] == [""]
    station_desk.clock = Clock.at(date(2026, 11, 21))
    saved = record(station_desk, child_id)
    found = {row.form: row.entered for row in sheets.outstanding(station_desk)}
    assert found["newborn_visit"] == saved.id


def test_a_sheet_of_another_child_or_form_is_refused_and_nothing_saved(station_desk: Desk) -> None:
    mine, other = enrol(station_desk, "甲"), enrol(station_desk, "乙")
    _texts, (code, *_rest) = printed(station_desk, other)
    found = sheets.find(station_desk, code)
    assert found is not None
    with pytest.raises(Refused) as refused:
        key_in(station_desk, mine, found.no)
    assert refused.value.code == "other_sheet"
    with pytest.raises(NotFound):
        key_in(station_desk, mine, 99_999)
    with station_desk.read() as session:
        assert session.execute(text("SELECT count(*) FROM visit")).scalar() == 0


def test_striking_out_needs_a_reason_and_ends_the_waiting(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    _texts, (code, *_rest) = printed(station_desk, child_id)
    found = sheets.find(station_desk, code)
    assert found is not None
    for reason in ("", "  ", "长" * 201):
        with pytest.raises(BadInput):
            sheets.strike(station_desk, found.no, reason)
    sheets.strike(station_desk, found.no, "雨淋湿了")
    struck = sheets.find(station_desk, code)
    assert struck is not None
    assert (struck.state, struck.struck_reason) == (SheetState.STRUCK, "雨淋湿了")
    assert found.no not in {row.no for row in sheets.outstanding(station_desk)}
    key_in(station_desk, child_id, found.no)  # it turned up after all
    again = sheets.find(station_desk, code)
    assert again is not None
    assert (again.state, again.struck_reason) == (SheetState.RETURNED, "")
    with pytest.raises(Refused):
        sheets.strike(station_desk, found.no, "再来")


def test_printed_once_more_a_sheet_keeps_its_digits(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    _texts, codes = printed(station_desk, child_id)
    assert printed(station_desk, child_id, day=DAY + timedelta(days=2))[1] == codes
    found = sheets.find(station_desk, codes[0])
    assert found is not None
    assert found.for_day == DAY + timedelta(days=2)


def test_numbers_rise_and_each_print_leaves_one_line(station_desk: Desk) -> None:
    children = [enrol(station_desk, name) for name in ("甲", "乙", "丙")]
    _texts, codes = printed(station_desk, *children)
    assert codes == [sheet_code(n + 1) for n in range(len(codes))]
    with station_desk.read() as session:
        lines = session.exec(select(AuditLine).where(AuditLine.action == "print.sheets")).all()
    assert [line.detail for line in lines] == [f'{{"sheets":{len(codes)}}}']


def test_cancelling_gives_no_number(station_desk: Desk) -> None:
    children = [enrol(station_desk, name) for name in ("甲", "乙")]
    for stop_after in (0, 1, 3):
        asked = iter(range(100))

        def cancelled(asked=asked, stop_after=stop_after) -> bool:
            return next(asked) >= stop_after

        with pytest.raises(Cancelled):
            sheets.print_sheets(station_desk, [(one, "NB1") for one in children], DAY, cancelled=cancelled)
        with station_desk.read() as session:
            assert session.exec(select(PrintedSheet)).all() == []


def test_progress_ends_at_its_total(station_desk: Desk) -> None:
    told: list[tuple[int, int]] = []
    sheets.print_sheets(
        station_desk, [(enrol(station_desk), "NB1")], DAY, lambda done, total: told.append((done, total))
    )
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("before", [0, 1])
def test_after_each_restored_backup_numbers_are_left_out(station_desk: Desk, before: int) -> None:
    """Sheets that were printed after the backup was made must not be taken for others."""
    children = [enrol(station_desk, name) for name in ("甲", "乙", "丙", "丁")]
    given = [code for child_id in children[:before] for code in printed(station_desk, child_id)[1]]
    backup = backups.create_backup(station_desk).file
    desk = station_desk
    try:
        for child_id in children[1:]:
            first, *rest = printed(desk, child_id)[1]
            assert first not in given
            given += [first, *rest]
            assert int(printed(desk, children[0], contact="M03")[1][0][:5]) < int(first[:5]) + 10
            desk = restored(desk, backup)
        assert sheets.find(desk, given[-1]) is None
    finally:
        desk.close()


def test_a_merge_moves_the_sheets_and_undoing_it_moves_them_back(station_desk: Desk) -> None:
    kept, merged = enrol(station_desk, "单芷然"), enrol(station_desk, "单芷燃")
    _texts, (code, *_rest) = printed(station_desk, merged)
    merge_id = merging.merge(station_desk, kept, merged, {})
    moved = sheets.find(station_desk, code)
    assert moved is not None
    assert moved.child_id == kept
    merging.undo_merge(station_desk, merge_id)
    back = sheets.find(station_desk, code)
    assert back is not None
    assert back.child_id == merged


def test_calls_that_are_not_wanted_are_said_on_the_sheet(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    consents.decide(
        station_desk, child_id, {ConsentScope.CONTACT: False}, station_desk.today, "李秀梅", MOTHER, "不愿接电话"
    )
    head = printed(station_desk, child_id)[0][0].split("新生儿家庭访视记录表")[0]
    assert "13812345678" not in head
    assert "电话：" in head


@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        (lambda desk, child: sheets.print_sheets(desk, [], DAY), BadInput),
        (lambda desk, child: sheets.print_sheets(desk, [(child, "XX")], DAY), NotFound),
        (lambda desk, child: sheets.print_sheets(desk, [("x", "NB1")], DAY), NotFound),
        (lambda desk, child: sheets.print_sheets(viewer(desk), [(child, "NB1")], DAY), NotAllowed),
        (lambda desk, child: sheets.strike(desk, 7, "没有"), NotFound),
        (lambda desk, child: sheets.strike(viewer(desk), 7, "没有"), NotAllowed),
    ],
)
def test_what_cannot_be_printed_is_refused(
    station_desk: Desk, attempt: Callable[[Desk, str], object], error: type[Exception]
) -> None:
    child_id = enrol(station_desk)
    with pytest.raises(error):
        attempt(station_desk, child_id)
    with station_desk.read() as session:
        assert session.exec(select(PrintedSheet)).all() == []


def test_a_released_child_gets_no_sheet(station_desk: Desk, center_desk: Desk, tmp_path: Path) -> None:
    know_the_other_station(station_desk, center_desk, tmp_path)
    child_id = enrol(station_desk)
    releases.release(station_desk, child_id, "02", station_desk.today, "搬家")
    with pytest.raises(Refused) as refused:
        sheets.print_sheets(station_desk, [(child_id, "NB1")], DAY)
    assert refused.value.code == "released"


def test_what_is_done_at_the_same_visit_has_a_sheet_of_its_own(station_desk: Desk) -> None:
    """At six months: the check, 中医 and the feeding assessment."""
    child_id = enrol(station_desk, birth_date=date(2026, 5, 15))
    texts, codes = printed(station_desk, child_id, contact="M06")
    forms = [row.form for row in sheets.outstanding(station_desk)]
    assert forms[0] == "check_1_8"
    assert set(forms) == {"check_1_8", "tcm_6_18", "feeding_assessment"}
    assert len(texts) == len(codes) == 3
    assert all("6月龄" in text for text in texts)


def test_a_check_sheet_shows_earlier_columns_and_what_is_expected(station_desk: Desk) -> None:
    child_id = enrol(station_desk, birth_date=date(2026, 5, 15))
    begun = visits.start_visit(station_desk, child_id, "check_1_8")
    known = {
        one.name: begun.answers[one.name] for one in begun.form.fields() if one.prefill and one.name in begun.answers
    }
    answers = {**answers_of("check_1_8", "3"), **known, "visit_date": "2026-08-20", "next_date": "2026-11-16"}
    visits.record_visit(station_desk, child_id=child_id, form_id="check_1_8", answers=answers)
    text = printed(station_desk, child_id, contact="M06")[0][0]
    assert "上次6.30" in text
    assert "当日参考（−2SD～+2SD）" in text
    assert "2026年8月20日" in text
    assert a_child().village in text
