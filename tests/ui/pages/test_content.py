"""规范与内容: forms to try out, texts that the center changes, days off, the plan; a station only looks."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from tests.paper.pdfs import page_texts
from tests.services.care.test_form_versions import next_version
from tests.ui.pages.conftest import as_role, some_children, unnamed_controls

from zhaohu.records.codes import Role
from zhaohu.services import district, reference
from zhaohu.services.content import form_editions, texts
from zhaohu.services.exchange import receipts
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.form_edition import EditionDialog, FormTrial
from zhaohu.ui.pages.content import content_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def page(stage, center):
    return stage.open(content_page, center)


def choose(table, fits) -> None:
    rows = table.rows()
    table.view.choose_row(next(place for place, row in enumerate(rows) if fits(row)))


def save(stage, dialog) -> None:
    dialog.try_save()
    stage.settle()


def test_every_form_is_seen_as_screen_and_as_paper(stage, page, assert_nothing_clipped, missing_glyphs):
    assert {one.id for one in page.forms.table.rows()} == set(reference.forms())
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []
    choose(page.forms.table, lambda one: one.id == "check_1_8")
    page.forms.screen_button.click()
    trial = stage.dialog(FormTrial)
    assert any("试填" in one.text() for one in trial.findChildren(QLabel))
    trial.reject()
    page.forms.paper_button.click()
    shown = stage.dialog(PdfDialog)
    assert "1～8月龄儿童健康检查记录表" in page_texts(shown._data)[0]
    shown.reject()


@pytest.mark.parametrize("form_id", sorted(reference.forms()))
def test_each_form_can_be_tried_out(stage, page, form_id):
    choose(page.forms.table, lambda one: one.id == form_id)
    page.forms.show_screen()
    trial = stage.dialog(FormTrial)
    assert trial.form.form.id == form_id
    trial.form.side.normal_button.click()
    trial.reject()


def test_a_line_is_changed_left_out_reviewed_and_restored(stage, center, page, assert_nothing_clipped):
    sheet = page.texts
    page.tabs.open_sheet(sheet)
    sheet.band.set_value("B0")
    sheet._show()
    assert {code for one in sheet.table.rows() for code in one.bands if len(one.bands) == 1} == {"B0"}
    choose(sheet.table, lambda one: one.id == "b0-g2-1")
    QTest.keyClick(sheet.table.view, Qt.Key.Key_Return)
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["words"].set_value("只喂母乳，要吃就喂。")
    save(stage, dialog)
    assert "第1版" in page.notice.text()
    assert "回执包" in page.notice.text()
    assert sheet.marked().words == "只喂母乳，要吃就喂。"
    assert sheet.marked().standing == texts.CHANGED
    sheet.hide_button.click()
    stage.settle()
    assert sheet.marked().standing == texts.HIDDEN
    sheet.restore_button.click()
    stage.settle()
    assert sheet.marked().standing == texts.SHIPPED
    choose(sheet.table, lambda one: one.id == "b0-g3-1")
    sheet.review_button.click()
    stage.settle()
    assert sheet.marked().standing == texts.REVIEWED
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_a_line_is_added_and_all_is_taken_back(stage, center, page, monkeypatch):
    sheet = page.texts
    page.tabs.open_sheet(sheet)
    sheet.band.set_value("B3")
    sheet.add_button.click()
    dialog = stage.dialog(FormDialog)
    assert dialog.form.values()["band"] == "B3"
    dialog.form.fields["block"].set_value("G2")
    dialog.form.fields["words"].set_value("每周吃一次肝泥。")
    save(stage, dialog)
    assert [one.words for one in sheet.table.rows() if one.standing == texts.OWN] == ["每周吃一次肝泥。"]
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    sheet.restore_all_button.click()
    stage.settle()
    assert district.read(center, "guidance.texts") is None


def test_days_are_set_by_keyboard(stage, center, page, assert_nothing_clipped):
    sheet = page.days
    page.tabs.open_sheet(sheet)
    assert_nothing_clipped(page)
    sheet.set_button.click()
    dialog = stage.dialog(FormDialog)
    dialog.form.load({"first": date(2026, 12, 30), "last": date(2026, 12, 31), "kind": "rest"})
    save(stage, dialog)
    assert [one.day for one in sheet.table.rows() if one.by_district] == [date(2026, 12, 30), date(2026, 12, 31)]
    sheet.on_button.click()
    stage.settle()
    sheet.on_button.click()
    stage.settle()
    assert sheet._year_words.text() == "2028"
    assert "还没有2028年" in sheet._notice.text()


def test_the_plan_is_changed_and_taken_back(stage, center, page, monkeypatch, assert_nothing_clipped):
    sheet = page.plan
    page.tabs.open_sheet(sheet)
    assert_nothing_clipped(page)
    shipped = list(sheet.table.rows())
    choose(sheet.table, lambda one: one.code == "HR01")
    sheet.remove_button.click()
    stage.settle()
    assert [one.code for one in sheet.table.rows()] == [one.code for one in shipped[1:]]
    sheet.add_button.click()
    dialog = stage.dialog(FormDialog)
    dialog.form.load({"first": 5, "unit": "days", "within": 3, "note": "第5天上门"})
    save(stage, dialog)
    assert (sheet.table.rows()[0].first, sheet.table.rows()[0].length) == (5, 2)
    sheet.add_button.click()
    dialog = stage.dialog(FormDialog)
    dialog.form.load({"first": 5, "unit": "days", "within": 3})
    save(stage, dialog)
    assert "晚于前一次" in dialog.notice.text()
    dialog._touched = False
    dialog.reject()
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    sheet.restore_button.click()
    stage.settle()
    assert list(sheet.table.rows()) == shipped


@pytest.mark.parametrize("role", [Role.TEACHER, Role.VIEWER])
def test_who_may_not_change_only_looks(stage, center, role):
    page = stage.open(content_page, as_role(center, role))
    for sheet, buttons in (
        (page.texts, (page.texts.edit_button, page.texts.add_button, page.texts.restore_all_button)),
        (page.forms, (page.forms.take_in_button, page.forms.withdraw_button)),
        (page.days, (page.days.set_button, page.days.restore_button)),
        (page.plan, (page.plan.add_button, page.plan.remove_button)),
    ):
        page.tabs.open_sheet(sheet)
        assert sheet.table.rows()
        assert not any(one.isVisible() for one in buttons)


def test_a_station_looks_at_the_same_page(stage, desk):
    page = stage.open(content_page, desk)
    page.tabs.open_sheet(page.texts)
    assert len(page.texts.table.rows()) > 150
    assert not page.texts.edit_button.isVisible()


def test_the_search_for_what_is_to_be_reviewed(stage, page):
    sheet = page.texts
    page.tabs.open_sheet(sheet)
    sheet.table.chips.choose("open")
    sheet._show()
    waiting = [one.id for one in sheet.table.rows()]
    assert waiting
    assert {(one.mark, one.standing) for one in sheet.table.rows()} == {("bg", texts.SHIPPED)}
    sheet.table.view.choose_row(0)
    sheet.review_button.click()
    stage.settle()
    assert [one.id for one in sheet.table.rows()] == waiting[1:]


def test_ages_blocks_and_weekdays_are_read_whole_in_english(stage, center, english):
    page = stage.open(content_page, center)
    for sheet, titles in ((page.texts, {"Month of age", "Block", "Founded on", "State"}), (page.days, {"Weekday"})):
        page.tabs.open_sheet(sheet)
        stage.settle()
        view = sheet.table.view
        for at, column in enumerate(view.table_model.columns):
            if column.title in titles:
                words = {column.words(row) for row in sheet.table.rows() if sheet is page.days or len(row.bands) == 1}
                widest = max(map(view.fontMetrics().horizontalAdvance, words))
                icon = 24 if column.icon else 0
                assert widest + icon < view.columnWidth(at), (column.title, words)
                assert all(one.isascii() for one in words)


def a_file(tmp_path, monkeypatch, day: date, old: str = "", new: str = ""):
    """A form file that the person chooses in the system's dialog."""
    text = next_version().replace("effective_from = 2026-11-15", f"effective_from = {day}")
    file = tmp_path / "newborn_2027.toml"
    file.write_text(text.replace(old, new) if old else text, "utf-8")
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [file])
    return file


