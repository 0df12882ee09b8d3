"""A child's page: its head, its tabs, and that the center only looks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlmodel import select
from tests.services.families import enrol, newborn_answers
from tests.ui.pages.conftest import TODAY, a_class, a_teacher, as_role, send, unnamed_controls

from zhaohu.i18n import _
from zhaohu.records.codes import ConsentScope, Role
from zhaohu.records.local import AuditLine
from zhaohu.rules.forms.starting import all_normal
from zhaohu.services.care import visits
from zhaohu.services.guidance import classes
from zhaohu.services.register import consents
from zhaohu.services.register.child_tabs import PaperKind
from zhaohu.services.register.children import MOTHER
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

PRETERM = {"gestation_days": 34 * 7, "birth_weight_g": 2250, "birth_length_mm": 455}


def record(desk, child_id: str, **changes):
    entry = visits.start_visit(desk, child_id, "newborn_visit")
    answers = all_normal(entry.form, {**entry.answers, **newborn_answers(**changes)})
    return visits.record_visit(desk, child_id=child_id, form_id="newborn_visit", answers=answers)


def words(page) -> str:
    return " ".join(one.text() for one in page.head.findChildren(type(page._heading)) if one.isVisible())


def test_the_head_shows_no_telephone_where_no_calls_are_wanted(desk, stage):
    child_id = enrol(desk)
    consents.decide(desk, child_id, {ConsentScope.CONTACT: False}, TODAY, "李秀梅", MOTHER)
    page = stage.open(child_page, desk, child_id)
    assert "不同意电话联系" in words(page)
    assert not [one for one in page.head.findChildren(MaskedLabel) if one.isVisible()]


def sheet(page, name: str) -> None:
    """Go to a tab by its name with the keyboard."""
    bar = page.tabs.tabBar()
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Home)
    names = [bar.tabText(at) for at in range(bar.count())]
    for _step in range(names.index(name)):
        QTest.keyClick(bar, Qt.Key.Key_Right)
    assert bar.tabText(bar.currentIndex()) == name


def test_the_head_tells_who_it_is_and_what_is_due(desk, stage):
    child_id = enrol(desk, "欧阳若汐", birth_date=TODAY - timedelta(days=5), facts=PRETERM)
    page = stage.open(child_page, desk, child_id)
    assert page._heading.text() == "欧阳若汐"
    assert "5 天（矫正未足月）" in page._lead.text()
    assert "34 周 + 0 天" in page._lead.text()
    head = words(page)
    for expected in ("早产", "低出生体重", "在册", "巨峰镇大坡社区12号", "母亲 李秀梅", "新生儿家庭访视"):
        assert expected in head
    assert page.record_button.text() == "记录新生儿家庭访视"
    QTest.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    assert stage.gone == [f"visit-new/{child_id}.newborn_visit"]


def test_a_number_is_shown_on_request_and_leaves_an_audit_line(desk, stage):
    page = stage.open(child_page, desk, enrol(desk))
    mother, _father = page.head.findChildren(MaskedLabel)
    assert mother.text() == "*******5678"
    mother.toggle()
    assert mother.text() == "13812345678"
    with desk.read() as session:
        actions = session.exec(select(AuditLine.action)).all()
    assert actions.count("reveal.phone") == 1
    mother.toggle()
    assert mother.text() == "*******5678"


def test_a_viewer_cannot_ask_for_numbers_nor_record(desk, stage):
    child_id = enrol(desk)
    page = stage.open(child_page, as_role(desk, Role.VIEWER), child_id)
    assert not [one for one in page.head.findChildren(MaskedLabel) if one._button.isVisible()]
    assert page.record_button.isHidden()


def test_the_time_line_holds_birth_visit_and_class_newest_first(desk, stage):
    child_id = enrol(desk)
    saved = record(desk, child_id)
    class_id = a_class(desk, a_teacher(desk), [child_id], held_on=date(2026, 11, 15))
    held, families = classes.view_class(desk, class_id)
    classes.mark_attendance(desk, class_id, {families[0].id: "李秀梅"})
    page = stage.open(child_page, desk, child_id)
    titles = [item.title for item in page.timeline.rows()]
    assert titles == ["登记入册", "家长课堂", "新生儿家庭访视", "出生"]
    for row, address in ((1, f"class/{held.id}"), (2, f"visit/{saved.id}")):
        page.timeline.view.choose_row(row)
        QTest.keyClick(page.timeline.view, Qt.Key.Key_Return)
        assert stage.gone[-1] == address
    page.timeline.view.choose_row(3)
    QTest.keyClick(page.timeline.view, Qt.Key.Key_Return)
    assert len(stage.gone) == 2


def test_records_are_listed_with_their_version_and_open(desk, stage):
    child_id = enrol(desk)
    first = record(desk, child_id)
    second = visits.correct_visit(desk, first.id, answers={**first.answers, "weight_kg": "3.60"}, reason="复称")
    page = stage.open(child_page, desk, child_id)
    sheet(page, "访视与体检")
    (row,) = page.visits.rows()
    assert (row.id, row.version, row.record_number) == (second.id, 2, "371103-01-000001")
    page.visits.view.choose_row(0)
    QTest.keyClick(page.visits.view, Qt.Key.Key_Return)
    assert stage.gone == [f"visit/{second.id}"]


def test_what_is_due_can_be_recorded_from_its_list(desk, stage):
    child_id = enrol(desk, birth_date=TODAY - timedelta(days=5))
    page = stage.open(child_page, desk, child_id)
    sheet(page, "计划")
    rows = page.plan.table.rows()
    assert rows[0].title == "新生儿家庭访视"
    page.plan.table.view.choose_row(len(rows) - 1)
    QTest.keyClick(page.plan.table.view, Qt.Key.Key_Return)
    assert stage.gone == []
    page.plan.table.view.choose_row(0)
    QTest.keyClick(page.plan.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"visit-new/{child_id}.newborn_visit"]


def test_the_center_sees_everything_and_records_nothing(desk, center, stage, tmp_path):
    child_id = enrol(desk)
    record(desk, child_id)
    send(desk, center, tmp_path)
    page = stage.open(child_page, center, child_id)
    assert "只读" in words(page)
    assert page.record_button.isHidden()
    assert not [one for one in page.head.findChildren(MaskedLabel) if one._button.isVisible()]
    assert len(page.visits.rows()) == 1
    assert not page.plan.bar.isVisible()
    page.plan._on_opened(next(row for row in page.plan.table.rows() if not row.visit_id))
    assert stage.gone == []


def test_a_child_that_is_not_there_is_told(desk, stage):
    page = stage.open(child_page, desk, "0" * 36)
    assert page.gone.words()[0] == _("This child is not in the register.")
    assert page.tabs.isHidden()
    assert not page.head.isVisible()
    stage.press(page.window().focusWidget(), "Space")  # the way back has the keyboard
    assert stage.gone == ["children"]


@pytest.mark.parametrize("tab", ["时间轴", "生长", "访视与体检", "计划"])
def test_nothing_is_cut_off_and_everything_has_a_name(desk, stage, tab, assert_nothing_clipped, missing_glyphs):
    child_id = enrol(desk, "𠮷若汐", facts=PRETERM)
    record(desk, child_id)
    page = stage.open(child_page, desk, child_id)
    sheet(page, tab)
    stage.settle()
    assert_nothing_clipped(page)
    assert not missing_glyphs(page)
    assert not unnamed_controls(page)


@pytest.mark.parametrize("kind", [PaperKind.CARD, PaperKind.CONSENT])
def test_the_file_of_a_paper_names_nobody(desk, stage, kind):
    """The name is offered for saving and is what the printer's queue shows."""
    child_id = enrol(desk, "欧阳若汐")
    page = stage.open(child_page, desk, child_id)
    (paper,) = [one for one in page.papers.rows() if one.kind is kind]
    page.doing.print_paper(paper)
    dialog = stage.dialog(PdfDialog)
    assert dialog._file_name == f"371103-01-{paper.title}-{child_id[-8:]}.pdf"
    assert "欧阳若汐" not in dialog._file_name
