"""Every official form on its real screen: 全部正常 and the least that is asked, saved, read, corrected, printed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, write

from zhaohu.rules.forms.model import Field, FieldType, Form
from zhaohu.services import printing, reference
from zhaohu.services.care import timeline, visits
from zhaohu.ui.pages.visit_entry import VisitEntryPage, correction_page, new_visit_page
from zhaohu.ui.pages.visit_view import visit_page

FORMS = sorted(reference.forms())
_WORDS = "已告知家长"
_LIKELY = {"weight_kg": "9.2", "length_cm": "75.0", "head_cm": "45.5", "hemoglobin": "118"}


def born_for(form: Form) -> date:
    """A birth date with which the form is used today: about a third into its ages."""
    return TODAY - timedelta(days=form.from_days + (min(form.to_days, 1200) - form.from_days) // 3)


def likely(one: Field, today: date) -> str:
    """What is typed into a field that may not stay empty."""
    if one.options:
        plain = [option for option in one.options if not option.text] or list(one.options)
        return plain[0].code
    if one.type is FieldType.DATE:
        return (today + timedelta(days=30)).strftime("%Y%m%d") if one.name.startswith("next") else f"{today:%Y%m%d}"
    if one.type in (FieldType.INTEGER, FieldType.DECIMAL):
        if one.name in _LIKELY and Decimal(_LIKELY[one.name]) <= Decimal((one.hard or ("0", "999"))[1]):
            return _LIKELY[one.name]
        low, high = (Decimal(end) for end in (one.soft or one.hard or ("0", "2")))
        middle = (low + high) / 2
        return f"{middle:.{one.decimals}f}"
    return _WORDS


def type_into(page: VisitEntryPage, name: str) -> None:
    """As a person does who was led to the field: clear, then digits or words."""
    field = page.record.fields.fields[name]
    text = likely(page.record.form.field(name), TODAY)
    widget = QApplication.focusWidget()
    assert widget is field.editor() or field.isAncestorOf(widget), name
    if not text.isascii():
        commit(widget, text)
        return
    if hasattr(field, "edit"):
        field.edit.clear()
    QTest.keyClicks(widget, text)


def commit(widget: QWidget, text: str) -> None:
    """Chinese as an input method commits it, in the place of what stands there."""
    widget.selectAll()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def fill_least(page: VisitEntryPage) -> None:
    """全部正常, then whatever the form itself still asks for, one after the other."""
    QTest.keyClick(page.record, Qt.Key.Key_F4)
    for _step in range(80):
        if page.record.check_all():
            return
        problem = next(one for one in page.record.outcome.problems)
        name = page.record.fields.field_of(QApplication.focusWidget())
        assert problem.code in ("required", "text_missing"), problem.message
        type_into(page, name)
    raise AssertionError("the form is never content")


def save(page: VisitEntryPage, stage) -> None:
    for _press in range(3):  # a doubt holds it up once
        page.save()
        stage.settle()
        if stage.gone:
            return
    raise AssertionError(page.fault.text())


@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_is_filled_saved_read_corrected_and_printed(
    desk, stage, form_id, assert_nothing_clipped, missing_glyphs
):
    form = reference.form(form_id)
    child_id = enrol(desk, birth_date=born_for(form), facts={"birth_place": "岚山区人民医院", "delivery": "1"})
    page = stage.open(new_visit_page, desk, f"{child_id}.{form_id}")
    fill_least(page)
    stage.settle()
    assert_nothing_clipped(page.record)
    assert missing_glyphs(page.record) == set()
    typed = page.record.answers()
    save(page, stage)
    (row,) = [one for one in timeline.list_visits(desk, child_id) if one.form == form_id]
    saved = visits.view_visit(desk, row.id)
    assert dict(saved.answers) == typed
    assert stage.gone == [f"visit/{row.id}"]
    stage.gone.clear()

    view = stage.open(visit_page, desk, row.id)
    assert_nothing_clipped(view)
    assert view.answers.changed == []

    correction = stage.open(correction_page, desk, row.id)
    changed = next(
        one for one in form.fields() if one.type is FieldType.TEXT and not one.locked and one.name in saved.answers
    )
    write(correction.reason, "笔误")
    correction.record.fields.go_to(changed.name)
    commit(QApplication.focusWidget(), "王小敏")
    save(correction, stage)
    newest = visits.view_visit(desk, stage.gone[0].removeprefix("visit/"))
    assert (newest.version, newest.answers[changed.name]) == (2, "王小敏")
    others = {name: answer for name, answer in newest.answers.items() if name != changed.name}
    assert others == {name: answer for name, answer in saved.answers.items() if name != changed.name}
    again = stage.open(visit_page, desk, newest.id)
    assert again.answers.changed == [changed.name]
    assert len(pypdfium2.PdfDocument(printing.print_visit(desk, newest.id))) >= 1
