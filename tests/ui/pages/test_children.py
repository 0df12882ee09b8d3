"""The register's list: filters, opening, registering one child, and what it says while it is empty."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, as_role, send, unnamed_controls, write

from zhaohu.records.codes import Role, Sex
from zhaohu.services import children
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.pages.children import children_page


@pytest.fixture
def three(desk):
    """A newborn, a preterm one of seven months, one of two years."""
    return {
        "单芷然": enrol(desk, "单芷然"),
        "徐子涵": enrol(
            desk,
            "徐子涵",
            birth_date=TODAY - timedelta(days=215),
            village="西小庄村",
            facts={"gestation_days": 240, "birth_weight_g": 2300, "birth_length_mm": 450},
        ),
        "𠮷浩然": enrol(desk, "𠮷浩然", birth_date=TODAY - timedelta(days=760), sex=Sex.MALE),
    }


def names(page) -> list[str]:
    return [row.name for row in page.table.rows()]


def click(page, stage, words: str) -> None:
    """Press a filter chip by its words."""
    chip = next(one for one in page.findChildren(type(page.import_button)) if one.text() == words)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    stage.settle()


def test_all_children_on_the_register_are_listed_youngest_first(desk, stage, three):
    page = stage.open(children_page, desk)
    assert names(page) == ["单芷然", "徐子涵", "𠮷浩然"]
    assert page.table.count_text() == "共 3 条"


def test_chips_narrow_by_age_and_risk(desk, stage, three):
    page = stage.open(children_page, desk)
    click(page, stage, "6～11月龄")
    assert names(page) == ["徐子涵"]
    click(page, stage, "全部年龄")
    click(page, stage, "高危")
    assert names(page) == ["徐子涵"]
    click(page, stage, "24～35月龄")
    assert names(page) == []
    assert page.empty.words()[0] == "没有符合条件的儿童"


@pytest.mark.parametrize(("typed", "found"), [("xzh", "徐子涵"), ("shanzhiran", "单芷然")])
def test_typing_narrows_the_list_after_a_pause(desk, stage, three, qtbot, typed, found):
    page = stage.open(children_page, desk)
    QTest.keyClicks(page.query.editor(), typed)
    qtbot.waitUntil(lambda: names(page) == [found])


def test_village_and_status_narrow_too(desk, stage, three):
    page = stage.open(children_page, desk)
    page.village.set_value(next(key for key, name in children.list_villages(desk) if name == "西小庄村"))
    page.village.changed.emit()
    stage.settle()
    assert names(page) == ["徐子涵"]
    page.village.set_value("all")
    page.status.set_value("moved_out")
    page.status.changed.emit()
    stage.settle()
    assert names(page) == []


def test_enter_and_double_click_open_the_child(desk, stage, three):
    page = stage.open(children_page, desk)
    page.table.view.choose_row(1)
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"child/{three['徐子涵']}"]


def test_names_sort_as_a_directory_does(desk, stage, three):
    page = stage.open(children_page, desk)
    page.table.set_sort(0)
    assert names(page) == ["𠮷浩然", "单芷然", "徐子涵"]


def test_numbers_are_masked(desk, stage, three):
    page = stage.open(children_page, desk)
    phones = {row.phone for row in page.table.rows()}
    assert phones == {"*******5678"}


def test_an_empty_register_says_what_to_do_first(desk, stage):
    page = stage.open(children_page, desk)
    assert page.empty.words() == ("还没有登记儿童", "先导入乡镇的名册，或手工登记第一名儿童。")
    QTest.mouseClick(page.import_button, Qt.MouseButton.LeftButton)
    assert stage.gone == ["roster"]


def test_the_center_looks_at_all_stations_and_changes_nothing(desk, center, stage, three, tmp_path):
    send(desk, center, tmp_path)
    page = stage.open(children_page, center)
    assert len(names(page)) == 3
    assert not [one.text() for one in page.findChildren(type(page.import_button)) if "登记" in one.text()]
    station = page.table.view.table_model.columns[4]
    assert station.words(page.table.rows()[0]) == "巨峰镇"
    page.take_argument("02")
    stage.settle()
    assert names(page) == []


def test_a_viewer_has_no_button_to_register(desk, stage, three):
    page = stage.open(children_page, as_role(desk, Role.VIEWER))
    assert "登记儿童" not in {one.text() for one in page.findChildren(type(page.import_button))}


def test_new_children_appear_by_themselves(desk, stage, three):
    page = stage.open(children_page, desk)
    enrol(desk, "新来", birth_date=TODAY)
    stage.settle()
    assert "新来" in names(page)


# -- registering one child


@pytest.fixture
def dialog(desk, stage):
    page = stage.open(children_page, desk)
    stage.press(page, "Ctrl+N")
    return stage.dialog(RegisterChild)


def fill(dialog: RegisterChild, **changes: object) -> None:
    values = {"name": "欧阳若汐", "sex": "2", "birth_date": date(2026, 11, 9), "mother": "李秀梅", **changes}
    dialog.form.load(values)


def test_a_child_is_registered_by_keyboard(desk, stage, dialog):
    write(dialog.form.fields["name"], "欧阳若汐")
    QTest.keyClick(dialog.form.fields["name"].editor(), Qt.Key.Key_Return)
    typed = {
        "sex": "2",
        "birth_date": "20261109",
        "village": "",
        "address": "",
        "mother": "Li",
        "mother_phone": "138 1234 5678",
        "father": "",
        "father_phone": "",
        "gestation": "34+3",
        "birth_weight_g": "2250",
        "birth_length_cm": "45.5",
        "delivery": "4",
        "birth_order": "1",
    }
    for name, text in typed.items():
        widget = dialog.focusWidget()
        field = dialog.form.fields[name]
        assert widget is field.editor() or field.isAncestorOf(widget), name
        QTest.keyClicks(widget, text)
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.do_button
    QTest.keyClick(dialog.do_button, Qt.Key.Key_Space)
    stage.settle()
    assert stage.dialogs() == []
    (child,) = children.list_children(desk)
    assert stage.gone == [f"child/{child.id}"]
    view = children.view_child(desk, child.id)
    assert (view.gestation_days, view.birth_weight_g, view.birth_length_mm) == (34 * 7 + 3, 2250, 455)
    assert (view.delivery, view.birth_order, view.row.sex) == ("4", 1, Sex.FEMALE)
    assert [(c.relation, c.phone, c.is_main) for c in view.caregivers] == [("52", "*******5678", True)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", None, "姓名"),
        ("birth_date", date(2026, 11, 21), "今天"),
        ("mother_phone", "13812", "11位"),
        ("gestation", "39+8", "38+2"),
        ("birth_weight_g", 33, "400"),
        ("birth_length_cm", "5.5", "25"),
        ("birth_order", 0, "1"),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(desk, stage, dialog, field, value, words):
    fill(dialog, **{field: value})
    dialog.try_save()
    stage.settle()
    assert children.count_children(desk) == 0
    assert words in dialog.form.fields[field].problem()[0]


def test_a_phone_without_a_name_asks_for_the_name(dialog):
    fill(dialog, father_phone="15900001234")
    dialog.try_save()
    assert dialog.form.fields["father"].problem()[0] == "填写这个电话号码的人的姓名。"


def test_the_same_name_and_day_is_asked_about(desk, stage, dialog, monkeypatch):
    enrol(desk, "单芷然", birth_date=date(2026, 11, 2))
    fill(dialog, name="单芷然", birth_date=date(2026, 11, 2))
    asked = []
    monkeypatch.setattr(ask, "confirm", lambda *args, **_more: asked.append(args[2]) or False)
    dialog.try_save()
    stage.settle()
    assert children.count_children(desk) == 1
    assert "单芷然" in asked[0]


def test_a_new_child_stands_in_the_list_at_once(desk, stage):
    page = stage.open(children_page, desk)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(RegisterChild)
    fill(dialog)
    stage.press(dialog, "Ctrl+S")
    assert stage.gone[0].startswith("child/")
    assert names(page) == ["欧阳若汐"]


def test_a_phone_is_masked_when_the_keyboard_goes_on(dialog):
    phone = dialog.form.fields["mother_phone"]
    phone.editor().setFocus()
    QTest.keyClicks(phone.editor(), "13812345678")
    assert phone.edit.text() == "13812345678"
    dialog.form.go_to("father")
    assert phone.edit.text() == "*******5678"
    assert phone.value() == "13812345678"


def test_nothing_is_cut_off_and_everything_has_a_name(
    desk, stage, three, dialog, assert_nothing_clipped, missing_glyphs
):
    page = stage.open(children_page, desk)
    for shown in (page, dialog):
        assert_nothing_clipped(shown)
        assert not missing_glyphs(shown)
        assert not unnamed_controls(shown)
    assert not missing_glyphs("".join(names(page)))
