"""Taking a child in and correcting one, by keyboard; brothers, sisters, twins, and children who are there already."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from tests.rules.test_child_checks import citizen_id
from tests.services.families import enrol
from tests.ui.pages.conftest import unnamed_controls, write

from zhaohu.records.codes import Residence, Sex
from zhaohu.services.register import child_list, children, corrections, families, villages
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.child_register import PAUSE_MS, EditChild, RegisterChild
from zhaohu.ui.pages.children import children_page
from zhaohu.ui.widgets.notice import Notice

BORN = date(2026, 11, 9)
GIRL = citizen_id(BORN, 2)
MOTHER_ID = citizen_id(date(1996, 3, 1), 4)


@pytest.fixture
def page(desk, stage):
    return stage.open(children_page, desk)


@pytest.fixture
def dialog(stage, page):
    stage.press(page, "Ctrl+N")
    return stage.dialog(RegisterChild)


@pytest.fixture
def questions(monkeypatch):
    """What was asked; answered with yes."""
    asked: list[str] = []
    monkeypatch.setattr(ask, "confirm", lambda *args, **_more: asked.append(args[2]) or True)
    return asked


def fill(dialog: RegisterChild, **changes: object) -> None:
    values = {"name": "欧阳若汐", "sex": "2", "birth_date": BORN, "mother": "李秀梅", **changes}
    for name, value in values.items():
        dialog.form.fields[name].set_value(value)
        dialog.form.changed.emit(name)


def look_up(stage) -> None:
    QTest.qWait(PAUSE_MS + 50)
    stage.settle()


def keys(dialog, name: str, text: str) -> None:
    """The keyboard stands in a field; type, and go on with Enter."""
    field, widget = dialog.form.fields[name], QApplication.focusWidget()
    assert widget is field.editor() or field.isAncestorOf(widget), (name, widget)
    if text.isascii():
        QTest.keyClicks(widget, text)
    else:
        write(field, text)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def press(within, words: str) -> None:
    found = [one for one in within.findChildren(QPushButton) if one.text() == words and one.isVisible()]
    QTest.keyClick(found[0], Qt.Key.Key_Space)


# -- one child


def test_a_newborn_takes_few_keys(desk, stage, dialog):
    for name, text in {
        "name": "欧阳若汐",
        "sex": "2",
        "birth_date": "20261109",
        "citizen_id": "",
        "village": "",
        "address": "",
        "residence": "",
        "mother": "Li",
        "mother_phone": "138 1234 5678",
        "father": "",
        "father_phone": "",
        "gestation": "34+3",
        "birth_weight_g": "2250",
        "birth_length_cm": "45.5",
        "delivery": "4",
        "birth_order": "1",
    }.items():
        keys(dialog, name, text)
    assert dialog.focusWidget() is dialog.do_button
    QTest.keyClick(dialog.do_button, Qt.Key.Key_Space)
    stage.settle()
    assert stage.dialogs() == []
    (child,) = child_list.list_children(desk)
    assert stage.gone == [f"child/{child.id}"]
    view = children.view_child(desk, child.id)
    assert (view.gestation_days, view.birth_weight_g, view.birth_length_mm) == (34 * 7 + 3, 2250, 455)
    assert (view.delivery, view.birth_order, view.row.sex) == ("4", 1, Sex.FEMALE)
    assert [(c.relation, c.phone, c.is_main) for c in view.caregivers] == [("52", "*******5678", True)]
    family = families.view_family(desk, view.household_id)
    assert (family.county, family.township) == ("岚山区", "巨峰镇")


def test_every_particular_is_typed(desk, stage, dialog):
    stage.press(dialog, "Ctrl+M")
    assert dialog.folds.openers() == ()
    typed = {
        "name": "欧阳若汐",
        "sex": "2",
        "birth_date": "2026.11.9",
        "citizen_id": GIRL.lower(),
        "birth_certificate_no": "x370000001",
        "health_record_no": "371103102101 00001",
        "handbook_no": "SC-7",
        "ethnicity": "03",
        "village": "巨峰村",
        "address": "12号",
        "residence": "2",
        "registered_address": "临沂市莒南县",
        "came_from": "临沂市",
        "county": "",
        "township": "",
        "care_difficulty": "父母外出务工",
        "mother": "李秀梅",
        "mother_phone": "13812345678",
        "mother_id": MOTHER_ID,
        "mother_born": "19960301",
        "mother_occupation": "务农",
        "mother_education": "初中",
        "father": "欧阳强",
        "father_phone": "0633-8612345",
        "father_id": "",
        "father_born": "",
        "father_occupation": "",
        "father_education": "",
        "other": "王桂兰",
        "other_relation": "62",
        "other_phone": "",
        "other_id": "",
        "other_born": "",
        "other_occupation": "",
        "other_education": "",
        "main": "3",
        "gestation": "39+2",
        "birth_weight_g": "3300",
        "birth_length_cm": "50",
        "delivery": "1",
        "birth_order": "1",
        "plurality": "1",
        "birth_time": "630",
        "birth_place": "岚山区人民医院",
        "discharged_on": "20261112",
    }
    for name, text in typed.items():
        if name in ("other_relation", "mother_education", "ethnicity"):
            field = dialog.form.fields[name]
            field.set_value({"other_relation": "62", "mother_education": "7", "ethnicity": "03"}[name])
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        else:
            keys(dialog, name, text)
    assert dialog.focusWidget() is dialog.do_button
    QTest.keyClick(dialog.do_button, Qt.Key.Key_Space)
    stage.settle()
    (child,) = child_list.list_children(desk)
    kept = children.edit_child(desk, child.id)
    assert kept == {
        "name": "欧阳若汐",
        "sex": Sex.FEMALE,
        "birth_date": BORN,
        "birth_time": "06:30",
        "citizen_id": GIRL,
        "birth_certificate_no": "X370000001",
        "health_record_no": "37110310210100001",
        "handbook_no": "SC-7",
        "ethnicity": "03",
        "birth_order": 1,
        "gestation_days": 39 * 7 + 2,
        "birth_weight_g": 3300,
        "birth_length_mm": 500,
        "delivery": "1",
        "plurality": 1,
        "birth_place": "岚山区人民医院",
        "discharged_on": date(2026, 11, 12),
        "residence": Residence.NON_REGISTERED,
        "came_from": "临沂市",
    }
    family = families.view_family(desk, children.view_child(desk, child.id).household_id)
    assert (family.village, family.registered_address, family.care_difficulty) == (
        "巨峰村",
        "临沂市莒南县",
        "父母外出务工",
    )
    carers = {carer.name: carer for carer in family.caregivers}
    assert {name: carer.is_main for name, carer in carers.items()} == {"李秀梅": False, "欧阳强": False, "王桂兰": True}
    assert (carers["李秀梅"].education, carers["李秀梅"].occupation) == ("7", "务农")
    assert carers["王桂兰"].relation == "62"


def test_a_pasted_id_fills_in_sex_and_birth_date(dialog):
    QApplication.clipboard().setText(f" {GIRL} ")
    dialog.form.go_to("citizen_id")
    QTest.keySequence(dialog.form.fields["citizen_id"].editor(), "Ctrl+V")
    assert dialog.form.fields["birth_date"].value() == BORN
    assert dialog.form.fields["sex"].value() == "2"
    QApplication.clipboard().clear()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", None, "姓名"),
        ("birth_date", date(2026, 11, 21), "今天"),
        ("citizen_id", GIRL[:-1] + ("0" if GIRL[-1] != "0" else "1"), "校验码"),
        ("birth_certificate_no", "12345", "字母"),
        ("health_record_no", "1", "17"),
        ("mother_phone", "13812", "11位"),
        ("mother_id", "1", "18"),
        ("gestation", "39+8", "38+2"),
        ("birth_weight_g", 33, "400"),
        ("birth_length_cm", "5.5", "25"),
        ("birth_order", 0, "1"),
        ("discharged_on", date(2026, 11, 1), "出生"),
    ],
)
def test_what_cannot_be_right_is_refused_in_words(desk, stage, dialog, field, value, words):
    fill(dialog, **{field: value})
    dialog.try_save()
    stage.settle()
    assert child_list.count_children(desk) == 0
    assert dialog.form.is_shown(field)
    assert dialog.form.fields[field].problem()[0]


def test_a_phone_without_a_name_asks_for_the_name(dialog):
    fill(dialog, father_phone="15900001234")
    dialog.try_save()
    assert dialog.form.fields["father"].problem()[0] == "填写这个电话号码的人的姓名。"


def test_what_is_odd_is_asked_about_once(desk, stage, dialog, questions):
    fill(dialog, gestation="32", birth_weight_g=3400)
    stage.press(dialog, "Ctrl+S")
    assert len(questions) == 1
    assert "孕 32 周" in questions[0]
    assert child_list.count_children(desk) == 1


def test_an_odd_value_can_be_mended(desk, stage, dialog, monkeypatch):
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    fill(dialog, citizen_id=citizen_id(BORN, 1))
    stage.press(dialog, "Ctrl+S")
    assert child_list.count_children(desk) == 0
    text, kind = dialog.form.fields["citizen_id"].problem()
    assert kind == "attention"
    assert "男" in text


def test_a_missing_glyph_is_named(dialog):
    fill(dialog, name="王\U000f0123")
    assert "U+F0123" in dialog.form.fields["name"].problem()[0]


def test_the_next_number_of_the_village_is_offered(desk, stage):
    enrol(desk, facts={"health_record_no": "37110310200300007"})
    page = stage.open(children_page, desk)
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(RegisterChild)
    dialog.form.go_to("village")
    write(dialog.form.fields["village"], "大坡社区")
    QTest.keyClick(dialog.form.fields["village"].editor(), Qt.Key.Key_Return)
    stage.settle()
    stage.press(dialog, "Ctrl+M")
    dialog.form.go_to("health_record_no")
    QTest.keyClick(dialog.form.fields["health_record_no"].editor(), Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    assert dialog.form.fields["health_record_no"].value() == "37110310200300008"


def test_a_new_village_is_told_and_a_closed_one_refused(desk, stage, dialog):
    villages.add_villages(desk, ["老村"])
    villages.close_village(desk, villages.list_own(desk)[0].id)
    fill(dialog, village="老村")
    stage.press(dialog, "Ctrl+S")
    assert "停用" in dialog.form.fields["village"].problem()[0]
    fill(dialog, village="新村")
    stage.press(dialog, "Ctrl+S")
    assert [row.name for row in villages.list_own(desk)] == ["新村", "老村"]


# -- families


def test_a_brother_joins_the_family_of_his_mother(desk, stage, dialog):
    first = enrol(desk, "张子轩", birth_date=date(2024, 9, 1))
    fill(dialog, mother_phone="138 1234 5678")
    look_up(stage)
    assert "张子轩" in dialog.families.texts()[0]
    stage.press(dialog, "Alt+J")
    assert not dialog.form.is_shown("village")
    assert not dialog.form.is_shown("mother")
    stage.press(dialog, "Ctrl+S")
    home = children.view_child(desk, first).household_id
    assert {child.name for child in families.view_family(desk, home).children} == {"张子轩", "欧阳若汐"}
    assert len(families.view_family(desk, home).caregivers) == 2


def test_another_family_after_all(desk, stage, dialog):
    enrol(desk, "张子轩", birth_date=date(2024, 9, 1))
    fill(dialog)
    look_up(stage)
    press(dialog.families, "加入这一家庭")
    stage.settle()
    press(dialog.families, "不是这个家庭")
    assert dialog.form.is_shown("mother")
    assert not dialog.form.is_shown("mother_id")
    stage.press(dialog, "Ctrl+S")
    assert len({children.view_child(desk, row.id).household_id for row in child_list.list_children(desk)}) == 2


def test_names_of_caregivers_tell_what_the_fonts_lack(dialog):
    dialog.folds.unfold(every=True)
    for who in ("name", "mother", "father", "other"):
        write(dialog.form.fields[who], "王\ue000")
        assert "U+E000" in dialog.form.fields[who].problem()[0]


def test_who_comes_back_to_a_field_with_enter_types_over_it(dialog):
    fill(dialog, name="安诚煜")
    dialog.form.fields["name"].edit.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "20261118")
    assert dialog.form.fields["birth_date"].value() == date(2026, 11, 18)


def test_the_twin_button_stands_before_the_one_that_registers_for_tab_too(dialog):
    dialog.twin_button.setFocus()
    QTest.keyClick(dialog.twin_button, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is dialog.do_button


def test_a_village_taken_from_the_list_is_not_called_new(desk, stage, page):
    enrol(desk, "张子轩", village="宅子后村")
    stage.press(page, "Ctrl+N")
    dialog = stage.dialog(RegisterChild)
    village = dialog.form.fields["village"]
    write(village, "宅子")
    assert "新的村居" in {label.text()[:4] for label in village.findChildren(QLabel)}
    village.edit.completer().activated.emit("宅子后村")
    assert village.value() == "宅子后村"
    assert "新的村居" not in {label.text()[:4] for label in village.findChildren(QLabel)}


def test_twins_share_family_and_birth(desk, stage, dialog):
    fill(dialog, birth_order=1, gestation="36+2", birth_weight_g=2400, village="巨峰村", mother_phone="13812345678")
    QTest.keyClick(dialog.twin_button, Qt.Key.Key_Space)
    stage.settle()
    stage.settle()
    assert "欧阳若汐" in dialog.notice.text()
    values = dialog.form.values()
    assert (values["name"], values["sex"], values["birth_weight_g"]) == (None, None, None)
    assert (values["birth_date"], values["gestation"], values["birth_order"], values["plurality"]) == (
        BORN,
        "36+2",
        2,
        "2",
    )
    write(dialog.form.fields["name"], "欧阳若雨")
    dialog.form.fields["sex"].set_value("2")
    stage.press(dialog, "Ctrl+S")
    assert stage.dialogs() == []
    rows = child_list.list_children(desk)
    assert {row.name for row in rows} == {"欧阳若汐", "欧阳若雨"}
    assert len({children.view_child(desk, row.id).household_id for row in rows}) == 1


# -- children who are there already


def test_a_child_who_is_there_is_shown_while_typing_and_opened(desk, stage, dialog):
    known = enrol(desk, "欧阳若汐", birth_date=BORN)
    fill(dialog)
    look_up(stage)
    assert "欧阳若汐" in dialog.alike.texts()[0]
    press(dialog.alike, "打开那个孩子")
    stage.settle()
    assert stage.gone == [f"child/{known}"]
    assert stage.dialogs() == []


def test_a_sure_one_is_asked_about_before_saving(desk, stage, dialog, questions):
    enrol(desk, "欧阳若汐", birth_date=BORN, facts={"citizen_id": GIRL})
    fill(dialog, citizen_id=GIRL)
    stage.press(dialog, "Ctrl+S")
    assert any("欧阳若汐" in one for one in questions)
    assert child_list.count_children(desk) == 2


def test_a_sure_one_is_not_registered_against_ones_will(desk, stage, dialog, monkeypatch):
    enrol(desk, "欧阳若汐", birth_date=BORN, facts={"citizen_id": GIRL})
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    fill(dialog, citizen_id=GIRL)
    stage.press(dialog, "Ctrl+S")
    assert child_list.count_children(desk) == 1


# -- around it


def test_a_phone_is_masked_when_the_keyboard_goes_on(dialog):
    phone = dialog.form.fields["mother_phone"]
    phone.editor().setFocus()
    QTest.keyClicks(phone.editor(), "13812345678")
    assert phone.edit.text() == "13812345678"
    dialog.form.go_to("father")
    assert phone.edit.text() == "*******5678"
    assert phone.value() == "13812345678"


def test_a_draft_opens_what_was_folded(desk, stage, page, dialog, monkeypatch):
    stage.press(dialog, "Ctrl+M")
    fill(dialog, handbook_no="SC-9")
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "keep")
    dialog.reject()
    stage.settle()
    stage.press(page, "Ctrl+N")
    again = stage.dialog(RegisterChild)
    press(again, "继续填写")
    stage.settle()
    assert again.form.fields["handbook_no"].value() == "SC-9"
    assert again.form.is_shown("handbook_no")
    assert not again.form.is_shown("mother_id")


def test_nothing_is_cut_off_and_everything_has_a_name(
    desk, stage, dialog, assert_nothing_clipped, missing_glyphs, questions
):
    enrol(desk, "欧阳若汐", birth_date=BORN)
    fill(dialog)
    look_up(stage)
    assert len(dialog.findChildren(Notice)) > 2
    for _round in range(2):
        assert_nothing_clipped(dialog)
        assert not missing_glyphs(dialog)
        assert not unnamed_controls(dialog)
        stage.press(dialog, "Ctrl+M")


# -- correcting


@pytest.fixture
def child_id(desk):
    return enrol(desk, facts={"citizen_id": citizen_id(date(2026, 11, 2), 2), "birth_order": 1})


@pytest.fixture
def edit(desk, stage, child_id):
    page = stage.open(children_page, desk)
    dialog = EditChild(page, desk, stage.runner, child_id)
    dialog.open()
    dialog.focus_first()
    stage.settle()
    return dialog


def test_a_name_is_corrected_by_keyboard(desk, stage, edit, child_id):
    name = edit.form.fields["name"]
    assert QApplication.focusWidget() is name.editor()
    name.edit.selectAll()
    write(name, "单芷若")
    edit.form.changed.emit("name")
    assert edit.changes.text() == "将更正：姓名：单芷然 → 单芷若"
    stage.press(edit, "Ctrl+S")
    assert stage.dialogs() == []
    assert children.view_child(desk, child_id).row.name == "单芷若"


def test_the_birth_date_wants_a_reason(desk, stage, edit, child_id, questions):
    edit.form.fields["birth_date"].set_value(date(2026, 11, 1))
    stage.press(edit, "Ctrl+S")
    assert "原因" in edit.form.fields["reason"].problem()[0]
    write(edit.form.fields["reason"], "依据出生医学证明")
    stage.press(edit, "Ctrl+S")
    assert "身份证" in questions[0]  # the id says another day: asked, not refused
    (told,) = corrections.corrections(desk, child_id)
    assert (told.reason, told.changes[0].field) == ("依据出生医学证明", "birth_date")


def test_nothing_changed_is_said(stage, edit):
    stage.press(edit, "Ctrl+S")
    assert edit.notice.text() == "没有改动。"


def test_what_another_window_changed_is_not_overwritten(desk, stage, edit, child_id):
    children.correct_child(desk, child_id, {"name": "单芷若"})
    write(edit.form.fields["name"], "单止然")
    stage.press(edit, "Ctrl+S")
    assert "已被他人更改" in edit.form.fields["name"].problem()[0]
    assert children.view_child(desk, child_id).row.name == "单芷若"


def test_the_id_is_masked_until_asked_for(edit):
    assert edit.form.fields["citizen_id"].is_masked()
    assert "****" in edit.form.fields["citizen_id"].edit.text()


def test_the_correction_is_whole_on_the_screen(edit, assert_nothing_clipped, missing_glyphs):
    assert_nothing_clipped(edit)
    assert not missing_glyphs(edit)
    assert not unnamed_controls(edit)
