"""The first start: from an empty folder to an open desk, as a station and as the center."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.sync.district import CLOCK
from tests.ui.pages.conftest import unnamed_controls, write

from zhaohu.paths import holds_profile
from zhaohu.records.codes import SiteKind
from zhaohu.services.exchange import setup
from zhaohu.ui.dialogs import ask
from zhaohu.ui.first_start import FirstStart
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def enrolment(center, tmp_path):
    """A new station's enrolment file, and the center's fingerprint."""
    file = tmp_path / "stick" / "371103-03.zhe"
    file.parent.mkdir()
    added = setup.add_station(center, code="03", name="虎山镇指导站", township="虎山镇", population=73_100, out=file)
    return file, added.fingerprint


@pytest.fixture
def guide(qtbot, tmp_path):
    made = FirstStart(None, tmp_path / "profile", CLOCK)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made._runner.close()
    if made.made is not None:
        made.made.desk.close()


def settle(guide, qtbot):
    qtbot.waitUntil(lambda: not guide._runner.active(), timeout=20_000)
    QTest.qWait(20)


def choose(guide, qtbot, digit):
    """Choose by digit, go on by Enter."""
    qtbot.keyClick(guide.kind.kind.editor(), digit)
    qtbot.keyClick(guide.kind.kind.editor(), Qt.Key.Key_Return)


def enter_admin(guide, password="correct horse", again="correct horse"):
    for name, text in {"name": "wangmin", "display_name": "王敏", "password": password, "again": again}.items():
        write(guide.admin.form.fields[name], text)


def test_a_station_is_led_to_its_open_desk(
    guide, qtbot, tmp_path, enrolment, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    file, fingerprint = enrolment
    assert not holds_profile(tmp_path / "profile")
    assert_nothing_clipped(guide)
    choose(guide, qtbot, Qt.Key.Key_1)
    assert guide.step() is guide.station

    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [file])
    guide.station.file.choose()
    settle(guide, qtbot)
    assert guide.station._station.text() == "虎山镇指导站"
    assert guide.station._fingerprint.text() == fingerprint
    assert_nothing_clipped(guide)
    guide.go_on()
    assert guide.step() is guide.station  # nothing is trusted before it was compared
    assert guide.station.notice.text()
    qtbot.keyClick(guide.station.compared, Qt.Key.Key_Space)
    guide.go_on()
    assert guide.step() is guide.admin

    enter_admin(guide, again="something else")
    guide.go_on()
    assert guide.admin.form.fields["again"].problem()[0] == "两次输入的密码不一致，请重新输入。"
    enter_admin(guide)
    assert_nothing_clipped(guide)
    assert unnamed_controls(guide) == []
    qtbot.keyClick(guide.admin.form.fields["again"].editor(), Qt.Key.Key_Return)
    assert guide._busy
    settle(guide, qtbot)
    assert guide.step() is guide.recovery

    guide.go_on()
    assert guide.step() is guide.recovery  # the sheet can only be made now
    sheet = tmp_path / "sheet.pdf"
    monkeypatch.setattr(ask, "save_file", lambda *_args: sheet)
    qtbot.mouseClick(guide.recovery.save_button, Qt.MouseButton.LeftButton)
    settle(guide, qtbot)
    assert sheet.read_bytes().startswith(b"%PDF")
    shown = guide.findChild(PdfDialog)
    assert shown is not None
    assert shown.view.page_count() == 1
    shown.reject()
    guide.go_on()
    assert guide.step() is guide.finish
    settle(guide, qtbot)
    assert_nothing_clipped(guide)
    assert missing_glyphs(guide) == set()
    guide.go_on()
    assert guide.made is not None
    assert guide.made.desk.site.code == "371103-03"
    assert guide.made.desk.person.display_name == "王敏"
    assert guide.made.reply is not None
    assert guide.made.reply.is_file()
    assert holds_profile(tmp_path / "profile")


def test_a_center_is_led_to_its_open_desk(guide, qtbot, tmp_path, monkeypatch, assert_nothing_clipped):
    choose(guide, qtbot, Qt.Key.Key_2)
    assert guide.step() is guide.center
    assert_nothing_clipped(guide)
    guide.go_on()
    assert guide.step() is guide.center  # nothing is entered yet
    write(guide.center.form.fields["district_code"], "37")
    write(guide.center.form.fields["name"], "岚山区托育指导中心")
    guide.go_on()
    enter_admin(guide)
    guide.go_on()
    settle(guide, qtbot)
    assert guide.step() is guide.center  # the refusal leads back to the field that it is about
    assert guide.center.form.fields["district_code"].problem()[1] == "danger"
    assert not holds_profile(tmp_path / "profile")
    write(guide.center.form.fields["district_code"], "371103")
    guide.go_on()
    guide.go_on()
    settle(guide, qtbot)
    assert guide.step() is guide.recovery
    assert guide.made.desk.site.kind is SiteKind.CENTER
    answers = iter([False, True])
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: next(answers))
    guide.reject()
    assert guide.isVisible()  # leaving without the sheet is asked for twice
    guide.reject()
    assert not guide.isVisible()


def test_a_changed_enrolment_file_is_refused(guide, qtbot, enrolment, monkeypatch):
    file, _fingerprint = enrolment
    file.write_bytes(file.read_bytes().replace(b"3711", b"3712", 1))
    choose(guide, qtbot, Qt.Key.Key_1)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [file])
    guide.station.file.choose()
    settle(guide, qtbot)
    assert guide.station.notice.property("tone") == "danger"
    guide.go_on()
    assert guide.step() is guide.station


def test_going_back_keeps_what_was_entered(guide, qtbot):
    choose(guide, qtbot, Qt.Key.Key_2)
    write(guide.center.form.fields["name"], "岚山区托育指导中心")
    write(guide.center.form.fields["district_code"], "371103")
    guide.go_on()
    qtbot.mouseClick(guide.back_button, Qt.MouseButton.LeftButton)
    assert guide.step() is guide.center
    qtbot.mouseClick(guide.back_button, Qt.MouseButton.LeftButton)
    assert guide.step() is guide.kind
    guide.go_on()
    assert guide.center.form.values()["name"] == "岚山区托育指导中心"


def test_giving_up_before_anything_is_made_leaves_nothing(guide, qtbot, tmp_path):
    choose(guide, qtbot, Qt.Key.Key_2)
    qtbot.keyClick(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()
    assert guide.made is None
    assert not holds_profile(tmp_path / "profile")
