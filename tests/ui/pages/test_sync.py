"""同步: state in words, export, receipt, and what the center holds."""

from __future__ import annotations

import pytest
from tests.ui.pages.conftest import a_teacher, as_role, some_children, unnamed_controls

from zhaohu.records.codes import Role
from zhaohu.services.exchange import bundles, receipts
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.exchange_words import LastFolder, counts_words, moment
from zhaohu.ui.pages.sync import sync_page


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def figures(page) -> tuple[str, str, str]:
    return page._waiting.figure(), page._written.figure(), page._answered.figure()


def test_a_new_station_has_nothing_to_send(stage, desk, assert_nothing_clipped):
    page = stage.open(sync_page, desk)
    assert figures(page) == ("0", "—", "—")
    assert page._waiting.accessibleDescription() == "全部已确认"
    assert page._kinds.text() == "自上次回执以来没有新内容。"
    assert not page._held_card.isVisible()
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_nothing_new_is_refused_in_words(stage, desk, stick, monkeypatch):
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "folder", lambda *_args: stick)
    stage.press(page, "Ctrl+E")
    assert page.notice.property("tone") == "danger"
    assert page.notice.text()
    assert list(stick.iterdir()) == []
    assert all(one.isEnabled() for one in page._buttons)


def test_export_receipt_and_export_again(stage, desk, center, stick, monkeypatch, assert_nothing_clipped):
    some_children(desk)
    page = stage.open(sync_page, desk)
    waiting = bundles.pending(desk).records
    assert waiting > 0
    assert figures(page)[0] == str(waiting)
    assert "儿童 3" in page._kinds.text()
    asked = []
    monkeypatch.setattr(ask, "folder", lambda *_args: asked.append(1) or stick)
    stage.press(page, "Ctrl+E")
    file = stick / "371103-01-000001.zhb"
    assert file.is_file()
    assert file.name in page.notice.text()
    assert page.notice.text().startswith("已写出，尚未确认")
    assert "儿童 3" in page.notice.text()
    assert page._written.accessibleDescription() == "第 1 号数据包：已写出，尚未确认"
    assert figures(page)[0] == str(waiting)
    assert_nothing_clipped(page)

    stage.press(page, "Ctrl+E")  # the folder is remembered, and the same bundle is written once more
    assert asked == [1]
    assert "同一个数据包" in page.notice.text()
    assert [one.name for one in stick.iterdir()] == [file.name]

    bundles.import_bundles(center, [file])
    packet = receipts.export_receipt(center, "01", stick)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [packet.file])
    stage.press(page, "Ctrl+O")
    assert page.notice.text().startswith("中心已确认到第 1 号数据包")
    assert figures(page)[0] == "0"
    assert page._written.accessibleDescription() == "第 1 号数据包：已确认"
    stage.press(page, "Ctrl+O")
    assert page.notice.text() == "这份回执以前已经读入，没有变化。"

    a_teacher(desk)
    stage.settle()
    assert figures(page)[0] == "1"  # the page follows a commit, and only what is new waits
    assert page._kinds.text() == "指导教师 1"


def test_a_file_that_is_no_receipt_is_refused_and_changes_nothing(stage, desk, stick, monkeypatch):
    wrong = stick / "letter.zhr"
    wrong.write_bytes(b"no receipt")
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [wrong])
    page.read_receipt()
    stage.settle()
    assert page.notice.text()
    assert page.notice.property("tone") == "danger"
    assert figures(page) == ("0", "—", "—")


def test_thinking_better_of_it_does_nothing(stage, desk, stick, monkeypatch):
    some_children(desk)
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "folder", lambda *_args: None)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [])
    page.export()
    page.read_receipt()
    stage.settle()
    assert page.notice.text() == ""
    assert page._written.figure() == "—"


def test_a_viewer_sees_the_state_and_no_buttons(stage, desk):
    some_children(desk)
    page = stage.open(sync_page, as_role(desk, Role.VIEWER))
    assert figures(page)[0] != "0"
    assert page._primary is None


def test_a_stick_that_was_pulled_is_not_remembered(tmp_path, stick):
    folder = LastFolder(tmp_path, "export")
    assert folder.get() is None
    folder.put(stick)
    assert LastFolder(tmp_path, "export").get() == stick
    stick.rmdir()
    assert LastFolder(tmp_path, "export").get() is None


def test_kinds_stand_in_the_order_in_which_they_hang_together():
    assert counts_words({"visit": 2, "child": 1200, "household": 0, "newer_kind": 1}) == (
        "儿童 1,200、访视与体检 2、newer_kind 1"
    )
    assert counts_words({}) == ""
    assert (moment("2026-11-20T09:05:07+08:00"), moment(None)) == ("2026-11-20 09:05", "—")