def marked(page, version: str):
    choose(page.forms.table, lambda one: (one.id, one.version) == ("newborn_visit", version))
    return page.forms.table.view.current_row()


def test_an_edition_is_looked_at_published_and_withdrawn(
    stage, center, page, tmp_path, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    a_file(tmp_path, monkeypatch, date(2026, 12, 1))
    assert not page.forms.withdraw_button.isEnabled()
    page.forms.take_in_button.click()
    dialog = stage.dialog(EditionDialog)
    assert any("2026年12月1日" in one.text() and "2017.1" in one.text() for one in dialog.findChildren(QLabel))
    assert_nothing_clipped(dialog)
    assert missing_glyphs(dialog) == set()
    assert unnamed_controls(dialog) == []
    dialog.screen_button.click()
    trial = stage.dialog(FormTrial)
    assert trial.form.form.version == "2027.1"
    trial.reject()
    dialog.paper_button.click()
    shown = stage.dialog(PdfDialog)
    assert "2027年版" in page_texts(shown._data)[0]
    shown.reject()
    assert district.read(center, "forms") is None  # so far it was only looked at
    dialog.form.fields["note"].set_value("国家新规范")
    save(stage, dialog)
    assert "第1版" in page.notice.text()
    assert marked(page, "2027.1").coming
    assert page.forms.withdraw_button.isEnabled()
    page.forms.show_screen()
    trial = stage.dialog(FormTrial)
    assert trial.form.form.version == "2027.1"
    trial.reject()
    marked(page, "2017.1")
    assert not page.forms.withdraw_button.isEnabled()
    marked(page, "2027.1")
    assert_nothing_clipped(page)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page.forms.withdraw_button.click()
    stage.settle()
    assert {one.version for one in page.forms.table.rows() if one.id == "newborn_visit"} == {"2017.1"}


def test_an_edition_whose_day_has_come_says_that_it_stays(stage, page, tmp_path, monkeypatch):
    a_file(tmp_path, monkeypatch, date(2026, 11, 20))
    page.forms.take_in_button.click()
    dialog = stage.dialog(EditionDialog)
    assert any("不能撤回" in one.text() for one in dialog.findChildren(QLabel))
    save(stage, dialog)
    assert not marked(page, "2027.1").coming
    assert not page.forms.withdraw_button.isEnabled()


def test_a_file_that_cannot_be_published_says_why(stage, page, tmp_path, monkeypatch, assert_nothing_clipped):
    a_file(tmp_path, monkeypatch, date(2026, 12, 1), 'name = "asphyxia"', 'name = "choking"')
    page.forms.take_in_button.click()
    stage.settle()
    assert "asphyxia" in page.notice.text()
    assert page.notice.property("tone") == "danger"
    assert stage.dialogs() == []
    assert_nothing_clipped(page)


def test_a_station_is_told_of_a_form_that_it_cannot_use(stage, center, desk, tmp_path):
    file = tmp_path / "newborn_2027.toml"
    file.write_text(next_version(), "utf-8")
    form_editions.publish(center, form_editions.read_edition(center, file))
    content = district.read(center, "forms")
    entry = content["files"]["newborn_visit@2027.1"]
    entry["text"] = entry["text"].replace('date_field = "', 'voice = "read aloud"\ndate_field = "', 1)
    district.write(center, "forms", content)
    receipts.import_receipt(desk, receipts.export_receipt(center, "01", tmp_path).file)
    center.close()
    page = stage.open(content_page, desk)
    assert "2027.1" in page.forms.unread.text()
    assert {one.version for one in page.forms.table.rows() if one.id == "newborn_visit"} == {"2017.1"}
    assert not page.forms.take_in_button.isVisible()
    assert not page.forms.withdraw_button.isVisible()


def fill(dialog, **values) -> None:
    for name, value in values.items():
        dialog.form.fields[name].set_value(value)


def test_topics_of_classes_are_added_and_changed(stage, page, assert_nothing_clipped):
    sheet = page.curriculum
    page.take_argument("curriculum")
    before = len(sheet.table.rows())
    sheet.add_button.click()
    dialog = stage.dialog(FormDialog)
    assert unnamed_controls(dialog) == []
    fill(dialog, block="G2", bands=["B4", "B3"], title=" 辅食  工坊 ")
    save(stage, dialog)
    assert len(sheet.table.rows()) == before + 1
    choose(sheet.table, lambda one: one.title == "辅食 工坊")
    assert sheet.table.view.current_row().bands == ("B3", "B4")
    QTest.keyClick(sheet.table.view, Qt.Key.Key_Return)
    dialog = stage.dialog(FormDialog)
    fill(dialog, bands=[])
    save(stage, dialog)
    choose(sheet.table, lambda one: one.title == "辅食 工坊")
    assert sheet.table.view.current_row().bands == ()
    sheet.remove_button.click()
    stage.settle()
    assert len(sheet.table.rows()) == before
    assert_nothing_clipped(page)


def test_a_target_is_set_in_percent_and_counts_from_its_year(stage, page, assert_nothing_clipped):
    sheet = page.targets
    page.take_argument("targets")
    assert "目标 95%" in sheet.so_far.text()
    sheet.add_button.click()
    dialog = stage.dialog(FormDialog)
    fill(dialog, indicator="managed", from_year=2026, per_mille="96.5")
    save(stage, dialog)
    assert "目标 96.5%" in sheet.so_far.text()
    choose(sheet.table, lambda one: one.per_mille == 965)
    sheet.edit_button.click()
    dialog = stage.dialog(FormDialog)
    fill(dialog, from_year=2027)
    save(stage, dialog)
    assert "目标 95%" in sheet.so_far.text()
    sheet.add_button.click()
    dialog = stage.dialog(FormDialog)
    fill(dialog, indicator="managed", from_year=2027, per_mille="97")
    save(stage, dialog)
    assert dialog.isVisible()
    assert dialog.form.fields["from_year"].problem()[0]
    dialog.reject()
    assert_nothing_clipped(page)


def test_a_station_sees_who_was_not_seen_yet(stage, desk):
    some_children(desk)
    page = stage.open(content_page, desk)
    page.take_argument("targets")
    assert "0%（0/3）" in page.targets.so_far.text()
    assert not page.targets.add_button.isVisible()
    page.targets.unseen_button.click()
    assert stage.gone == ["children/unseen"]
