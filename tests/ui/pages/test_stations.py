"""指导站: registering, comparing fingerprints, taking a reply."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.sync.district import ADMIN, CLOCK, WEAK
from tests.ui.pages.conftest import as_role, unnamed_controls, write

from zhaohu.records.codes import Role
from zhaohu.services.exchange import bundles, setup, site_keys, station_list
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.fingerprints import Fingerprints
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.stations import stations_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def register(stage, page, file, monkeypatch, code="03", name="虎山镇指导站"):
    """Fill the form in and save it."""
    monkeypatch.setattr(ask, "save_file", lambda *_args: file)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(FormDialog)
    for field, text in {"code": code, "name": name, "township": "虎山镇", "population": "73100"}.items():
        write(dialog.form.fields[field], text)
    dialog.form.fields["file"].choose()
    dialog.try_save()
    stage.settle()
    return dialog


def test_the_list_tells_who_is_enrolled(stage, center, assert_nothing_clipped, missing_glyphs):
    page = stage.open(stations_page, center)
    entries = station_list.list_stations(center)
    assert [row.code for row in page.table.rows()] == ["371103-01", "371103-02"] == [one.code for one in entries]
    model = page.table.view.table_model
    cells = [model.index(0, column).data() for column in range(model.columnCount())]
    assert "已接入" in cells
    assert site_keys.digits(entries[0].fingerprint) in cells  # people read out digits
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []


def test_from_registration_to_a_taken_reply(stage, center, tmp_path, monkeypatch, qtbot, assert_nothing_clipped):
    file = tmp_path / "03.zhe"
    page = stage.open(stations_page, center)
    register(stage, page, file, monkeypatch)
    assert file.is_file()
    shown = stage.dialog(Fingerprints)
    assert [one.text() for one in shown.prints] == [setup.own_fingerprint(center)]
    assert_nothing_clipped(shown)
    assert unnamed_controls(shown) == []
    stage.press(shown, "Ctrl+P")
    stage.dialog(PdfDialog).reject()
    shown.accept()
    assert [row.status for row in page.table.rows()] == ["active", "active", "invited"]
    view = page.table.view
    at = next(
        at for at in range(view.table_model.columnCount()) if view.table_model.index(2, at).data() == "已登记，待回复"
    )
    assert view.sizeHintForColumn(at) <= view.columnWidth(at)

    made = setup.init_station(tmp_path / "03", enrolment=file, admin=ADMIN, clock=CLOCK, strength=WEAK)
    made.desk.close()
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [made.reply])
    stage.press(page, "Ctrl+O")
    compare = stage.dialog(Fingerprints)
    assert [one.text() for one in compare.prints] == [made.fingerprint]
    assert compare.focusWidget() is not compare.do_button  # Enter must not confirm by accident
    compare.reject()
    stage.settle()
    assert page.table.rows()[2].status == "invited"  # they differed: nothing is changed

    page.take_reply()
    compare = stage.dialog(Fingerprints)
    reply = made.reply.read_bytes()
    other = setup.init_station(tmp_path / "03b", enrolment=file, admin=ADMIN, clock=CLOCK, strength=WEAK)
    other.desk.close()
    made.reply.write_bytes(other.reply.read_bytes())  # another file since it was compared
    compare.accept()
    stage.settle()
    assert page.table.rows()[2].status == "invited"
    made.reply.write_bytes(reply)

    page.take_reply()
    compare = stage.dialog(Fingerprints)
    qtbot.mouseClick(compare.do_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert "已接入" in page.notice.text()
    assert page.table.rows()[2].status == "active"
    assert page.table.rows()[2].fingerprint == made.fingerprint


def test_a_taken_code_is_refused_and_no_file_is_written(stage, center, tmp_path, monkeypatch):
    file = tmp_path / "again.zhe"
    page = stage.open(stations_page, center)
    dialog = register(stage, page, file, monkeypatch, code="01", name="另一个站")
    assert dialog.notice.text()
    assert not file.exists()
    dialog._touched = False
    dialog.reject()


@pytest.mark.parametrize("typed", ["9", "０９"])
def test_a_code_is_taken_as_people_type_it(stage, center, tmp_path, monkeypatch, typed):
    page = stage.open(stations_page, center)
    register(stage, page, tmp_path / "x.zhe", monkeypatch, code=typed)
    assert "371103-09" in [row.code for row in page.table.rows()]


@pytest.mark.parametrize(("field", "text"), [("code", "七"), ("population", "99999999")])
def test_a_wrong_value_stands_beside_its_field(stage, center, tmp_path, monkeypatch, field, text):
    page = stage.open(stations_page, center)
    dialog = register(stage, page, tmp_path / "x.zhe", monkeypatch)
    stage.dialog(Fingerprints).accept()
    monkeypatch.setattr(ask, "save_file", lambda *_args: tmp_path / "y.zhe")
    page.register()
    dialog = stage.dialog(FormDialog)
    for name, value in {
        "code": "04",
        "name": "岚山头街道指导站",
        "township": "岚山头街道",
        "population": "98000",
    }.items():
        write(dialog.form.fields[name], value)
    write(dialog.form.fields[field], text)
    dialog.form.fields["file"].choose()
    dialog.try_save()
    stage.settle()
    assert dialog.form.fields[field].problem()[1] == "danger"
    dialog._touched = False
    dialog.reject()


def test_a_file_that_is_no_reply_is_refused_in_words(stage, center, tmp_path, monkeypatch):
    wrong = tmp_path / "letter.zhe"
    wrong.write_text("not a reply", encoding="utf-8")
    page = stage.open(stations_page, center)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [wrong])
    page.take_reply()
    stage.settle()
    assert page.notice.text()
    assert stage.dialogs() == []


def test_a_row_opens_both_fingerprints(stage, center, qtbot):
    page = stage.open(stations_page, center)
    page.table.view.choose_row(0)
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    shown = stage.dialog(Fingerprints)
    assert [one.text() for one in shown.prints] == [setup.own_fingerprint(center), page.table.rows()[0].fingerprint]
    shown.accept()


def test_only_administrators_register(stage, center):
    page = stage.open(stations_page, as_role(center, Role.AUDITOR))
    assert page.table.rows()
    assert page._primary is None


def chosen(page, code: str) -> None:
    rows = page.table.rows()
    page.table.view.choose_row(next(at for at, row in enumerate(rows) if row.code.endswith(code)))


def test_new_keys_of_a_station_are_compared_before_they_are_accepted(
    stage, center, desk, qtbot, tmp_path, assert_nothing_clipped
):
    site_keys.change_keys(desk)
    bundles.import_bundles(center, [bundles.export_bundle(desk, tmp_path).file])
    announced = site_keys.site_keys(desk).next_fingerprint
    page = stage.open(stations_page, center)
    chosen(page, "02")
    assert not page.keys.compare_action.isVisible()
    chosen(page, "01")
    assert page.keys.compare_action.isVisible()
    model = page.table.view.table_model
    assert "待核对新密钥" in [model.index(0, column).data() for column in range(model.columnCount())]
    assert_nothing_clipped(page)
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    compare = stage.dialog(Fingerprints)
    assert [(one.text(), one.digits()) for one in compare.prints] == [(announced, site_keys.digits(announced))]
    assert compare.focusWidget() is not compare.do_button
    assert_nothing_clipped(compare)
    qtbot.mouseClick(compare.do_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert page.table.rows()[0].fingerprint == announced
    assert page.table.rows()[0].next_fingerprint is None


def test_a_station_is_revoked_and_invited_once_more(stage, center, tmp_path, monkeypatch, assert_nothing_clipped):
    page = stage.open(stations_page, center)
    chosen(page, "01")
    page.keys.revoke()
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    dialog.try_save()
    stage.settle()
    assert page.table.rows()[0].status == "active"  # without a reason nothing is done
    write(dialog.form.fields["reason"], "电脑被盗")
    dialog.try_save()
    stage.settle()
    assert page.table.rows()[0].status == "revoked"
    chosen(page, "01")
    assert not page.keys.revoke_action.isVisible()
    file = tmp_path / "again.zhe"
    monkeypatch.setattr(ask, "save_file", lambda *_args: file)
    page.keys.renew()
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    dialog.form.fields["file"].choose()
    dialog.try_save()
    stage.settle()
    stage.dialog(Fingerprints).accept()
    assert file.is_file()
    assert page.table.rows()[0].status == "invited"
    assert "再次" in page.notice.text()


def test_only_the_administrator_is_offered_the_keys(stage, center):
    page = stage.open(stations_page, as_role(center, Role.VIEWER))
    chosen(page, "01")
    assert not page.keys.menu.isVisible()
