"""What is done about a child from its page: leaving, coming back, release, consent, risks, papers; by keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, a_class, a_teacher, as_role, send, unnamed_controls, write
from tests.ui.pages.test_child import record, words
from tests.ui.pages.test_child import sheet as sheet_from_the_first

from zhaohu.records import Child
from zhaohu.records.codes import ChildStatus, ConsentScope, Risk, Role
from zhaohu.services.exchange import receipts
from zhaohu.services.guidance import classes
from zhaohu.services.register import consents, moves, releases, risk_factors, standing
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.risk import RiskDialog
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.pages.class_form import FamilyPicker
from zhaohu.ui.pages.classes import classes_page


def status_of(desk, child_id: str) -> ChildStatus:
    with desk.read() as session:
        return session.get_one(Child, child_id).status


def sheet(page, name: str) -> None:
    """Go to a tab by its name with the keyboard."""
    page.tabs.setCurrentIndex(0)
    sheet_from_the_first(page, name)


def entries(page) -> list[str]:
    return [one.text() for one in page.doing.more_button.menu_.actions() if one.isVisible() and one.text()]


def choose(page, stage, text: str) -> None:
    """Open the menu by keyboard, go down to the entry and press Enter."""
    button = page.doing.more_button
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    menu = button.menu_
    assert menu.isVisible()
    for _step in range(20):
        if menu.activeAction().text() == text:
            break
        QTest.keyClick(menu, Qt.Key.Key_Down)
    assert menu.activeAction().text() == text
    QTest.keyClick(menu, Qt.Key.Key_Return)
    stage.settle()


@pytest.fixture
def answers(monkeypatch):
    """What the person answers to questions, and the questions that were asked."""
    asked: list[str] = []

    def confirm(_parent, title, text, **_more):
        asked.append(f"{title} {text}")
        return True

    monkeypatch.setattr(ask, "confirm", confirm)
    return asked


def test_a_child_moves_away_and_back(desk, stage) -> None:
    child_id = enrol(desk, "徐子涵", birth_date=TODAY - timedelta(days=29))
    page = stage.open(child_page, desk, child_id)
    assert entries(page)[:4] == ["迁出…", "失访…", "死亡…", "满三岁结案…"]
    choose(page, stage, "迁出…")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["place"], "济南市")
    stage.press(dialog, "Ctrl+S")
    assert dialog.isVisible(), "a reason is wanted"
    write(dialog.form.fields["reason"], "随父母")
    stage.press(dialog, "Ctrl+S")
    assert status_of(desk, child_id) is ChildStatus.MOVED_OUT
    assert "随父母" in page.away.text()
    assert "没有待做的项目" in words(page)
    assert page.record_button.isHidden()
    assert page.timeline.rows()[0].title in ("登记入册", "迁出")
    assert "恢复在册…" in entries(page)
    QTest.keyClick(page.back_button, Qt.Key.Key_Space)
    stage.settle()
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["reason"], "迁回")
    stage.press(dialog, "Ctrl+S")
    assert status_of(desk, child_id) is ChildStatus.ACTIVE
    assert page.away.isHidden()
    assert page.record_button.isVisible()


def test_a_death_is_asked_once_more_and_only_an_administrator_takes_it_back(desk, stage, answers) -> None:
    child_id = enrol(desk)
    page = stage.open(child_page, desk, child_id)
    choose(page, stage, "死亡…")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["reason"], "不详")
    stage.press(dialog, "Ctrl+S")
    assert len(answers) == 1
    assert "单芷然" in answers[0]
    assert status_of(desk, child_id) is ChildStatus.DIED
    page = stage.open(child_page, as_role(desk, Role.TEACHER), child_id)
    assert entries(page) == ["知情同意…", "高危因素…"]
    assert page.back_button.isHidden()


def test_a_day_before_the_last_record_is_asked_about(desk, stage, answers) -> None:
    child_id = enrol(desk)
    record(desk, child_id)  # on 10 November
    page = stage.open(child_page, desk, child_id)
    choose(page, stage, "失访…")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["on"].set_value(date(2026, 11, 9))
    write(dialog.form.fields["reason"], "电话三次无人接听")
    stage.press(dialog, "Ctrl+S")
    stage.settle()
    assert ["2026年11月10日" in one for one in answers] == [True]
    assert status_of(desk, child_id) is ChildStatus.LOST


def test_a_release_makes_the_page_read_only_until_it_is_cancelled(desk, center, stage, tmp_path) -> None:
    receipts.import_receipt(desk, receipts.export_receipt(center, "01", tmp_path).file)
    child_id = enrol(desk, birth_date=TODAY - timedelta(days=5))
    page = stage.open(child_page, desk, child_id)
    choose(page, stage, "转往其他指导站…")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["to_station"].set_value("02")
    write(dialog.form.fields["reason"], "搬到碑廓镇")
    stage.press(dialog, "Ctrl+S")
    assert "等待同步移交" in page.released.text()
    assert "碑廓镇指导站" in page.released.text()
    assert "等待移交" in words(page)
    assert page.record_button.isHidden()
    assert page.doing.edit_button.isHidden()
    assert entries(page) == ["撤销转出…", "高危因素…"]
    QTest.keyClick(page.stay_button, Qt.Key.Key_Space)
    stage.settle()
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["reason"], "不搬了")
    stage.press(dialog, "Ctrl+S")
    assert page.released.isHidden()
    assert page.record_button.isVisible()


def test_consent_is_entered_with_digits_and_says_what_a_no_stops(desk, stage, assert_nothing_clipped) -> None:
    child_id = enrol(desk)
    consents.decide(desk, child_id, {ConsentScope.CONTACT: True}, TODAY, "李秀梅", "52")
    page = stage.open(child_page, desk, child_id)
    assert "已同意" in words(page)
    choose(page, stage, "知情同意…")
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    text = " ".join(one.text() for one in dialog.form.findChildren(type(page._heading)) if one.isVisible())
    assert "已同意：母亲 李秀梅，2026年11月20日" in text
    assert "不显示电话" in text
    assert dialog.form.fields["guardian"].value() == "李秀梅"
    contact = dialog.form.fields["contact"]
    QTest.keyClick(contact.buttons["1"], Qt.Key.Key_2)
    stage.press(dialog, "Ctrl+S")
    assert consents.standing(desk, child_id).refused == (ConsentScope.CONTACT,)
    assert "不同意：电话和短信联系" in words(page)


def test_a_risk_is_added_and_ended(desk, stage) -> None:
    child_id = enrol(desk, facts={"gestation_days": 34 * 7})
    page = stage.open(child_page, desk, child_id)
    choose(page, stage, "高危因素…")
    window = stage.dialog(RiskDialog)
    window.table.view.choose_row(0)
    assert not window.end_button.isEnabled(), "what follows from the birth is not ended"
    QTest.keyClick(window.add_button, Qt.Key.Key_Space)
    stage.settle()
    form = window.findChildren(FormDialog)[-1]
    assert Risk.PRETERM.value not in {one.code for one in form.form.fields["risk"].options}
    form.form.fields["risk"].set_value(Risk.JAUNDICE.value)
    write(form.form.fields["note"], "蓝光治疗")
    stage.press(form, "Ctrl+S")
    assert [one.risk for one in window.table.rows()] == [Risk.PRETERM, Risk.JAUNDICE]
    assert "病理性黄疸" in words(page)
    window.table.view.choose_row(1)
    QTest.keyClick(window.end_button, Qt.Key.Key_Space)
    stage.settle()
    form = window.findChildren(FormDialog)[-1]
    write(form.form.fields["reason"], "复查正常")
    stage.press(form, "Ctrl+S")
    assert [one.ended_on for one in risk_factors.risks_of(desk, child_id)] == [None, TODAY]
    assert "病理性黄疸" not in words(page)


def test_the_last_change_is_struck_out(desk, stage) -> None:
    child_id = enrol(desk)
    moves.change_status(desk, child_id, ChildStatus.LOST, TODAY, "电话停机")
    page = stage.open(child_page, desk, child_id)
    choose(page, stage, "作废最近一次变更…")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["reason"], "认错人")
    stage.press(dialog, "Ctrl+S")
    assert status_of(desk, child_id) is ChildStatus.ACTIVE
    assert standing.history(desk, child_id)[0].struck_reason == "认错人"
    assert [item.title for item in page.timeline.rows()] == ["登记入册", "出生"]


def test_classes_and_screening_open_what_is_behind_them(desk, stage) -> None:
    child_id = enrol(desk)
    saved = record(desk, child_id, hearing_screen="2")
    class_id = a_class(desk, a_teacher(desk), [child_id])
    page = stage.open(child_page, desk, child_id)
    for tab, table, address in (
        ("课堂", page.classes, f"class/{class_id}"),
        ("筛查", page.screening, f"visit/{saved.id}"),
    ):
        sheet(page, tab)
        table.view.choose_row(0)
        QTest.keyClick(table.view, Qt.Key.Key_Return)
        assert stage.gone[-1] == address


def test_a_paper_is_printed_from_its_list_and_stands_there_as_printed(desk, stage) -> None:
    child_id = enrol(desk)
    page = stage.open(child_page, desk, child_id)
    sheet(page, "打印资料")
    stage.settle()
    row = next(at for at, one in enumerate(page.papers.rows()) if one.kind == "family")
    page.papers.view.choose_row(row)
    QTest.keyClick(page.papers.view, Qt.Key.Key_Return)
    stage.settle()
    stage.dialog().close()
    sheet(page, "更正记录")
    sheet(page, "打印资料")
    stage.settle()
    assert [one.times for one in page.papers.rows() if one.kind == "family"] == [1]


def test_the_center_and_a_viewer_only_look(desk, center, stage, tmp_path) -> None:
    child_id = enrol(desk)
    send(desk, center, tmp_path)
    page = stage.open(child_page, center, child_id)
    assert entries(page) == ["高危因素…"]
    assert page.doing.edit_button.isHidden()
    page = stage.open(child_page, as_role(desk, Role.VIEWER), child_id)
    assert entries(page) == ["高危因素…"]
    assert page.doing.print_button.isHidden()


def test_the_old_address_of_a_merged_child_leads_to_the_one_that_stayed(desk, stage) -> None:
    kept, other = enrol(desk, "甲"), enrol(desk, "乙")
    with desk.write("test") as work:
        child = work.session.get_one(Child, other)
        child.merged_into, child.deleted_at = kept, desk.clock.stamp()
    stage.open(child_page, desk, other)
    assert stage.gone == [f"child/{kept}"]


@pytest.mark.parametrize("tab", ["筛查", "课堂", "追踪", "打印资料", "更正记录"])
@pytest.mark.parametrize("full", [True, False])
def test_nothing_is_cut_off_full_or_empty(desk, stage, tab, full, assert_nothing_clipped, missing_glyphs) -> None:
    child_id = enrol(desk, "𠮷若汐")
    if full:
        record(desk, child_id, hearing_screen="2")
        class_id = a_class(desk, a_teacher(desk), [child_id])
        (line,) = classes.view_class(desk, class_id)[1]
        classes.mark_attendance(desk, class_id, {line.id: "李秀梅"})
        for scope in ConsentScope:
            consents.decide(desk, child_id, {scope: False}, TODAY, "李秀梅", "52", "不愿意")
        for risk in (Risk.JAUNDICE, Risk.INTENSIVE_CARE, Risk.FAMILY_HEARING_LOSS):
            risk_factors.add_risk(desk, child_id, risk, TODAY)
    page = stage.open(child_page, desk, child_id)
    sheet(page, tab)
    stage.settle()
    assert_nothing_clipped(page)
    assert not missing_glyphs(page)
    assert not unnamed_controls(page)
    assert page.minimumSizeHint().width() <= 1166


def test_a_station_that_knows_no_other_one_says_so(desk, stage) -> None:
    assert releases.list_stations(desk) == []
    page = stage.open(child_page, desk, enrol(desk))
    choose(page, stage, "转往其他指导站…")
    assert not stage.dialogs()
    assert "中心" in page.fault.text()


def test_a_class_is_proposed_to_nobody_who_refused_and_says_how_many(desk, stage, assert_nothing_clipped) -> None:
    a_teacher(desk)
    stays, leaves = enrol(desk, "甲"), enrol(desk, "乙")
    consents.decide(desk, leaves, {ConsentScope.GUIDANCE: False}, TODAY, "李秀梅", "52")
    page = stage.open(classes_page, desk)
    page.plan()
    dialog = stage.dialog(FormDialog)
    picker = dialog.findChildren(FamilyPicker)[0]
    assert [child.id for child in picker.table.check_model.rows()] == [stays]
    assert picker.left_out.text() == "1 户不同意接受指导，未列出。"
    assert_nothing_clipped(picker)
