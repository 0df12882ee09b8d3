"""What is typed into a form outlasts a crash, a lock and a change of mind; only saving and throwing away end it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from tests.services.families import enrol, newborn_answers
from tests.sync.district import open_copy
from tests.ui.pages.conftest import a_teacher, as_role, unnamed_controls, write
from tests.ui.pages.test_child import record
from tests.ui.pages.test_visit_entry import fill_by_keyboard

from zhaohu.records.codes import Role
from zhaohu.services.care import drafts, timeline
from zhaohu.services.care.drafts import DraftKind
from zhaohu.services.desk import Person
from zhaohu.services.guidance import classes
from zhaohu.services.register import child_list
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.engine import StoreFault
from zhaohu.ui import drafting
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.pages.children import children_page
from zhaohu.ui.pages.classes import classes_page
from zhaohu.ui.pages.today import today_page
from zhaohu.ui.pages.visit_entry import VisitEntryPage, correction_page, new_visit_page

ROOT = Path(__file__).parents[3]
FORM = "newborn_visit"


@pytest.fixture
def child_id(desk):
    return enrol(desk)


@pytest.fixture
def quick(monkeypatch):
    """Pauses of a hundredth, so that a test need not wait."""
    monkeypatch.setattr(drafting, "PAUSE_MS", 20)
    monkeypatch.setattr(drafting, "LONGEST_MS", 100)


def open_form(stage, desk, child_id: str) -> VisitEntryPage:
    return stage.open(new_visit_page, desk, f"{child_id}.{FORM}")


def editor(page, name: str):
    return page.record.fields.fields[name].editor()


def type_weight(page, text: str = "3.45") -> None:
    QTest.keyClicks(editor(page, "weight_kg"), text)


def kept(desk, child_id: str):
    found = drafts.find(desk, drafts.visit_key(child_id, FORM))
    return found.content["answers"] if found else None


def leave(page, stage) -> None:
    """As the shell does."""
    page.hide()
    page.release()
    stage.settle()


def begun(stage, desk, child_id: str, text: str = "3.45") -> None:
    """A form that was typed into, kept and left."""
    page = open_form(stage, desk, child_id)
    type_weight(page, text)
    page.keeper.keep_now()
    leave(page, stage)


# -- keeping


def test_it_is_kept_when_the_typing_pauses(desk, stage, child_id, quick, qtbot):
    page = open_form(stage, desk, child_id)
    assert kept(desk, child_id) is None
    type_weight(page, "3.4x")
    qtbot.waitUntil(lambda: kept(desk, child_id) is not None)
    stage.settle()
    assert kept(desk, child_id)["weight_kg"] == "3.4x"
    assert page.keeper.note.text() == "草稿已保留 12:00"


def test_it_is_kept_while_the_typing_goes_on(desk, stage, child_id, monkeypatch, qtbot):
    monkeypatch.setattr(drafting, "LONGEST_MS", 100)
    page = open_form(stage, desk, child_id)
    field = editor(page, "birth_facility")

    def typed() -> bool:
        QTest.keyClicks(field, "a")
        return kept(desk, child_id) is not None

    qtbot.waitUntil(typed, timeout=1900)  # under the pause of two seconds that never comes


def test_it_is_kept_when_a_field_is_left(desk, stage, child_id):
    page = open_form(stage, desk, child_id)
    editor(page, "weight_kg").setFocus()
    type_weight(page)
    editor(page, "temp_c").setFocus()
    stage.settle()
    assert kept(desk, child_id)["weight_kg"] == "3.45"


def test_what_is_newest_wins_and_nothing_is_written_twice_at_once(desk, stage, child_id, quick, monkeypatch, qtbot):
    page = open_form(stage, desk, child_id)
    under_way, most = [], []
    keep = drafts.keep

    def slow(*arguments):
        under_way.append(1)
        most.append(len(under_way))
        QTest.qSleep(60)
        found = keep(*arguments)
        under_way.pop()
        return found

    monkeypatch.setattr(drafts, "keep", slow)
    for digit in "36.87":
        QTest.keyClicks(editor(page, "temp_c"), digit)
        QTest.qWait(30)
    qtbot.waitUntil(lambda: (kept(desk, child_id) or {}).get("temp_c") == "36.87")
    stage.settle()
    assert max(most) == 1
    assert len(most) >= 2


def test_a_full_disk_is_told_once_and_the_form_stays(desk, stage, child_id, quick, monkeypatch, qtbot):
    page = open_form(stage, desk, child_id)
    tries, keep = [], drafts.keep

    def full(*_arguments):
        tries.append(1)
        raise StoreFault("磁盘已满。没有保存任何内容。", sqlite_error=13)

    monkeypatch.setattr(drafts, "keep", full)
    type_weight(page)
    qtbot.waitUntil(lambda: len(tries) >= 1)
    stage.settle()
    assert "磁盘已满" in page.keeper.fault.text()
    page.keeper.fault.hide()
    qtbot.waitUntil(lambda: len(tries) >= 3)  # it goes on trying, quietly
    stage.settle()
    assert page.keeper.fault.isHidden()
    monkeypatch.setattr(ask, "unsaved", lambda *_arguments: "keep")
    assert not page.may_leave()
    assert "磁盘已满" in page.fault.text()
    monkeypatch.setattr(drafts, "keep", keep)
    qtbot.waitUntil(lambda: kept(desk, child_id) is not None)
    stage.settle()
    assert page.record.typed()["weight_kg"] == "3.45"
    assert page.keeper.fault.text() == ""


# -- offering


def test_it_is_offered_dated_and_gone_on_with(desk, stage, child_id):
    begun(stage, desk, child_id, "3.4x")
    page = open_form(stage, desk, child_id)
    assert page.keeper.offer.isVisible()
    assert "2026年11月20日 12:00" in page.keeper.offer.text()
    assert not page.record.isEnabled()
    assert not page.save_button.isEnabled()
    assert page.record.fields.fields["weight_kg"].is_empty()
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
    stage.settle()
    assert page.record.typed()["weight_kg"] == "3.4x"
    assert page.record.isEnabled()
    assert page.keeper.offer.isHidden()
    assert page.may_leave()  # nothing is lost: it is kept
    assert kept(desk, child_id) is not None


def test_an_undecided_offer_is_never_overwritten(desk, stage, child_id, quick):
    begun(stage, desk, child_id)
    page = open_form(stage, desk, child_id)
    type_weight(page, "9")
    page.save()
    page.keep_draft()
    stage.settle()
    assert page.may_leave()
    leave(page, stage)
    assert kept(desk, child_id)["weight_kg"] == "3.45"


def test_it_is_thrown_away_when_the_person_says_so(desk, stage, child_id):
    begun(stage, desk, child_id)
    page = open_form(stage, desk, child_id)
    throw = next(one for one in page.keeper.offer.findChildren(QPushButton) if one.text() == "丢弃草稿")
    QTest.mouseClick(throw, Qt.MouseButton.LeftButton)
    stage.settle()
    assert kept(desk, child_id) is None
    assert page.record.isEnabled()
    assert page.keeper.offer.isHidden()
    assert page.record.fields.fields["weight_kg"].is_empty()


def test_it_goes_with_the_saving(desk, stage, child_id, quick):
    begun(stage, desk, child_id, "3.55")
    page = open_form(stage, desk, child_id)
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
    page.record.fill_normal()
    page.focus_first()
    fill_by_keyboard(page, newborn_answers())
    page.save()
    stage.settle()
    assert len(timeline.list_visits(desk, child_id)) == 1
    QTest.qWait(150)
    stage.settle()
    assert drafts.list_drafts(desk) == []  # and nothing that was under way brings it back


def test_a_saving_that_is_refused_leaves_the_draft_and_keeps_on(desk, stage, child_id, quick, qtbot):
    record(desk, child_id)
    page = open_form(stage, desk, child_id)
    page.record.fill_normal()
    page.focus_first()
    fill_by_keyboard(page, newborn_answers())
    page.record.fields.fields["visit_date"].set_value("2026-11-10")  # recorded already
    page.save()
    stage.settle()
    assert page.fault.text()
    qtbot.waitUntil(lambda: (kept(desk, child_id) or {}).get("visit_date") == "2026-11-10")
    assert len(timeline.list_visits(desk, child_id)) == 1


def test_another_account_is_not_offered_it(desk, stage, child_id):
    begun(stage, desk, child_id)
    desk.person = Person("li", "李老师", Role.TEACHER)
    page = open_form(stage, desk, child_id)
    assert page.keeper.offer.isHidden()
    assert page.record.isEnabled()


def test_what_only_shows_the_register_is_not_taken_from_the_draft(desk, stage, child_id):
    content = {"answers": {"weight_kg": "3.45", "sex": "1", "mother_name": "李秀"}}
    drafts.keep(desk, drafts.visit_key(child_id, FORM), content, child_id)
    page = open_form(stage, desk, child_id)
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
    typed = page.record.typed()
    assert (typed["weight_kg"], typed["sex"], typed["mother_name"]) == ("3.45", "2", "李秀")


def test_a_correction_keeps_its_reason_too(desk, stage, child_id):
    first = record(desk, child_id)
    page = stage.open(correction_page, desk, first.id)
    write(page.reason, "称重时未去包被")
    page.keeper.keep_now()
    leave(page, stage)
    again = stage.open(correction_page, desk, first.id)
    assert not again.why.isEnabled()
    QTest.keyClick(again.window().focusWidget(), Qt.Key.Key_Space)
    assert again.reason.value() == "称重时未去包被"


def test_entries_without_a_place_are_named_and_stay_with_the_draft(desk, stage, child_id):
    key = drafts.visit_key(child_id, FORM)
    content = {"answers": {"weight_kg": "3.45", "old_phone": "13812345678", "old_word": "甲"}}
    drafts.keep(desk, key, content, child_id)
    page = open_form(stage, desk, child_id)
    QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
    assert page.record.typed()["weight_kg"] == "3.45"
    assert "old_word 甲" in page.keeper.fault.text()
    assert "13812345678" not in page.keeper.fault.text()
    QTest.keyClicks(editor(page, "temp_c"), "36")
    page.keeper.keep_now()
    assert drafts.find(desk, key).content["aside"] == {"old_phone": "13812345678", "old_word": "甲"}


def test_after_a_lock_it_goes_on_unasked_and_only_once(desk, stage, child_id):
    page = open_form(stage, desk, child_id)
    type_weight(page)
    page.keep_draft()
    leave(page, stage)
    page = open_form(stage, desk, child_id)
    assert page.keeper.offer.isHidden()
    assert page.record.typed()["weight_kg"] == "3.45"
    leave(page, stage)
    assert open_form(stage, desk, child_id).keeper.offer.isVisible()


# -- leaving


@pytest.mark.parametrize(
    ("answer", "leaves", "there"), [("keep", True, True), ("discard", True, False), ("stay", False, None)]
)
def test_leaving_asks_what_becomes_of_it(desk, stage, child_id, monkeypatch, answer, leaves, there):
    page = open_form(stage, desk, child_id)
    type_weight(page)
    page.keeper.keep()  # under way when the question is answered
    asked = []
    monkeypatch.setattr(ask, "unsaved", lambda *arguments: asked.append(arguments[2:]) or answer)
    assert page.may_leave() is leaves
    assert asked == [(True,)]
    stage.settle()
    if there is not None:
        assert (kept(desk, child_id) is not None) is there


# -- dialogs


def test_a_dialog_keeps_and_offers_it_too(desk, stage, monkeypatch):
    page = stage.open(children_page, desk)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(RegisterChild)
    write(dialog.form.fields["name"], "欧阳若汐")
    QTest.keyClicks(dialog.form.fields["birth_weight_g"].editor(), "3k")
    monkeypatch.setattr(ask, "unsaved", lambda *_arguments: "keep")
    dialog.reject()
    stage.settle()
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(RegisterChild)
    assert dialog.keeper.offer.isVisible()
    assert not dialog.form.isEnabled()
    stage.press(dialog, "Ctrl+Return")
    assert child_list.count_children(desk) == 0
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Space)
    assert dialog.form.fields["name"].value() == "欧阳若汐"
    assert dialog.form.fields["birth_weight_g"].text() == "3k"
    for name, value in {"sex": "2", "birth_date": "2026-11-09", "birth_weight_g": 3300}.items():
        dialog.form.fields[name].set_value(value)
    stage.press(dialog, "Ctrl+S")
    assert child_list.count_children(desk) == 1
    assert drafts.list_drafts(desk) == []


def test_a_class_keeps_its_families(desk, stage, monkeypatch, child_id, quick, qtbot):
    a_teacher(desk)
    page = stage.open(classes_page, desk)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["topic"], "添加辅食")
    dialog._side._all.click()
    dialog.touch()
    qtbot.waitUntil(lambda: drafts.find(desk, drafts.new_key(DraftKind.CLASS)) is not None)
    stage.settle()
    page.keep_draft()  # a lock closes dialogs too
    dialog.done(0)
    stage.settle()
    page.take_argument("draft")
    dialog = stage.dialog(FormDialog)
    assert dialog.form.fields["topic"].value() == "添加辅食"
    assert dialog._side.values() == {"child_ids": [child_id]}
    for name, value in {"topic_block": "G2", "starts_at": "09:30", "ends_at": "10:30", "place": "卫生院"}.items():
        dialog.form.fields[name].set_value(value)
    stage.press(dialog, "Ctrl+S")
    assert [row.invited for row in classes.list_classes(desk)] == [1]
    assert drafts.list_drafts(desk) == []


# -- the list on the first page


def test_today_lists_what_is_not_finished(desk, stage, child_id, assert_nothing_clipped, missing_glyphs):
    page = stage.open(today_page, desk)
    assert page.unfinished.isHidden()
    begun(stage, desk, child_id)
    drafts.keep(desk, drafts.visit_key("0" * 36, FORM), {"answers": {}}, "0" * 36)
    drafts.keep(desk, drafts.new_key(DraftKind.CLASS), {"answers": {"topic": "添加辅食"}})
    stage.settle()
    assert page.unfinished.isVisible()
    assert_nothing_clipped(page)
    assert not missing_glyphs(page.unfinished)
    assert not unnamed_controls(page)
    lines = {one.text(): one for one in page.unfinished.findChildren(QPushButton)}
    assert set(lines) == {"单芷然  新生儿家庭访视记录表", "安排活动", "丢弃草稿"}
    lines["丢弃草稿"].click()
    stage.settle()
    assert len(page.unfinished.drafts()) == 2
    lines = {one.text(): one for one in page.unfinished.findChildren(QPushButton)}
    lines["单芷然  新生儿家庭访视记录表"].click()
    lines["安排活动"].click()
    assert stage.gone == [f"visit-new/{child_id}.{FORM}", "classes/draft"]
    form = open_form(stage, desk, child_id)
    assert form.keeper.offer.isHidden()  # chosen from the list: not asked again
    assert form.record.typed()["weight_kg"] == "3.45"


def test_a_viewer_sees_no_such_list(desk, stage, child_id):
    drafts.keep(desk, drafts.visit_key(child_id, FORM), {"answers": {"weight_kg": "3.45"}}, child_id)
    page = stage.open(today_page, as_role(desk, Role.VIEWER))
    assert page.unfinished.isHidden()


# -- after a crash


def test_a_killed_program_loses_nothing_that_was_kept(district_template, tmp_path, stage):
    desk = open_copy(district_template, "01", tmp_path / "station")
    child_id, account = enrol(desk), desk.person.name
    desk.close()
    command = [sys.executable, "-m", "tests.ui.pages.draft_writer", str(tmp_path / "station"), child_id]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "kept\n"
    finally:
        program.kill()
        program.communicate()
    assert program.returncode != 0
    desk = open_desk(tmp_path / "station", account, "correct horse", desk.clock)
    try:
        assert kept(desk, child_id)["weight_kg"] == "3.4x"
        page = open_form(stage, desk, child_id)
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Space)
        assert page.record.typed()["temp_c"] == "36.8"
        leave(page, stage)
    finally:
        desk.close()


# -- numbers that name a person


def test_a_form_opens_with_its_numbers_masked_and_saves_them_whole(desk, stage, child_id):
    page = open_form(stage, desk, child_id)
    phone = page.record.fields.fields["mother_phone"]
    assert phone.edit.text() == "*******5678"
    assert page.record.typed()["mother_phone"] == "13812345678"
    phone.toggle()
    assert phone.edit.text() == "13812345678"
    page.record.fill_normal()
    page.focus_first()
    assert phone.edit.text() == "*******5678"
    fill_by_keyboard(page, newborn_answers())
    page.save()
    stage.settle()
    (row,) = timeline.list_visits(desk, child_id)
    correction = stage.open(correction_page, desk, row.id)
    assert correction.record.fields.fields["mother_phone"].edit.text() == "*******5678"
    assert correction.record.typed()["mother_phone"] == "13812345678"
