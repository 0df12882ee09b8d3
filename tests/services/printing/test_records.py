"""Printed records: columns from earlier records, versions, what ended, and many in one file."""

from __future__ import annotations

import json
from datetime import date

import pypdfium2 as pdfium
import pytest
from sqlmodel import select
from tests.paper.pdfs import foot_qr, page_texts
from tests.paper.test_columns import cell_texts
from tests.rules.forms.filling import FORMS
from tests.services.care import test_visits
from tests.services.care.test_every_form import answers_of
from tests.services.families import enrol

from zhaohu.errors import BadInput, Cancelled, NotFound, Refused
from zhaohu.paper.sheet import qr_matrix
from zhaohu.records import Child
from zhaohu.records.codes import AttemptOutcome, AttemptWay, ChildStatus
from zhaohu.records.local import AuditLine
from zhaohu.rules.forms.model import Answer
from zhaohu.services import printing, reference
from zhaohu.services.care import visits
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk
from zhaohu.services.due import attempts
from zhaohu.services.printing.choosing import forms_of_records, list_records
from zhaohu.services.printing.record_values import column_on
from zhaohu.services.register import moves, removal

BORN = date(2026, 3, 10)
"""Eight months old on the tests' day."""
DAYS = {"1": "2026-04-12", "3": "2026-06-12", "6": "2026-09-12", "8": "2026-11-12"}
CHECK = "check_1_8"


def check(desk: Desk, child_id: str, column: str, **changes: Answer) -> VisitView:
    begun = visits.start_visit(desk, child_id, CHECK)
    known = {
        one.name: begun.answers[one.name] for one in begun.form.fields() if one.prefill and one.name in begun.answers
    }
    answers = {
        **answers_of(CHECK, column), **known, "visit_date": DAYS[column], "next_date": "2027-01-10", **changes,
    }  # fmt: skip
    return visits.record_visit(desk, child_id=child_id, form_id=CHECK, answers=answers)


@pytest.fixture
def child_id(station_desk: Desk) -> str:
    return enrol(station_desk, "王𠮷", birth_date=BORN)


def columns(pdf: bytes) -> dict[str, str]:
    return cell_texts(pdf, FORMS[CHECK])


def test_earlier_checks_stand_in_their_columns_and_later_ones_are_empty(station_desk: Desk, child_id: str) -> None:
    made = {code: check(station_desk, child_id, code, signer=f"医生{code}") for code in ("1", "3", "6", "8")}
    cells = columns(printing.print_visit(station_desk, made["6"].id))
    for code in ("1", "3", "6"):
        assert f"医生{code}" in cells[code]
        assert str(made[code].answers["weight_kg"]) in cells[code]
    assert "医生" not in cells["8"]
    assert "√" not in cells["8"]
    text = page_texts(printing.print_visit(station_desk, made["8"].id))[0]
    for one in made.values():
        assert f"{one.record_number}第1版" in text


def test_a_form_of_one_page_is_one_page_and_growth_follows_on_the_next(station_desk: Desk, child_id: str) -> None:
    saved = check(station_desk, child_id, "3")
    form, growth = page_texts(printing.print_visit(station_desk, saved.id))
    assert "1～8月龄儿童健康检查记录表" in form
    assert "年龄别体重" not in form
    assert "年龄别体重" in growth
    assert "王𠮷" in growth


def test_an_older_version_stands_in_its_column_and_the_others_as_they_are_now(
    station_desk: Desk, child_id: str
) -> None:
    three, six = check(station_desk, child_id, "3"), check(station_desk, child_id, "6")
    visits.correct_visit(station_desk, six.id, answers={**six.answers, "weight_kg": "7.77"}, reason="看错")
    newest = visits.correct_visit(station_desk, three.id, answers={**three.answers, "weight_kg": "6.66"}, reason="看错")
    cells = columns(printing.print_visit(station_desk, six.id))
    assert "7.80" in cells["6"]
    assert "7.77" not in cells["6"]
    assert "6.66" in cells["3"]
    old = columns(printing.print_visit(station_desk, three.id))
    assert "6.30" in old["3"]
    assert "√" not in old["6"]  # recorded later than the printed day
    assert newest.version == 2


