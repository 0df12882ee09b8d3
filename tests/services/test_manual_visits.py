"""The manual's page about visits: its tables are those of the schedule and of the forms, in both languages."""

from __future__ import annotations

import re

import pytest

from zhaohu import i18n
from zhaohu.i18n import form_term
from zhaohu.rules.forms.model import HintKind
from zhaohu.services import reference
from zhaohu.services.follow.referrals import ANSWER_DAYS
from zhaohu.services.manual import manual_page


@pytest.fixture(params=["zh_CN", "en"])
def page(request):
    i18n.set_language(request.param)
    yield manual_page("visits")
    i18n.set_language(i18n.DEFAULT)


def rows_of(page: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("|")]


def test_every_contact_stands_in_it_with_its_form(page):
    rows = rows_of(page)
    for contact in reference.schedule().contacts:
        assert any(form_term(contact.name) in row and reference.form_title(contact.form) in row for row in rows)


def test_every_form_stands_in_it_with_its_version(page):
    rows = rows_of(page)
    for form in reference.forms().values():
        assert any(row[:2] == [form_term(form.title), form.version] for row in rows), form.id


def test_all_advice_that_is_followed_stands_in_it_with_rule_and_source(page):
    rows = rows_of(page)
    followed = (HintKind.REFER_NOW, HintKind.REFER, HintKind.CASE)
    hints = [
        (form.title, hint)
        for form in reference.forms().values()
        for field in form.fields()
        for hint in field.hints
        if hint.kind in followed
    ]
    assert len(hints) > 30
    for title, hint in hints:
        wanted = {form_term(hint.message), form_term(hint.rule or ""), form_term(hint.source)}
        assert any(wanted <= set(row) and form_term(title) in row[0] for row in rows), hint.name


def test_rows_are_as_wide_as_their_heads_and_no_place_is_left_open(page):
    width = 0
    for line in page.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        columns = len(re.findall(r"(?<!\\)\|", line))
        assert columns == (width or columns), line
        width = columns
    assert "{{" not in page
    assert str(ANSWER_DAYS) in page
