"""A record as it is read: also what only a newer program knows is shown, as it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from zhaohu.rules.forms.versions import unknown_form
from zhaohu.services import reference
from zhaohu.ui.pages.visit_answers import VisitAnswers


@pytest.fixture
def shown(qtbot):
    """The words of a record's answers, as the page has them."""

    def show(form, answers) -> list[str]:
        widget = VisitAnswers(form, answers, None)
        qtbot.addWidget(widget)
        widget.show()
        return [one.text() for one in widget.findChildren(QLabel)]

    return show


def test_a_form_that_nobody_knows_here_shows_names_and_values(shown):
    answers = {"mood": ["1", "9"], "times": 4, "note": "新内容"}
    words = shown(unknown_form("future_form", "2030.1", "future_form", answers), answers)
    for name, value in (("mood", "1、9"), ("times", "4"), ("note", "新内容")):
        assert words[words.index(name) + 1] == value
    assert any("不认识" in text for text in words)


def test_a_version_that_nobody_knows_here_has_the_words_of_the_nearest_and_says_so(shown):
    answers = {"face": "2", "mood": "安静"}
    words = shown(reference.recorded_form("newborn_visit", "2030.1", answers), answers)
    assert words[words.index("面色") + 1] == "黄染"
    assert words[words.index("mood") + 1] == "安静"
    assert any("2030.1" in text and "2017.1" in text for text in words)


def test_unknown_codes_and_fields_of_a_known_form_are_shown_as_they_are(shown):
    form = reference.form("newborn_visit")
    words = shown(form, {"face": "8", "skin": ["2", "9"], "mood": "安静"})
    assert words[words.index("面色") + 1] == "8"
    assert words[words.index("皮肤") + 1] == "湿疹、9"
    assert words[words.index("mood") + 1] == "安静"


def test_a_record_without_strangers_says_nothing_of_them(shown):
    words = shown(reference.form("newborn_visit"), {"face": "1"})
    assert not any("不认识" in text for text in words)