def test_of_two_records_in_one_column_the_later_stands_there_and_the_other_is_named(
    station_desk: Desk, child_id: str
) -> None:
    first = check(station_desk, child_id, "3", signer="先来")
    later = check(station_desk, child_id, "3", visit_date="2026-07-01", signer="后来")
    pdf = printing.print_visit(station_desk, later.id)
    assert "后来" in columns(pdf)["3"]
    text = page_texts(pdf)[0]
    assert "先来" not in text
    assert f"3月龄：另有2026年6月12日的记录{first.record_number}（第1版）" in text
    assert "先来" in columns(printing.print_visit(station_desk, first.id))["3"]


def test_a_removed_record_leaves_its_column(station_desk: Desk, child_id: str) -> None:
    three, six = check(station_desk, child_id, "3"), check(station_desk, child_id, "6")
    removal.remove_visit(station_desk, three.id, "录错了")
    assert "√" not in columns(printing.print_visit(station_desk, six.id))["3"]
    with pytest.raises(Refused):
        printing.print_visit(station_desk, three.id)


def test_lost_to_follow_up_stands_in_the_column_of_its_age(station_desk: Desk, child_id: str) -> None:
    three = check(station_desk, child_id, "3")
    attempts.note_attempt(
        station_desk, child_id, "M06", tried_on=date(2026, 9, 20), way=AttemptWay.HOME_VISIT,
        outcome=AttemptOutcome.LOST, reason="举家外出",
    )  # fmt: skip
    cells = columns(printing.print_visit(station_desk, three.id))
    assert "失访2026年9月20日举家外出" in cells["6"]
    assert "失访" not in cells["3"] + cells["8"]


def test_a_death_is_told_where_no_record_is(station_desk: Desk, child_id: str) -> None:
    six = check(station_desk, child_id, "6")
    moves.change_status(station_desk, child_id, ChildStatus.DIED, date(2026, 10, 2), "溺水")
    cells = columns(printing.print_visit(station_desk, six.id))
    assert "死亡2026年10月2日溺水" in cells["8"]
    assert "死亡" not in cells["6"]


def test_the_code_covers_every_column(station_desk: Desk, child_id: str) -> None:
    """Correcting an earlier record changes the code of the later one's paper."""
    three, six = check(station_desk, child_id, "3"), check(station_desk, child_id, "6")

    def code() -> list[list[bool]]:
        return foot_qr(
            printing.print_visit(station_desk, six.id), len(qr_matrix("ZH1|visit|371103-01-000002|v1|12345678"))
        )

    before = code()
    assert code() == before
    visits.correct_visit(station_desk, three.id, answers={**three.answers, "weight_kg": "6.66"}, reason="看错")
    assert code() != before


def test_a_record_alone_keeps_the_code_of_its_digest(station_desk: Desk, child_id: str) -> None:
    saved = check(station_desk, child_id, "3")
    expected = qr_matrix(f"ZH1|visit|{saved.record_number}|v1|{saved.digest[:8]}")
    assert foot_qr(printing.print_visit(station_desk, saved.id), len(expected)) == expected


def test_the_column_of_a_day_is_the_one_the_form_proposes(station_desk: Desk, child_id: str) -> None:
    form = reference.form(CHECK)
    with station_desk.read() as session:
        child = session.get_one(Child, child_id)
        found = [column_on(child, form, date.fromisoformat(day)) for day in DAYS.values()]
    assert found == list(DAYS)


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_every_form_is_printed_blank_and_leaves_a_line(station_desk: Desk, form_id: str) -> None:
    assert FORMS[form_id].title.replace(" ", "") in page_texts(printing.print_form(station_desk, form_id))[0]
    with station_desk.read() as session:
        newest = session.exec(select(AuditLine).order_by(AuditLine.no.desc())).first()
    assert newest is not None
    assert (newest.action, json.loads(newest.detail)) == ("print.form", {"form": form_id})


