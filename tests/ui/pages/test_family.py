"""A family's page by keyboard: address, caregivers, children; and the villages in the settings."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from tests.services.families import enrol
from tests.services.register.test_moves import know_the_other_station
from tests.ui.pages.conftest import a_teacher, as_role, send, unnamed_controls, write

from zhaohu.records.codes import Role
from zhaohu.services.register import child_list, children, families, releases, villages
from zhaohu.services.register.children import MOTHER, NewCaregiver
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.pages.family import family_page
from zhaohu.ui.pages.family_forms import PAUSE_MS, CaregiverDialog, JoinDialog
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.words import label


@pytest.fixture
def child_id(desk):
    return enrol(desk, "张子轩", birth_date=date(2024, 9, 1), care_difficulty="父母外出务工")


@pytest.fixture
def home(desk, child_id):
    return children.view_child(desk, child_id).household_id


@pytest.fixture
def page(desk, stage, home):
    return stage.open(family_page, desk, home)


def texts(page) -> set[str]:
    return {one.text() for one in page.findChildren(type(label()))}


def shown_buttons(page) -> set[str]:
    return {one.text() for one in page.findChildren(QPushButton) if one.isVisible()}


def press(stage, within, name: str) -> None:
    """Press a button by its accessible name or text, with Space."""
    found = [one for one in within.findChildren(QPushButton) if name in (one.accessibleName(), one.text())]
    QTest.keyClick(next(one for one in found if one.isVisible()), Qt.Key.Key_Space)
    stage.settle()


def test_a_family_is_shown_whole(page):
    assert {"李秀梅的家庭", "父母外出务工", "照护困难", "主要照护人"} <= texts(page)
    assert any("大坡社区" in text for text in texts(page))
    (line,) = page.table.rows()
    assert line.child.name == "张子轩"
    assert line.due is not None


def test_a_phone_is_masked_until_asked_for(page):
    number = next(one for one in page.findChildren(MaskedLabel) if one.text() == "*******5678")
    number.toggle()
    assert number.text() == "13812345678"


def test_the_children_are_opened_with_enter(page, stage, child_id):
    page.table.view.choose_row(0)
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"child/{child_id}"]


def test_the_address_is_corrected(desk, stage, page, home):
    press(stage, page, "更正住址")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["village"], "巨峰村")
    write(dialog.form.fields["care_difficulty"], "单亲")
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    family = families.view_family(desk, home)
    assert (family.village, family.care_difficulty) == ("巨峰村", "单亲")
    assert "单亲" in texts(page)


def test_a_grandmother_is_added_and_made_main(desk, stage, page, home):
    press(stage, page, "添加照护人")
    dialog = stage.dialog(CaregiverDialog)
    write(dialog.form.fields["name"], "王桂兰")
    dialog.form.fields["relation"].set_value("62")
    dialog.form.fields["phone"].set_value("12")
    stage.press(dialog, "Ctrl+S")
    assert "11" in dialog.form.fields["phone"].problem()[0]
    dialog.form.fields["phone"].set_value("13700001111")
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    press(stage, page, "设为主要照护人: 王桂兰")
    main = next(one for one in families.view_family(desk, home).caregivers if one.is_main)
    assert (main.name, main.phone) == ("王桂兰", "*******1111")


def test_a_caregiver_is_corrected_and_a_doubt_is_asked(desk, stage, page, home, monkeypatch):
    asked = []
    monkeypatch.setattr(ask, "confirm", lambda *args, **_more: asked.append(args[2]) or True)
    press(stage, page, "更正: 李秀梅")
    dialog = stage.dialog(CaregiverDialog)
    assert dialog.form.fields["phone"].value() == "13812345678"
    dialog.form.fields["birth_date"].set_value(date(2012, 1, 1))
    stage.press(dialog, "Ctrl+S")
    assert len(asked) == 1
    carer = next(one for one in families.view_family(desk, home).caregivers if one.name == "李秀梅")
    assert carer.birth_date == date(2012, 1, 1)


def test_a_caregiver_is_taken_out_with_a_reason(desk, stage, page, home):
    press(stage, page, "移出: 李秀梅")
    dialog = stage.dialog(FormDialog)
    stage.press(dialog, "Ctrl+S")
    assert dialog.form.fields["reason"].problem()[0]
    write(dialog.form.fields["reason"], "离异，不再照护")
    stage.press(dialog, "Ctrl+S")
    assert [(one.name, one.is_main) for one in families.view_family(desk, home).caregivers] == [("单强", True)]


def test_a_sister_is_registered_from_here(desk, stage, page, home):
    press(stage, page, "登记兄弟姐妹")
    dialog = stage.dialog(RegisterChild)
    assert not dialog.form.is_shown("mother")
    write(dialog.form.fields["name"], "张子涵")
    dialog.form.fields["sex"].set_value("2")
    dialog.form.fields["birth_date"].set_value(date(2026, 11, 1))
    stage.press(dialog, "Ctrl+S")
    assert [one.name for one in families.view_family(desk, home).children] == ["张子轩", "张子涵"]
    assert len(page.table.rows()) == 2


def test_a_child_joins_another_family_and_gets_its_own(desk, stage, page, home, monkeypatch):
    other = enrol(desk, "李瑶", caregivers=(NewCaregiver("赵丽", MOTHER, "13900009999", True),))
    there = children.view_child(desk, other).household_id
    page.table.view.choose_row(0)
    press(stage, page, "并入另一家庭")
    dialog = stage.dialog(JoinDialog)
    write(dialog.form.fields["query"], "赵丽")
    dialog.form.changed.emit("query")
    QTest.qWait(PAUSE_MS + 50)
    stage.settle()
    assert dialog.form.fields["family"].value() == there
    stage.press(dialog, "Ctrl+S")
    assert [one.name for one in families.view_family(desk, there).children] == ["张子轩", "李瑶"]
    assert page.table.rows() == ()
    page = stage.open(family_page, desk, there)
    page.table.view.choose_row(0)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    press(stage, page, "单独成户")
    assert len(page.table.rows()) == 1
    assert stage.gone[-1].startswith("family/")


def test_a_released_childs_family_is_only_to_look_at(desk, center, stage, page, child_id, tmp_path):
    know_the_other_station(desk, center, tmp_path)
    releases.release(desk, child_id, "02", date(2026, 11, 19), "随父母搬到碑廓镇")
    page.reload()
    stage.settle()
    assert not {"更正住址", "添加照护人", "登记兄弟姐妹", "更正"} & shown_buttons(page)
    assert any("转往" in text for text in texts(page))


def test_viewers_and_the_center_change_nothing(desk, center, stage, home, tmp_path):
    send(desk, center, tmp_path)
    for looker in (center, as_role(desk, Role.VIEWER)):
        page = stage.open(family_page, looker, home)
        assert not {"更正住址", "添加照护人", "登记兄弟姐妹", "更正"} & shown_buttons(page)
        assert len(page.table.rows()) == 1


def test_nothing_is_cut_off_and_everything_has_a_name(page, assert_nothing_clipped, missing_glyphs):
    assert_nothing_clipped(page)
    assert not missing_glyphs(page)
    assert not unnamed_controls(page)


# -- villages


@pytest.fixture
def tab(desk, stage, child_id):
    villages.add_villages(desk, ["巨峰村 101", "巨峰"])
    page = stage.open(settings_page, desk)
    page.take_argument("villages")
    stage.settle()
    return page.villages


def choose(tab, name: str) -> None:
    tab.table.view.choose_row([row.name for row in tab.table.rows()].index(name))


def names(tab) -> set[str]:
    return {row.name for row in tab.table.rows()}


def test_villages_are_pasted(desk, stage, tab):
    press(stage, tab, "添加村居")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["names"].set_value("土山河村 102\n大坡社区\n")
    stage.press(dialog, "Ctrl+S")
    assert names(tab) == {"巨峰", "巨峰村", "大坡社区", "土山河村"}
    assert "大坡社区" in tab.notice.text()


def test_a_village_is_renamed(desk, stage, tab):
    choose(tab, "大坡社区")
    press(stage, tab, "名称和代码")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["name"], "巨峰村")
    stage.press(dialog, "Ctrl+S")
    assert "合并" in dialog.form.fields["name"].problem()[0]
    write(dialog.form.fields["name"], "大坡新村")
    write(dialog.form.fields["code"], "105")
    stage.press(dialog, "Ctrl+S")
    assert names(tab) == {"巨峰", "巨峰村", "大坡新村"}
    assert child_list.list_children(desk)[0].village == "大坡新村"


def test_spellings_are_joined_and_parted(desk, stage, tab):
    choose(tab, "大坡社区")
    press(stage, tab, "合并")
    dialog = stage.dialog(FormDialog)
    keep = next(row.id for row in tab.table.rows() if row.name == "巨峰村")
    dialog.form.fields["keep"].set_value(keep)
    stage.press(dialog, "Ctrl+S")
    assert names(tab) == {"巨峰", "巨峰村"}
    choose(tab, "巨峰村")
    press(stage, tab, "撤销合并")
    assert names(tab) == {"巨峰", "巨峰村", "大坡社区"}
    assert child_list.list_children(desk)[0].village == "大坡社区"


def test_a_village_is_closed_and_opened(desk, stage, tab):
    choose(tab, "巨峰")
    press(stage, tab, "停用")
    assert villages.list_own(desk)[-1].closed_on == desk.today
    choose(tab, "巨峰")
    press(stage, tab, "恢复")
    assert all(row.closed_on is None for row in villages.list_own(desk))


def test_a_teacher_is_assigned(desk, stage, tab):
    teacher = a_teacher(desk)
    stage.settle()
    choose(tab, "大坡社区")
    press(stage, tab, "安排指导教师")
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["teacher"].set_value(teacher)
    dialog.form.fields["since"].set_value(date(2026, 11, 1))
    stage.press(dialog, "Ctrl+S")
    assert next(row.teacher for row in tab.table.rows() if row.name == "大坡社区") == "王敏"
    assert child_list.list_children(desk)[0].teacher == "王敏"


def test_the_township_code_is_entered(desk, stage, tab):
    press(stage, tab, "乡镇代码")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["township_code"], "102")
    stage.press(dialog, "Ctrl+S")
    assert villages.township_code(desk) == "102"
    assert "乡镇代码：102" in texts(tab)


def test_a_teacher_only_adds(desk, stage, child_id, assert_nothing_clipped):
    page = stage.open(settings_page, as_role(desk, Role.TEACHER))
    page.take_argument("villages")
    stage.settle()
    assert "添加村居" in shown_buttons(page.villages)
    assert not {"合并", "停用", "名称和代码", "乡镇代码"} & shown_buttons(page.villages)
    assert_nothing_clipped(page.villages)


def test_enter_shows_the_villages_children(stage, tab):
    choose(tab, "大坡社区")
    QTest.keyClick(tab.table.view, Qt.Key.Key_Return)
    assert stage.gone[0].startswith("children/village/")


def test_the_tab_is_whole(tab, assert_nothing_clipped, missing_glyphs):
    assert_nothing_clipped(tab)
    assert not missing_glyphs(tab)
    assert not unnamed_controls(tab)
