"""The form builder: labels, names, order of keys, problems, hiding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import scrolled
from zhaohu.ui.widgets.number_field import NumberField


@pytest.fixture
def form(shown):
    form = Form()
    form.section("儿童")
    form.add("name", "姓名", TextField(), required=True, hint="未取名的填母亲姓名")
    form.add("sex", "性别", ChoiceField(options_of([("1", "男"), ("2", "女")], digits=True)), required=True)
    form.section("体重")
    form.add("weight", "目前体重", NumberField("kg", decimals=2))
    form.finish()
    area = shown(scrolled(form), 700, 300)
    form.area = area  # keeps the scroll area as long as the form
    return form


def test_loading_and_values(form, qtbot):
    with qtbot.assertNotEmitted(form.changed):
        form.load({"name": "王子涵", "sex": "2", "weight": "3.2"})
    assert form.values() == {"name": "王子涵", "sex": "2", "weight": Decimal("3.20")}
    form.load({})
    assert set(form.values().values()) == {None}


def test_a_change_names_its_field(form, qtbot):
    with qtbot.waitSignal(form.changed) as told:
        qtbot.keyClicks(form.fields["weight"].edit, "3")
    assert told.args == ["weight"]


def test_required_and_unread_forbid_saving_and_take_the_keyboard(form, qtbot):
    form.load({"name": "王子涵"})
    qtbot.keyClicks(form.fields["weight"].edit, "abc")
    assert not form.check()
    assert set(form.problems()) == {"sex", "weight"}
    assert "性别" in form.fields["sex"].problem()[0]
    assert form.fields["sex"].buttons["1"].hasFocus()
    form.load({"name": "王子涵", "sex": "1"})
    assert form.check()
    assert form.fields["weight"].problem() == ("", "")


def test_enter_walks_and_ends(form, qtbot):
    form.fields["name"].edit.setFocus()
    qtbot.keyClick(form.fields["name"].edit, Qt.Key.Key_Return)
    assert form.fields["sex"].buttons["1"].hasFocus()
    qtbot.keyClick(form.fields["sex"].buttons["1"], "2")
    qtbot.keyClick(form.fields["sex"].buttons["2"], Qt.Key.Key_Return)
    assert form.fields["weight"].edit.hasFocus()
    with qtbot.waitSignal(form.completed):
        qtbot.keyClick(form.fields["weight"].edit, Qt.Key.Key_Return)


def test_enter_skips_what_is_hidden_or_only_shown(form, qtbot):
    form.fields["sex"].set_read_only(True)
    qtbot.keyClick(form.fields["name"].edit, Qt.Key.Key_Return)
    assert form.fields["weight"].edit.hasFocus()


def test_hidden_fields_take_no_part(form):
    form.load({"name": "王子涵"})
    form.set_shown("sex", False)
    assert form.problems() == {}
    form.set_shown("weight", False)
    cards = [label.parentWidget() for label in form.findChildren(QLabel) if label.text() == "体重"]
    assert [card.isVisible() for card in cards] == [False]
    form.set_shown("weight", True)
    assert [card.isVisible() for card in cards] == [True]


def test_every_field_has_a_name_and_a_buddy(form):
    for name, words in (("name", "姓名"), ("sex", "性别"), ("weight", "目前体重")):
        field = form.fields[name]
        assert field.accessibleName() == words
        assert words in field.editor().accessibleName()
    buddies = {label.text(): label.buddy() for label in form.findChildren(QLabel) if label.buddy()}
    assert buddies["姓名 *"] is form.fields["name"].edit


def test_refused_fields_are_marked(form):
    form.show_problems({"weight": "体重不可能"})
    assert form.fields["weight"].problem() == ("体重不可能", "danger")
    assert form.fields["weight"].edit.hasFocus()
    form.show_problems({})
    assert form.fields["weight"].problem() == ("", "")


def test_nothing_is_clipped(form, assert_nothing_clipped):
    form.check()
    assert_nothing_clipped(form)