def test_a_form_that_is_not_there_is_not_printed(station_desk: Desk) -> None:
    with pytest.raises(NotFound):
        printing.print_form(station_desk, "no_such")


# -- many in one file


@pytest.fixture
def several(station_desk: Desk, child_id: str) -> list[VisitView]:
    other = enrol(station_desk, "于安", village="安家村")
    return [
        *(check(station_desk, child_id, code) for code in ("3", "6", "8")),
        test_visits.record(station_desk, other),
    ]


def test_many_records_make_one_file_with_a_bookmark_for_each_sheet(
    station_desk: Desk, several: list[VisitView]
) -> None:
    told: list[tuple[int, int]] = []
    pdf = printing.print_records(station_desk, [one.id for one in several], lambda *done: told.append(done))
    with pdfium.PdfDocument(pdf) as document:
        marks = [(one.get_title(), one.get_dest().get_index()) for one in document.get_toc()]
    assert [title.split("  ")[0] for title, _page in marks] == ["王𠮷", "于安"]
    assert [page for _title, page in marks] == [0, 1]
    assert told == [(1, 2), (2, 2)]
    table, newborn = page_texts(pdf)
    for one in several[:3]:
        assert one.record_number in table
    assert "新生儿家庭访视记录表" in newborn
    assert "第1页/共1页" in table


def test_a_sheet_of_many_says_what_it_says_alone(station_desk: Desk, several: list[VisitView]) -> None:
    alone = [*page_texts(printing.print_visit(station_desk, several[2].id)),
             *page_texts(printing.print_visit(station_desk, several[3].id))]  # fmt: skip
    together = page_texts(printing.print_records(station_desk, [one.id for one in several], growth=True))
    assert together == alone


def test_each_printed_record_has_its_line_in_the_log(station_desk: Desk, several: list[VisitView]) -> None:
    printing.print_records(station_desk, [one.id for one in several])
    with station_desk.read() as session:
        lines = session.exec(select(AuditLine).where(AuditLine.action.like("print.%")).order_by(AuditLine.no)).all()
    assert [(line.action, line.subject) for line in lines[:-1]] == [
        ("print.visit", f"visit/{one.id}") for one in several
    ]
    assert (lines[-1].action, json.loads(lines[-1].detail)) == ("print.records", {"records": 4})


def test_cancelled_nothing_is_printed_and_nothing_logged(station_desk: Desk, several: list[VisitView]) -> None:
    with pytest.raises(Cancelled):
        printing.print_records(station_desk, [one.id for one in several], cancelled=lambda: True)
    with pytest.raises(BadInput):
        printing.print_records(station_desk, [])
    with station_desk.read() as session:
        assert session.exec(select(AuditLine).where(AuditLine.action.like("print.%"))).all() == []


def test_what_was_not_printed_yet_is_found(station_desk: Desk, several: list[VisitView]) -> None:
    since, until = date(2026, 1, 1), station_desk.today

    def numbers(**wanted: object) -> list[str]:
        return [row.record_number for row in list_records(station_desk, since, until, **wanted)]

    everything = numbers()
    assert sorted(everything) == sorted(one.record_number for one in several)
    assert numbers(forms=["newborn_visit"]) == [several[3].record_number]
    printing.print_visit(station_desk, several[0].id)
    assert several[0].record_number not in numbers(unprinted=True)
    assert len(numbers(unprinted=True)) == 3
    visits.correct_visit(
        station_desk, several[0].id, answers={**several[0].answers, "weight_kg": "6.66"}, reason="看错"
    )
    assert several[0].record_number in numbers(unprinted=True)
    with pytest.raises(BadInput):
        list_records(station_desk, until, since)
    assert set(forms_of_records(station_desk)) == {CHECK, "newborn_visit"}
