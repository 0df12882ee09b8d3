"""同步: state in words, one button for the whole exchange, what is to be seen to, and what was exchanged before."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from sqlmodel import select
from tests.sync.handing import a_village
from tests.ui.pages.conftest import a_teacher, as_role, some_children, unnamed_controls, walked_by_tab

from zhaohu.records import Child
from zhaohu.records.codes import Role
from zhaohu.records.exchange import HeldRow, KeptVersion, Offer
from zhaohu.services.exchange import bundles, enrolment, questions, receipts, travel
from zhaohu.services.exchange.travel import Stick
from zhaohu.store import settings
from zhaohu.sync import lineage, marks
from zhaohu.sync.rows import shapes
from zhaohu.sync.taking_back import own_fields
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.compare_record import CompareDialog
from zhaohu.ui.pages.exchange_words import LastFolder, counts_words, moment
from zhaohu.ui.pages.sync import sync_page


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def figures(page) -> tuple[str, str, str]:
    return page.waiting.figure(), page.written.figure(), page.answered.figure()


def heading(page) -> str:
    return page._heading.text()


def todo_kinds(page) -> list[str]:
    return [one.kind for one in page.todo.table.rows()]


def open_todo(page, stage, kind: str, qtbot) -> None:
    page.tabs.open_sheet(page.todo)
    page.todo.table.view.choose_row(todo_kinds(page).index(kind))
    qtbot.keyClick(page.todo.table.view, Qt.Key.Key_Return)
    stage.settle()


def test_a_new_station_has_nothing_to_send(stage, desk, assert_nothing_clipped):
    page = stage.open(sync_page, desk)
    assert figures(page) == ("0", "—", "—")
    assert page.waiting.accessibleDescription() == ""  # nothing was sent, so nothing was confirmed
    assert page.kinds.empty.words()[0] == "还没有登记内容。"
    assert page.life.text() == ""
    assert page.seen_to.figure() == "0"
    for sheet in (page.kinds, page.todo, page.history):
        page.tabs.open_sheet(sheet)
        assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_everything_is_reached_by_keys(stage, desk, qtbot):
    page = stage.open(sync_page, desk)
    some_children(desk)
    stage.settle()
    wanted = {page.sync_button, page.route.button, page.more, page.seen_to, page.tabs.tabBar(), page.kinds.view}
    assert wanted <= walked_by_tab(page, qtbot)


def test_one_button_does_the_whole_exchange(
    stage, desk, center, stick, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    some_children(desk)
    page = stage.open(sync_page, desk)
    waiting = bundles.pending(desk).records
    assert heading(page) == "还没有收到中心的答复"
    assert ("儿童", 3) in page.kinds.rows()
    asked = []
    monkeypatch.setattr(ask, "folder", lambda *_args: asked.append(1) or stick)
    assert page.sync_button.hasFocus()
    stage.press(page, "Ctrl+Return")
    assert [one.suffix for one in stick.iterdir()] == [".zhb"]
    assert page.notice.text().startswith("已送出第 1 号数据包")
    assert page.written.accessibleDescription() == "第 1 号数据包：已写出，尚未确认"
    assert figures(page)[0] == str(waiting)  # only the receipt confirms
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()

    done = travel.exchange(center, stick)
    assert [one.status for one in done.imports] == ["accepted"]
    stage.press(page, "Ctrl+Return")
    assert asked == [1]  # the way is remembered
    assert "中心已确认到第 1 号数据包" in page.notice.text()
    assert heading(page) == "全部已到中心"
    assert figures(page)[0] == "0"
    assert page.written.accessibleDescription() == "第 1 号数据包：已确认"
    assert {line.kind for line in page.history.rows()} == {"bundle", "packet", "run"}

    a_teacher(desk)
    stage.settle()
    assert figures(page)[0] == "1"  # the page follows a commit, and only what is new waits
    assert page.kinds.rows() == (("指导教师", 1),)
    assert heading(page) == "有 1 条记录待上报"
    stage.press(page, "Ctrl+Return")
    assert heading(page) == "已送出，等中心的回执"


def test_a_bundle_that_only_answers_the_center_is_told_so(stage, desk, stick, monkeypatch):
    with desk.write("test.word") as work:
        settings.put(work.session, marks.OWES_WORD, marks.NOW)
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "folder", lambda *_args: stick)
    stage.press(page, "Ctrl+Return")
    assert page.notice.text().startswith("已回告中心：第 1 号数据包，无新记录。")


def test_a_bundle_alone_and_a_receipt_alone(stage, desk, center, stick, monkeypatch):
    some_children(desk)
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "folder", lambda *_args: stick)
    stage.press(page, "Ctrl+E")
    file = stick / "371103-01-000001.zhb"
    assert file.is_file()
    assert page.notice.text().startswith("已写出，尚未确认")
    stage.press(page, "Ctrl+E")
    assert "同一个数据包" in page.notice.text()
    bundles.import_bundles(center, [file])
    packet = receipts.export_receipt(center, "01", stick)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [packet.file])
    stage.press(page, "Ctrl+O")
    assert page.notice.text().startswith("中心已确认到第 1 号数据包")
    stage.press(page, "Ctrl+O")
    assert page.notice.text() == "这份回执以前已经读入，没有变化。"


def test_what_cannot_be_read_is_refused_in_words_and_changes_nothing(stage, desk, stick, monkeypatch):
    wrong = stick / "letter.zhr"
    wrong.write_bytes(b"no receipt")
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [wrong])
    page.read_receipt()
    stage.settle()
    assert page.notice.text()
    assert page.notice.property("tone") == "danger"
    assert figures(page) == ("0", "—", "—")
    stick.joinpath("letter.zhr").unlink()
    page.route.choose(str(stick))
    stick.rmdir()
    page.synchronise()
    stage.settle()
    assert page.notice.property("tone") == "danger"
    assert page.sync_button.isEnabled()


def test_the_reply_of_the_set_up_is_written_again_until_it_is_taken(stage, desk, center, stick, monkeypatch):
    monkeypatch.setattr(ask, "folder", lambda *_args: stick)
    page = stage.open(sync_page, desk)
    assert page.reply_action.isVisible()
    page.reply_action.trigger()
    stage.settle()
    (file,) = stick.iterdir()
    assert str(file) in page.notice.text()
    assert enrolment.view_reply(center, file).station == "371103-01"
    receipts.import_receipt(desk, receipts.export_receipt(center, "371103-01", stick).file)
    stage.settle()
    assert not page.reply_action.isVisible()


def test_thinking_better_of_it_does_nothing(stage, desk, monkeypatch):
    some_children(desk)
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "folder", lambda *_args: None)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [])
    page.synchronise()
    page.export()
    page.read_receipt()
    stage.settle()
    assert page.notice.text() == ""
    assert page.written.figure() == "—"


def test_a_viewer_sees_the_state_and_no_buttons(stage, desk):
    some_children(desk)
    page = stage.open(sync_page, as_role(desk, Role.VIEWER))
    assert figures(page)[0] != "0"
    assert not any(one.isVisible() for one in (page.sync_button, page.more, page.route))
    assert page.kinds.view.hasFocus()


def test_a_stick_is_found_by_itself_and_goes_when_it_is_pulled(stage, desk, stick, monkeypatch):
    page = stage.open(sync_page, desk)
    assert page.route.chosen() == ""
    found = [Stick("KINGSTON", stick, 15_000_000_000, 16_000_000_000)]
    monkeypatch.setattr(travel, "sticks", lambda: found)
    page.route.look()
    stage.settle()
    assert page.route.chosen() == str(stick)
    assert page.route.button.text() == "途径：U 盘 KINGSTON，可用 15.0 GB"
    assert "KINGSTON" in page.notice.text()
    found.clear()
    stick.rmdir()
    page.route.look()
    stage.settle()
    assert page.route.chosen() == ""


def test_saved_places_are_offered(stage, desk, stick):
    travel.save_place(desk, "卫健局共享", str(stick))
    page = stage.open(sync_page, desk)
    page.route.button.open_menu()
    words = [one.text() for one in page.route.button.menu_.actions() if not one.isSeparator()]
    assert words[0] == "卫健局共享（共享文件夹）"
    assert page.route.chosen() == "卫健局共享"
    page.route.button.menu_.close()
    page.route.button.menu_.actions()[0].trigger()  # an entry that is pressed stays while it works
    assert page.route.chosen() == "卫健局共享"
    page.route.button.menu_.actions()[-1].trigger()
    assert stage.gone == ["settings/travel"]


def test_a_long_name_of_a_place_leaves_room_beside_the_button(stage, desk, stick, monkeypatch, assert_nothing_clipped):
    name = "日照市岚山区卫生健康局妇幼健康服务中心托育指导站数据往来专用共享文件夹之一二三四"[:40]
    travel.save_place(desk, name, str(stick))
    (place,) = travel.list_places(desk)
    monkeypatch.setattr(travel, "list_places", lambda _desk: [replace(place, kind="webdav")])
    page = stage.open(sync_page, desk)
    button = page.route.button
    assert "…" in button.text()
    assert button.text().endswith("（WebDAV 服务器）")
    assert button.width() < 420
    assert name in button.toolTip()
    assert name in button.accessibleName()
    assert_nothing_clipped(page)


def test_what_waits_for_a_person_is_one_list_that_leads_there(stage, desk, center, stick, qtbot):
    ids = some_children(desk)
    bundles.import_bundles(center, [bundles.export_bundle(desk, stick).file])
    child = ids["单芷然"]
    questions.ask(center, text="出生体重是否有误？", child_id=child)
    receipts.import_receipt(desk, receipts.export_receipt(center, "01", stick).file)
    with desk.store.write() as session:
        session.add(Offer(transfer_id="t", child_id="c", from_station="371103-02", content="[]", arrived_at="x"))
        session.add(
            HeldRow(
                table_name="child", row_id=child, station="371103-01", reason="duplicate", child_id=child, bundle_id="b"
            )
        )
    page = stage.open(sync_page, desk)
    assert todo_kinds(page) == ["offer", "question", "held"]
    assert page.seen_to.figure() == "3"
    assert page.tabs.tabText(1) == "要处理的 (3)"
    qtbot.mouseClick(page.seen_to, Qt.MouseButton.LeftButton)
    assert page.tabs.currentIndex() == 1
    for kind, address in (("offer", "transfers"), ("question", "questions"), ("held", f"child/{child}")):
        open_todo(page, stage, kind, qtbot)
        assert stage.gone[-1] == address


def put_center_version(desk, row_id: str, name: str, table: str = "child") -> None:
    with desk.store.write() as session:
        fields = json.loads(own_fields(session, shapes()[table], row_id) or "{}") | {"name": name}
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        session.merge(KeptVersion(table_name=table, row_id=row_id, fields=text, arrived_at="2026-11-20T08:00:00"))


def name_of(desk, child_id: str) -> str:
    with desk.read() as session:
        return session.exec(select(Child.name).where(Child.id == child_id)).one()


def test_a_record_changed_on_both_sides_is_compared_and_one_version_chosen(stage, desk, qtbot, assert_nothing_clipped):
    first, second, _third = some_children(desk).values()
    put_center_version(desk, first, "单芷若")
    put_center_version(desk, second, "徐子含")
    page = stage.open(sync_page, desk)
    assert todo_kinds(page) == ["kept", "kept"]
    open_todo(page, stage, "kept", qtbot)
    dialog = stage.dialog(CompareDialog)
    assert [(one.here, one.there) for one in dialog.table.rows()] == [("单芷然", "单芷若")]
    assert_nothing_clipped(dialog)
    assert unnamed_controls(dialog) == []
    dialog.take_button.click()
    stage.settle()
    assert name_of(desk, first) == "单芷若"
    assert todo_kinds(page) == ["kept"]
    open_todo(page, stage, "kept", qtbot)
    stage.dialog(CompareDialog).leave_button.click()
    stage.settle()
    assert name_of(desk, second) == "徐子涵"
    assert todo_kinds(page) == []


def test_a_village_is_compared_by_its_name_and_nothing_is_said_of_when_it_changed(stage, desk, qtbot):
    put_center_version(desk, a_village(desk, "第三村"), "第四村", "village")
    page = stage.open(sync_page, desk)
    assert [one.what for one in page.todo.table.rows()] == ["村居：第三村"]
    open_todo(page, stage, "kept", qtbot)
    dialog = stage.dialog(CompareDialog)
    assert [(one.words, one.here, one.there) for one in dialog.table.rows()] == [("名称", "第三村", "第四村")]
    assert "这里：2026-11-20 12:00 首次登记，管理员" in " ".join(one.text() for one in dialog.findChildren(QLabel))


def test_who_only_looks_compares_and_decides_nothing(stage, desk, qtbot):
    child, *_others = some_children(desk).values()
    put_center_version(desk, child, "单芷若")
    page = stage.open(sync_page, as_role(desk, Role.AUDITOR))
    open_todo(page, stage, "kept", qtbot)
    dialog = stage.dialog(CompareDialog)
    assert not dialog.take_button.isEnabled()
    assert not dialog.leave_button.isEnabled()


def test_a_copy_and_a_restored_station_are_told_so(stage, desk):
    with desk.store.write() as session:
        lineage.begin(session, lineage.lives(session), "restored", "2026-11-20T09:00:00+08:00")
    page = stage.open(sync_page, desk)
    assert page.life.property("tone") == "attention"
    assert page.life.isVisible()
    with desk.store.write() as session:
        lineage.mark_copy(session, "2026-11-20T09:00:00+08:00")
    page.reload()
    stage.settle()
    assert page.life.property("tone") == "danger"
    assert page.life.isVisible()
    assert page.sync_button.isEnabled()  # recording and sending go on


def test_everything_is_sent_once_more_when_a_person_wants_it(stage, desk, center, stick, monkeypatch):
    some_children(desk)
    bundles.import_bundles(center, [bundles.export_bundle(desk, stick).file])
    receipts.import_receipt(desk, receipts.export_receipt(center, "01", stick).file)
    page = stage.open(sync_page, desk)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    page.ask_for_all()
    stage.settle()
    assert page.notice.text() == ""
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page.ask_for_all()
    stage.settle()
    assert page.notice.text() == "下一个数据包会包含全部记录。"
    assert bundles.export_bundle(desk, stick).kind == "full"


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
