"""Versions of forms, and what a newer program wrote: kept byte for byte, shown as it is, never judged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.forms.test_checker import COLUMNS
from tests.rules.forms.test_loader import SMALL

from zhaohu import paths
from zhaohu.rules.forms.answers import Context, check
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Answer, FieldType, Form
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.forms.versions import FormBook, unknown_form

TODAY = date(2026, 11, 20)
FIRST = parse_form(SMALL, "small.toml")
SECOND = parse_form(
    SMALL.replace('version = "1"', 'version = "2"')
    .replace("effective_from = 2026-01-01", "effective_from = 2026-07-01")
    .replace('{ code = "2", label = "其他", text = true }', '{ code = "3", label = "蓝" }')
    .replace(
        'name = "size", type',
        'name = "shade", type = "text", label = "色调", paper = false },\n  { name = "size", type',
    ),
    "small.toml",
)
"""The next version: an option less, one more, and a new question."""
SHIPPED = [parse_form(file.read_text("utf-8"), file.name) for file in sorted(paths.resource("forms").glob("*.toml"))]


def test_new_records_use_the_newest_version_in_effect_and_old_ones_keep_theirs() -> None:
    book = FormBook([SECOND, FIRST])
    assert book.newest()["small"] is SECOND
    assert book.newest(date(2026, 7, 1))["small"] is SECOND
    assert book.newest(date(2026, 6, 30))["small"] is FIRST
    assert book.newest(date(2025, 12, 31)) == {}
    assert book.version("small", "1") is FIRST
    assert book.version("small", "3") is None
    assert book.version("other", "1") is None
    assert book.versions("small") == (FIRST, SECOND)


@pytest.mark.parametrize("other", [replace(SECOND, version="1"), replace(SECOND, effective_from=date(2026, 1, 1))])
def test_two_files_cannot_be_the_same_version_or_begin_on_the_same_day(other: Form) -> None:
    with pytest.raises(FormError):
        FormBook([FIRST, other])


def test_an_unknown_form_shows_the_answers_by_their_names() -> None:
    answers: dict[str, Answer] = {"later_field": ["1", "9"], "seen_on": "2030-01-01"}
    form = unknown_form("new_form", "2030.1", "new_form", answers)
    assert not form.is_known
    assert [one.name for one in form.fields()] == ["later_field", "seen_on"]
    assert check(form, answers, Context(TODAY)).hints == ()


def test_an_unknown_version_is_shown_in_the_words_of_the_nearest_one() -> None:
    book = FormBook([FIRST, SECOND])
    assert [found.version for version in ("0.9", "1.5", "3", "10") if (found := book.nearest(FIRST.id, version))] == [
        "1",
        "1",
        "2",
        "2",
    ]
    assert book.nearest("new_form", "1") is None
    newborn = FormBook(SHIPPED).newest()["newborn_visit"]
    answers: dict[str, Answer] = {"face": "3", "face_text": "青紫", "weight_kg": "3.55", "later_field": ["1"]}
    form = unknown_form("newborn_visit", "2030.1", newborn.title, answers, newborn)
    fields = {one.name: one for one in form.fields()}
    assert (form.is_known, form.like, fields.keys()) == (False, newborn.version, {"face", "weight_kg", "later_field"})
    assert fields["face"].options == newborn.field("face").options
    assert fields["weight_kg"].measure is None  # it is shown, and no growth is concluded from it
    assert check(form, answers, Context(TODAY)).hints == ()


def values(form: Form) -> st.SearchStrategy[dict[str, object]]:
    """Answers to a form: good ones, nearly good ones, and anything that JSON can hold."""
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
        max_leaves=4,
    )
    likely: dict[str, st.SearchStrategy[object]] = {}
    for one in form.fields():
        codes = [option.code for option in one.options]
        good: dict[FieldType, st.SearchStrategy[object]] = {
            FieldType.SELECT_ONE: st.sampled_from(codes or [""]),
            FieldType.SELECT_MULTIPLE: st.lists(st.sampled_from(codes or [""]), max_size=3),
            FieldType.DATE: st.dates(date(2025, 1, 1), date(2027, 1, 1)).map(date.isoformat),
            FieldType.INTEGER: st.integers(-5, 300),
            FieldType.DECIMAL: st.decimals(-5, 300, places=max(one.decimals, 1)).map(str),
        }
        for name in one.names:
            likely[name] = (
                good.get(one.type, st.text(max_size=20)) if name != one.text_name else st.text(max_size=9)
            ) | anything
    return st.fixed_dictionaries({}, optional={**likely, "no_such_field": anything})


FORMS = st.sampled_from([FIRST, SECOND, parse_form(COLUMNS, "table.toml"), *SHIPPED])


@given(FORMS.flatmap(lambda form: st.tuples(st.just(form), values(form), values(form))))
def test_whatever_is_answered_the_check_ends_and_what_is_canonical_stays(
    drawn: tuple[Form, dict[str, object], dict[str, Answer]],
) -> None:
    form, answers, former = drawn
    once = check(form, answers, Context(TODAY))
    again = check(form, once.values, Context(TODAY))
    assert again.values == once.values
    assert list(again.values) == list(once.values)
    json.dumps(once.values)
    check(form, answers, Context(TODAY, former=former))  # whatever the record before held


@given(values(FIRST))
def test_records_of_the_first_version_are_the_same_bytes_when_the_second_comes(answers: dict[str, object]) -> None:
    kept = check(FIRST, answers, Context(TODAY)).values
    before = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    book = FormBook([FIRST, SECOND])
    recorded = book.version("small", "1")
    assert recorded is not None
    assert json.dumps(check(recorded, kept, Context(TODAY)).values, ensure_ascii=False, sort_keys=True) == before


# a record in a known version, with a code and a field that only a newer program knows
NEWER: dict[str, Answer] = {
    "born_on": "2026-05-02",
    "seen_on": "2026-06-02",
    "colour": "7",
    "colour_text": "紫",
    "mood": ["1", "4"],
}


def corrected(**changes: object) -> dict[str, Answer]:
    known = {"born_on", "seen_on", "colour", "colour_text", "size"}
    typed = {name: value for name, value in {**NEWER, **changes}.items() if name in known}
    checked = check(FIRST, typed, Context(TODAY, former=NEWER))
    assert checked.problems == ()
    return checked.values


def test_a_correction_keeps_what_this_program_cannot_read() -> None:
    assert corrected(seen_on="2026-06-03") == {**NEWER, "seen_on": "2026-06-03"}
    assert corrected(colour=None, colour_text=None) == NEWER  # the field shows empty, and nobody chose anything


def test_another_answer_takes_its_place() -> None:
    assert corrected(colour="1", colour_text=None) == {
        **{k: v for k, v in NEWER.items() if "colour" not in k},
        "colour": "1",
    }


def test_nobody_writes_such_a_thing_anew() -> None:
    checked = check(FIRST, {**NEWER, "mood": ["2"]}, Context(TODAY, former={**NEWER, "colour": "1"}))
    assert {one.code for one in checked.problems} == {"unknown_field", "unreadable"}
    assert {one.code for one in check(FIRST, NEWER, Context(TODAY)).problems} == {"unknown_field", "unreadable"}
