"""收件: bundles by button and by drag, one report per file, receipts by one click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from tests.ui.pages.conftest import as_role, some_children, unnamed_controls

from zhaohu.records.codes import Role
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.register import child_list
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.inbox import inbox_page


@pytest.fixture
def bundle(desk, tmp_path):
    """A bundle of station 01 with three children."""
    some_children(desk)
    return bundles.export_bundle(desk, tmp_path / "stick").file


def drop(page, paths, qtbot):
    """Drag files over the place and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, copy = QPointF(5, 5), Qt.DropAction.CopyAction
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, none)
    QApplication.sendEvent(page.zone, enter)
    accepted = enter.isAccepted()
    if accepted:
        QApplication.sendEvent(page.zone, QDropEvent(at, copy, data, left, none))
    return accepted


def statuses(page) -> list[str]:
    return [report.status for report in page.reports.rows()]


def test_a_center_without_mail_says_where_it_goes(stage, center, assert_nothing_clipped):
    page = stage.open(inbox_page, center)
    assert [row.name for row in page.stations.rows()] == ["巨峰镇指导站", "碑廓镇指导站"]
    assert page.held.empty.words()[0] == "没有暂存的记录"
    assert page.answer_all_button.isEnabled()
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_bundles_are_dropped_once_and_again(stage, center, bundle, qtbot, assert_nothing_clipped, missing_glyphs):
    page = stage.open(inbox_page, center)
    assert drop(page, [bundle], qtbot)
    stage.settle()
    assert statuses(page) == ["accepted"]
    assert page.notice.text() == "共 1 个文件：已接收 1 个。"
    assert page.tabs.currentIndex() == 1
    assert "新增" in page._reason.text()
    assert page.stations.rows()[0].last_no == 1
    assert page.stations.rows()[0].children == 3
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    before = child_list.list_children(center)
    assert drop(page, [bundle], qtbot)
    stage.settle()
    assert statuses(page) == ["already_had"]
    assert child_list.list_children(center) == before


def test_every_file_has_its_report_and_a_bad_one_its_reason(stage, center, bundle, tmp_path, monkeypatch):
    broken = tmp_path / "371103-01-000009.zhb"
    data = bytearray(bundle.read_bytes())
    data[-1] ^= 1
    broken.write_bytes(data)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [bundle, broken])
    page = stage.open(inbox_page, center)
    stage.press(page, "Ctrl+O")
    assert statuses(page) == ["accepted", "refused"]
    assert page.reports.view.current_row().status == "refused"  # the one that needs a person is marked
    assert page._reason.text() == page.reports.rows()[1].message
    assert page.notice.property("tone") == "danger"
    assert len(child_list.list_children(center)) == 3


def test_other_files_are_not_taken(stage, center, tmp_path, qtbot):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF")
    page = stage.open(inbox_page, center)
    assert not drop(page, [letter], qtbot)
    assert page.reports.rows() == ()


def test_one_click_answers_a_station(stage, desk, center, bundle, tmp_path, monkeypatch):
    bundles.import_bundles(center, [bundle])
    out = tmp_path / "answers"
    out.mkdir()
    asked = []
    monkeypatch.setattr(ask, "folder", lambda *_args: asked.append(1) or out)
    page = stage.open(inbox_page, center)
    page.stations.view.choose_row(0)
    stage.press(page, "Ctrl+E")
    written = list(out.glob("*.zhr"))
    assert len(written) == 1
    assert written[0].name in page.notice.text()
    assert receipts.import_receipt(desk, written[0]).confirmed_no == 1
    page.answer_all()  # to both stations, without asking again
    stage.settle()
    assert asked == [1]
    assert page.notice.text().startswith("已写出 2 份回执")
    assert len(list(out.glob("*.zhr"))) == 3


def test_a_cancelled_import_says_so(stage, center, bundle):
    page = stage.open(inbox_page, center)
    page._on_cancelled()
    stage.settle()
    assert "已取消" in page.notice.text()
    assert page.import_button.isEnabled()


def test_a_station_opens_its_children(stage, center, qtbot):
    page = stage.open(inbox_page, center)
    page.stations.view.choose_row(1)
    qtbot.keyClick(page.stations.view, Qt.Key.Key_Return)
    assert stage.gone == ["children/02"]


def test_who_only_looks_cannot_import(stage, center, bundle):
    page = stage.open(inbox_page, as_role(center, Role.AUDITOR))
    assert not page.zone.isVisible()
    page.import_files([bundle])
    stage.settle()
    assert page.reports.rows() == ()
