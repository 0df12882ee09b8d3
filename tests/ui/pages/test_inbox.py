"""收件: who sent and who did not, bundles looked at and taken in, what waits decided, receipts by one click."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from tests.services.exchange.test_preview import _gap
from tests.services.families import enrol
from tests.sync.district import open_copy
from tests.sync.forging import opened, sealed
from tests.ui.pages.conftest import as_role, some_children, unnamed_controls, walked_by_tab

from zhaohu.clock import Clock
from zhaohu.records.codes import Role
from zhaohu.records.exchange import Peer
from zhaohu.services.exchange import branches, bundles, forks, receipts, shelf, travel, watching
from zhaohu.services.register import child_list, villages
from zhaohu.store import migrations
from zhaohu.sync import manifest as manifests
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.compare_record import CompareDialog
from zhaohu.ui.dialogs.fork import ForkDialog
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.preview_import import PreviewDialog
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.inbox import inbox_page


@pytest.fixture
def bundle(desk, tmp_path):
    """A bundle of station 01 with three children."""
    some_children(desk)
    return bundles.export_bundle(desk, tmp_path / "stick").file


@pytest.fixture
def fork(desk, center, district_template, tmp_path):
    """A clone of station 01 that went on by itself: the center has the station's bundle and set the clone's aside."""
    enrol(desk)
    bundles.import_bundles(center, [bundles.export_bundle(desk, tmp_path / "one").file])
    clone = open_copy(district_template, "01", tmp_path / "clone")
    enrol(clone, "王浩然")
    report = bundles.import_bundles(center, [bundles.export_bundle(clone, tmp_path / "two").file])[0]
    clone.close()
    assert (report.status, report.reason) == ("held", "forked")
    return report


@pytest.fixture
def out(tmp_path, monkeypatch):
    """A folder, chosen whenever one is asked for."""
    folder = tmp_path / "answers"
    folder.mkdir()
    monkeypatch.setattr(ask, "folder", lambda *_args: folder)
    return folder


def drop(page, paths):
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
    return [report.status for report in page.report.table.rows()]


def names(center) -> set[str]:
    return {one.name for one in child_list.list_children(center)}


def stations(page) -> dict[str, str]:
    return {row.key: row.state.figure for row in page.stations.matrix.rows()}


def take_in(page, stage) -> None:
    stage.dialog(PreviewDialog).take_button.click()
    stage.settle()


def test_a_center_without_mail_says_where_it_goes(stage, center, assert_nothing_clipped):
    page = stage.open(inbox_page, center)
    assert stations(page) == {"371103-01": "还没有收到过", "371103-02": "还没有收到过"}
    assert page.held.empty.words()[0] == "没有暂存的记录"
    assert page.answers.all_button.isEnabled()
    for sheet in (page.stations, page.decide, page.copies, page.held, page.refused, page.report):
        page.tabs.open_sheet(sheet)
        assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_everything_is_reached_by_keys(stage, center, qtbot):
    page = stage.open(inbox_page, center)
    wanted = {
        page.import_button,
        page.watch,
        page.route.button,
        page.exchange_button,
        page.answers.all_button,
        page.tabs.tabBar(),
        page.stations.matrix,
        page.stations.answer_button,
        page.stations.more,
    }
    assert wanted <= walked_by_tab(page, qtbot)


def test_what_a_person_must_decide_is_one_press_away_after_an_import(stage, desk, center, fork, tmp_path):
    page = stage.open(inbox_page, center)
    some_children(desk)
    assert drop(page, [bundles.export_bundle(desk, tmp_path / "three").file])
    take_in(page, stage)
    assert not page._decide_now.isVisible()
    assert drop(page, [fork.file])
    take_in(page, stage)
    assert statuses(page) == ["held"]
    page._decide_now.click()
    assert page.tabs.currentWidget().isAncestorOf(page.decide)
    assert page.decide.decide_button.isEnabled()


def test_bundles_are_looked_at_first_and_then_taken_in(
    stage, center, bundle, qtbot, assert_nothing_clipped, missing_glyphs
):
    page = stage.open(inbox_page, center)
    assert drop(page, [bundle])
    dialog = stage.dialog(PreviewDialog)
    assert [(one.status, one.new > 0) for one in dialog.files.rows()] == [("accepted", True)]
    assert names(center) == set()  # nothing is in yet
    assert_nothing_clipped(dialog)
    assert missing_glyphs(dialog) == set()
    assert unnamed_controls(dialog) == []
    assert dialog.take_button.hasFocus()
    qtbot.keyClick(dialog.take_button, Qt.Key.Key_Return)
    stage.settle()
    assert statuses(page) == ["accepted"]
    assert page.window().focusWidget() is page.report.table.view  # not in the sidebar
    assert page.notice.text() == "共 1 个文件：已接收 1 个。"
    assert page.tabs.currentWidget().isAncestorOf(page.report)
    assert "新增" in page.report._reason.text()
    assert stations(page)["371103-01"] == "今天收到"
    this_week = page.stations.matrix.rows()[0].cells[-1]
    assert this_week.icon == "check"
    assert this_week.words == f"1 个数据包、{this_week.figure} 条记录"
    assert_nothing_clipped(page)
    before = names(center)
    assert len(before) == 3
    assert drop(page, [bundle])
    assert not stage.dialog(PreviewDialog).take_button.isEnabled()  # all of it was had already
    stage.dialog(PreviewDialog).reject()
    page.intake.import_files([bundle])
    stage.settle()
    assert statuses(page) == ["already_had"]
    assert names(center) == before


def test_thinking_better_of_it_takes_nothing_in(stage, center, bundle, monkeypatch):
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [bundle])
    page = stage.open(inbox_page, center)
    stage.press(page, "Ctrl+O")
    stage.dialog(PreviewDialog).reject()
    stage.settle()
    assert names(center) == set()
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [])
    stage.press(page, "Ctrl+O")
    assert stage.dialogs() == []


def test_every_file_has_its_report_and_a_bad_one_its_reason(stage, center, bundle, tmp_path, monkeypatch):
    broken = tmp_path / "371103-01-000009.zhb"
    data = bytearray(bundle.read_bytes())
    data[-1] ^= 1
    broken.write_bytes(data)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [bundle, broken])
    page = stage.open(inbox_page, center)
    stage.press(page, "Ctrl+O")
    preview = stage.dialog(PreviewDialog).files
    assert preview.view.current_row().status == "refused"
    model = preview.view.table_model
    assert [model.index(at, 2).data() for at in (0, 1)] == [
        "巨峰镇指导站",
        "（巨峰镇指导站）",
    ]  # only its outside says so
    take_in(page, stage)
    assert statuses(page) == ["accepted", "refused"]
    assert page.report.table.view.current_row().status == "refused"  # the one that needs a person is marked
    assert page.report._reason.text() == page.report.table.rows()[1].message
    assert page.notice.property("tone") == "danger"
    assert len(names(center)) == 3
    assert [(row.file, row.message != "") for row in page.refused.rows()] == [(broken.name, True)]
    assert page.tabs.tabText(4) == "拒收的文件 (1)"
    place = tmp_path / "report.xlsx"
    suggested = []
    monkeypatch.setattr(ask, "save_file", lambda _parent, _title, name, _kinds: suggested.append(name) or place)
    page.report.save_button.click()
    stage.settle()
    assert place.is_file()
    assert suggested == ["371103-收件报告-2026-11-20.xlsx"]


def test_what_would_come_of_it_is_read_whole_in_english(stage, center, bundle, english):
    page = stage.open(inbox_page, center)
    assert drop(page, [bundle])
    files = stage.dialog(PreviewDialog).files.view
    assert files.table_model.index(0, 0).data() == "can be taken in"
    assert files.sizeHintForColumn(0) <= files.columnWidth(0)
    last = files.table_model.columnCount() - 1
    titles = files.table_model.headerData(last, Qt.Orientation.Horizontal)
    assert titles == "What would come of it"


def test_other_files_are_not_taken(stage, center, tmp_path):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF")
    page = stage.open(inbox_page, center)
    assert not drop(page, [letter])
    assert stage.dialogs() == []


def test_the_last_import_is_taken_back_with_a_reason(stage, center, bundle):
    page = stage.open(inbox_page, center)
    assert not page.report.undo_button.isEnabled()
    page.intake.import_files([bundle])
    stage.settle()
    page.report.undo_button.click()
    dialog = stage.dialog(FormDialog)
    dialog.try_save()
    stage.settle()
    assert len(names(center)) == 3  # it wants a reason
    dialog.form.load({"reason": "导错了批次"})
    dialog.try_save()
    stage.settle()
    assert names(center) == set()
    assert statuses(page) == []
    assert page.report.table.empty.words()[0] == "还没有导入"
    assert page.notice.text().startswith("已撤销 1 个数据包的导入")
    assert not page.report.undo_button.isEnabled()
    bundles.import_bundles(center, [bundle])
    assert len(names(center)) == 3


def test_a_day_later_the_last_import_is_still_told(stage, center, bundle):
    bundles.import_bundles(center, [bundle])
    page = stage.open(inbox_page, center)
    assert statuses(page) == []
    title, advice = page.report.table.empty.words()
    assert title.startswith("最近一次导入：")
    assert "指导站" in advice
    assert page.report.undo_button.isEnabled()


def test_one_click_answers_a_station_or_all(stage, desk, center, bundle, out):
    bundles.import_bundles(center, [bundle])
    page = stage.open(inbox_page, center)
    page.stations.matrix.choose("371103-01")
    stage.press(page, "Ctrl+E")
    written = list(out.glob("*.zhr"))
    assert len(written) == 1
    assert written[0].name in page.notice.text()
    assert receipts.import_receipt(desk, written[0]).confirmed_no == 1
    stage.press(page, "Ctrl+Shift+E")  # to both stations, without asking again
    assert page.notice.text().startswith("已写出 2 份回执")
    assert len(list(out.glob("*.zhr"))) == 3


def test_one_click_fetches_takes_in_and_answers(stage, desk, center, out):
    some_children(desk)
    travel.exchange(desk, out)
    page = stage.open(inbox_page, center)
    stage.press(page, "Ctrl+Return")
    assert len(names(center)) == 3
    assert statuses(page) == ["accepted"]
    assert "已放好 2 份回执" in page.notice.text()
    assert travel.exchange(desk, out).receipt.confirmed_no == 1
    stage.press(page, "Ctrl+Return")
    assert page.notice.text().startswith("没有各站的新数据包")


def test_a_watched_folder_is_chosen_looked_into_and_given_up(stage, center, bundle, out):
    page = stage.open(inbox_page, center)
    assert page.watch.text() == "收件文件夹：未设"
    page.watch.choose()
    stage.dialog(FormDialog).try_save()
    stage.settle()
    assert watching.watched(center).folder == out
    assert page.watch.text() == "收件文件夹：answers"
    page.intake.look()
    stage.settle()
    assert page.notice.text() == "收件文件夹里没有新文件。"
    bundle.rename(out / bundle.name)
    stage.press(page, "Ctrl+R")
    assert len(names(center)) == 3
    page.watch.stop()
    stage.settle()
    assert watching.watched(center).folder is None


def test_who_is_late_is_seen_at_once(stage, desk, center, bundle, tmp_path, qtbot):
    bundles.import_bundles(center, [bundle])
    center.clock = Clock.at(date(2026, 12, 20))
    page = stage.open(inbox_page, center)
    assert stations(page)["371103-01"] == "迟报，已 30 天"
    last = page.stations.matrix.rows()[0].cells[-1]
    assert (last.figure, last.icon, last.tone) == ("迟", "clock", "attention")
    chips = page.stations.chips.findChildren(QAbstractButton)
    press = {one.text().split(" (")[0]: one for one in chips}
    qtbot.mouseClick(press["迟报"], Qt.MouseButton.LeftButton)
    assert "371103-01" in stations(page)
    qtbot.mouseClick(press["缺数据包"], Qt.MouseButton.LeftButton)
    assert stations(page) == {}
    qtbot.mouseClick(press["全部"], Qt.MouseButton.LeftButton)
    page.stations.matrix.choose("371103-01")
    assert "平时每" in page.stations._detail.text()
    page.stations.matrix.setFocus()
    qtbot.keyClick(page.stations.matrix, Qt.Key.Key_Left)
    assert page.stations._detail.text().startswith("巨峰镇指导站，2026年12月14日起的一周")
    qtbot.keyClick(page.stations.matrix, Qt.Key.Key_Return)
    assert stage.gone == ["children/01"]


def test_a_filter_shows_its_own_sign(stage, desk, center, tmp_path, qtbot):
    late, _first = _gap(desk, center, tmp_path)
    bundles.import_bundles(center, [late])
    page = stage.open(inbox_page, center)
    chips = {one.text().split(" (")[0]: one for one in page.stations.chips.findChildren(QAbstractButton)}
    seen = {}
    for words in ("全部", "缺数据包", "搁置"):
        qtbot.mouseClick(chips[words], Qt.MouseButton.LeftButton)
        seen[words] = stations(page)["371103-01"]
    assert seen == {"全部": "搁置 1 个", "缺数据包": "缺第 1 号", "搁置": "搁置 1 个"}


def test_a_station_is_asked_for_everything(stage, center, bundle, monkeypatch):
    bundles.import_bundles(center, [bundle])
    page = stage.open(inbox_page, center)
    page.stations.matrix.choose("371103-01")
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    page.ask_for_all()
    stage.settle()
    assert stations(page)["371103-01"] == "今天收到"
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page.ask_for_all()
    stage.settle()
    assert stations(page)["371103-01"] == "已请它全部重报"


def decide(page, stage, qtbot) -> ForkDialog:
    page.tabs.open_sheet(page.decide)
    page.decide.table.view.setFocus()
    qtbot.keyClick(page.decide.table.view, Qt.Key.Key_Return)
    return stage.dialog(ForkDialog)


def test_two_histories_are_compared_and_the_known_one_stays(
    stage, center, fork, qtbot, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    page = stage.open(inbox_page, center)
    assert stations(page)["371103-01"] == "待决定"
    dialog = decide(page, stage, qtbot)
    assert "王浩然" in {line.child for line in dialog.table.rows()}
    assert_nothing_clipped(dialog)
    assert missing_glyphs(dialog) == set()
    assert unnamed_controls(dialog) == []
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    dialog.known_button.click()
    assert len(forks.list_forks(center)) == 1  # nothing is decided without a second word
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    dialog.known_button.click()
    stage.settle()
    assert forks.list_forks(center) == []
    assert page.decide.open_count() == 0
    waiting = page.copies.table.rows()
    assert waiting == tuple(branches.list_branches(center))
    page.tabs.open_sheet(page.copies)
    page.copies.table.view.choose_row([one.table for one in waiting].index("child"))
    qtbot.keyClick(page.copies.table.view, Qt.Key.Key_Return)
    one = stage.dialog(CompareDialog)
    assert_nothing_clipped(one)
    one.leave_button.click()
    stage.settle()
    assert len(page.copies.table.rows()) == len(waiting) - 1
    page.copies._on_take_all()
    stage.settle()
    decided = {row.decided for row in branches.list_branches(center, waiting_only=False)}
    assert decided >= {"left", "taken"}


def test_a_fork_whose_file_is_gone_is_decided_without_comparing(
    stage, center, fork, qtbot, monkeypatch, assert_nothing_clipped
):
    page = stage.open(inbox_page, center)
    shelf.Shelf(center.profile).forget(forks.list_forks(center)[0].bundle_id)
    dialog = decide(page, stage, qtbot)
    assert not dialog.table.isVisible()
    assert_nothing_clipped(dialog)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    dialog.known_button.click()
    stage.settle()
    assert forks.list_forks(center) == []
    assert branches.list_branches(center) == []


def test_a_bundle_that_proved_damaged_after_the_update_is_told_as_refused(
    stage, center, desk, bundle, monkeypatch, assert_nothing_clipped
):
    manifest, lines = opened(bundle, center)
    newer = migrations.SCHEMA + 1
    versions = {"schema": newer, "min_reader": newer}
    made = sealed(bundle.with_name("newer.zhb"), desk, [center], {**manifest, **versions}, lines)
    made.write_bytes(made.read_bytes()[:-9])
    bundles.import_bundles(center, [made])
    monkeypatch.setattr(manifests, "SCHEMA", newer)  # the update
    page = stage.open(inbox_page, center)
    page.tabs.open_sheet(page.decide)
    page.decide.retry_button.click()
    stage.settle()
    assert page.decide.table.rows() == ()
    next(chip for chip in page.decide.table.chips.findChildren(QAbstractButton) if chip.text() == "全部").click()
    (row,) = page.decide.table.rows()
    assert inbox_words.set_aside_state(row) == "拒收"
    assert "下一个数据包" in row.message
    assert_nothing_clipped(page)


def test_a_fork_that_concerns_no_child_names_the_village(stage, desk, center, district_template, tmp_path, qtbot):
    bundles.import_bundles(center, [bundles.export_bundle(desk, tmp_path / "one", full=True).file])
    clone = open_copy(district_template, "01", tmp_path / "clone")
    villages.add_villages(clone, ["第三村"])
    file = bundles.export_bundle(clone, tmp_path / "two").file
    clone.close()
    villages.add_villages(desk, ["第四村"])
    bundles.import_bundles(center, [bundles.export_bundle(desk, tmp_path / "one").file, file])
    dialog = decide(stage.open(inbox_page, center), stage, qtbot)
    assert "村居：第三村" in {line.record for line in dialog.table.rows()}
    counts = next(one.text() for one in dialog.findChildren(QLabel) if "记录不同" in one.text())
    assert counts == "有 1 条记录不同；另有 0 条相同。"


def test_the_other_pc_is_said_to_be_the_station(stage, center, fork, qtbot, monkeypatch):
    page = stage.open(inbox_page, center)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    decide(page, stage, qtbot).this_button.click()
    stage.settle()
    assert forks.list_forks(center) == []
    assert page.notice.property("tone") in ("done", "attention")
    assert page._answer_now.isVisible()  # the receipts tell the PCs


def test_a_cancelled_import_says_so(stage, center):
    page = stage.open(inbox_page, center)
    page._on_cancelled()
    stage.settle()
    assert "已取消" in page.notice.text()
    assert page.import_button.isEnabled()


def test_a_cancelled_import_has_its_report_of_what_was_finished(stage, center, bundle, desk, tmp_path, monkeypatch):
    enrol(desk, "王浩然")
    files = [bundle, bundles.export_bundle(desk, tmp_path / "more").file]
    page = stage.open(inbox_page, center)
    real = bundles.import_bundles

    def stopped(desk, files, progress, cancelled, told):
        def tell(report):
            told(report)
            cancelled.__self__.ask_to_cancel()

        return real(desk, files, progress, cancelled, told=tell)

    monkeypatch.setattr(bundles, "import_bundles", stopped)
    page.intake.import_files(files)
    stage.settle()
    assert "已取消" in page.notice.text()
    assert [report.file for report in page.report.table.rows()] == files[:1]


def test_a_station_that_has_not_replied_cannot_be_answered(stage, center):
    with center.store.write() as session:
        session.get_one(Peer, "371103-02").status = "invited"
    page = stage.open(inbox_page, center)
    page.stations.matrix.choose("371103-02")
    assert not page.stations.answer_button.isEnabled()
    page.stations.matrix.choose("371103-01")
    assert page.stations.answer_button.isEnabled()


def test_who_only_looks_cannot_import_answer_or_decide(stage, center, fork, bundle):
    page = stage.open(inbox_page, as_role(center, Role.AUDITOR))
    assert not page.zone.isVisible()
    assert not page.answers.isVisible()
    assert page.stations.matrix.hasFocus()
    assert not page.decide.decide_button.isVisibleTo(page.decide)
    page.intake.import_files([bundle])
    page.decide._on_decide()
    stage.settle()
    assert statuses(page) == []
    assert stage.dialogs() == []
