"""The tab 接种: days typed along the row, doubts and refusals at their place, nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from tests.services.families import enrol
from tests.ui.pages.conftest import as_role, unnamed_controls

from zhaohu.records.codes import Role
from zhaohu.services.care import vaccinations
from zhaohu.services.care.vaccinations import NewDose
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.widgets.words import label

BORN = date(2026, 3, 10)


@pytest.fixture
def page(stage, desk):
    child_id = enrol(desk, birth_date=BORN)
    opened = stage.open(child_page, desk, child_id)
    opened.tabs.open_sheet(opened.vaccinations)
    stage.settle()
    return opened


def given(desk, page) -> dict[str, str]:
    view = vaccinations.overview(desk, page._child_id)
    return {f"{d.vaccine}.{d.dose}": str(d.given_on) for one in view.vaccines for d in one.doses if d.id}


def words_of(page) -> list[str]:
    return [one.text() for one in page.vaccinations.findChildren(type(label()))]


def typed(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def test_days_are_typed_along_the_rows_and_kept_at_once(stage, desk, page, assert_nothing_clipped) -> None:
    tab = page.vaccinations
    tab.focus_first()
    for text in ("20260310", "20260412", "", "2026-3-11"):  # HepB 1, 2 and 3, BCG
        typed(text)
    stage.press(page, "Ctrl+S")
    assert given(desk, page) == {"HepB.1": "2026-03-10", "HepB.2": "2026-04-12", "BCG.1": "2026-03-11"}
    assert "2026-03-11" in words_of(page)
    assert any(words.startswith("现在应接种") and "乙肝疫苗第3剂" in words for words in words_of(page))
    assert not tab.changed()
    assert not unnamed_controls(tab)
    assert_nothing_clipped(page)


def test_an_impossible_day_is_said_at_its_place_and_nothing_is_kept(stage, desk, page) -> None:
    tab = page.vaccinations
    tab._open["HepB", 1].set_value(date(2026, 3, 10))
    tab._open["BCG", 1].set_value(date(2026, 3, 9))
    stage.press(page, "Ctrl+S")
    assert "出生" in tab._open["BCG", 1].problem()[0]
    assert given(desk, page) == {}
    tab._open["BCG", 1].edit.setText("2026-13-01")
    stage.press(page, "Ctrl+S")
    assert tab._open["BCG", 1].problem()[0]
    assert given(desk, page) == {}
    tab._open["BCG", 1].set_value(date(2026, 3, 10))
    stage.press(page, "Ctrl+S")
    assert len(given(desk, page)) == 2


def test_a_short_interval_is_kept_and_said(stage, desk, page) -> None:
    tab = page.vaccinations
    tab._open["HepB", 1].set_value(BORN)
    tab._open["HepB", 2].set_value(date(2026, 4, 1))
    tab._products["HepB"].set_value("重组乙肝疫苗（CHO）")
    stage.press(page, "Ctrl+S")
    assert len(given(desk, page)) == 2
    assert "第2剂" in tab.fault.text()
    assert any("CHO" in words for words in words_of(page))


def test_nothing_typed_is_told(stage, desk, page) -> None:
    stage.press(page, "Ctrl+S")
    assert page.vaccinations.fault.text()


def test_what_is_typed_stays_when_the_child_is_read_anew_and_leaving_asks(stage, desk, page, monkeypatch) -> None:
    page.vaccinations._open["BCG", 1].edit.setText("2026-03")
    vaccinations.record(desk, page._child_id, [NewDose("HepB", 1, BORN)])
    stage.settle()
    assert ("HepB", 1) not in page.vaccinations._open
    assert page.vaccinations._open["BCG", 1].text() == "2026-03"
    for answer, leaves in (("stay", False), ("discard", True)):
        monkeypatch.setattr(ask, "unsaved", lambda *_args, answer=answer: answer)
        assert page.may_leave() is leaves


def test_a_dose_is_struck_out_with_a_reason(stage, desk, page) -> None:
    vaccinations.record(desk, page._child_id, [NewDose("HepB", 1, BORN)])
    stage.settle()
    tab = page.vaccinations
    cross = next(one for one in tab.findChildren(QAbstractButton) if one.accessibleName().startswith("作废"))
    cross.click()
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["reason"].set_value("看错了接种证")
    dialog.try_save()
    stage.settle()
    assert given(desk, page) == {}
    assert ("HepB", 1) in tab._open


def test_who_may_only_look_types_nothing(stage, desk) -> None:
    child_id = enrol(desk, birth_date=BORN)
    vaccinations.record(desk, child_id, [NewDose("HepB", 1, BORN)])
    page = stage.open(child_page, as_role(desk, Role.VIEWER), child_id)
    assert "2026-03-10" not in words_of(page)  # the grid is made when it is looked at
    page.tabs.open_sheet(page.vaccinations)
    stage.settle()
    assert page.vaccinations._open == {}
    assert page.vaccinations._bar.isHidden()
    assert "2026-03-10" in words_of(page)
