"""Doubtful measurements of a visit on the real store: told while typing, refused when impossible, both values kept."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services.families import enrol, newborn_answers

from zhaohu.errors import BadInput
from zhaohu.records import Measurement
from zhaohu.records.codes import Position
from zhaohu.rules.forms.starting import all_normal
from zhaohu.rules.growth.doubt import Cause
from zhaohu.services.care import visit_growth, visits
from zhaohu.services.care.doubts import FieldDoubt, Standing
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth
from zhaohu.services.register.children import MOTHER, NewCaregiver

BORN = date(2026, 5, 18)  # six months before the day of the desk
CURVE = ((date(2026, 6, 18), 4600, 550, 374), (date(2026, 8, 18), 6500, 618, 405))


def a_girl(desk: Desk, name: str = "单芷然", **values) -> str:
    child_id = enrol(desk, name, birth_date=BORN, **values)
    with desk.write("visit.record") as work:
        for on, weight_g, length_mm, head_mm in CURVE:
            work.session.add(
                desk.make(
                    Measurement,
                    child_id=child_id,
                    measured_on=on,
                    weight_g=weight_g,
                    length_mm=length_mm,
                    head_mm=head_mm,
                )
            )
    return child_id


def check_answers(desk: Desk, child_id: str, **changes) -> dict:
    entry = visits.start_visit(desk, child_id, "check_1_8")
    answers = {
        **entry.answers,
        "age_column": "6",
        "weight_kg": "7.90",
        "weight_grade": "2",
        "length_cm": "67.8",
        "length_grade": "2",
        "head_cm": "43.3",
        "fontanelle": "1",
        "teeth": 1,
        "outdoor_hours": "1.0",
        "vitamin_d_iu": 400,
        "guidance": ["1"],
        "next_date": "2027-01-18",
        "signer": "王敏",
        **changes,
    }
    known = {name for field in entry.form.fields() for name in field.names}
    return all_normal(entry.form, {name: answer for name, answer in answers.items() if name in known})


def doubts(desk: Desk, child_id: str, **changes) -> list[FieldDoubt]:
    entry = visits.start_visit(desk, child_id, "check_1_8")
    return list(visit_growth.entry_growth(desk, entry, check_answers(desk, child_id, **changes)).doubts)


def save(desk: Desk, child_id: str, **changes) -> visits.VisitView:
    return visits.record_visit(
        desk, child_id=child_id, form_id="check_1_8", answers=check_answers(desk, child_id, **changes)
    )


def test_what_is_typed_is_compared_with_the_childs_own_curve(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    assert doubts(station_desk, child_id) == []
    (doubt,) = doubts(station_desk, child_id, weight_kg="9.70")
    assert (doubt.field, doubt.doubt.cause, doubt.likely, doubt.standing) == (
        "weight_kg",
        Cause.SWAPPED_DIGITS,
        "7.90",
        Standing.OPEN,
    )
    assert not doubt.hard


def test_a_number_that_the_form_refuses_is_explained_too(station_desk: Desk) -> None:
    (doubt,) = doubts(station_desk, a_girl(station_desk), weight_kg="79")
    assert (doubt.doubt.cause, doubt.likely, doubt.hard) == (Cause.DECIMAL_SLIP, "7.90", True)


def test_what_is_known_may_be_read_once(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    entry = visits.start_visit(station_desk, child_id, "check_1_8")
    known = visit_growth.known_of(station_desk, entry)
    typed = check_answers(station_desk, child_id, weight_kg="9.70")
    assert visit_growth.entry_growth(station_desk, entry, typed, known) == visit_growth.entry_growth(
        station_desk, entry, typed
    )


def test_impossible_numbers_are_refused_with_field_value_and_reason(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    with pytest.raises(BadInput) as refused:  # within the form's own limits, for a child of six months not possible
        save(station_desk, child_id, weight_kg="1.50")
    (problem,) = refused.value.details["problems"]
    assert (refused.value.code, problem["field"], problem["value"]) == ("visit_refused", "weight_kg", "1.50")
    for part in ("1.5 kg", "女孩", "6 月"):
        assert part in problem["reason"]
    assert len(growth.series(station_desk, child_id)) == 3


@pytest.mark.parametrize(
    ("again", "standing"),
    [
        ("9.62", Standing.CONFIRMED),
        ("9.60", Standing.CONFIRMED),
        ("9.59", Standing.DIFFERS),
        ("7.90", Standing.DIFFERS),
    ],
)
def test_two_measurements_agree_to_100_g(station_desk: Desk, again: str, standing: Standing) -> None:
    (doubt,) = doubts(station_desk, a_girl(station_desk), weight_kg="9.70", weight_kg_again=again)
    assert doubt.standing is standing
    assert doubt.message


def test_both_values_are_kept_and_the_first_counts(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    saved = save(station_desk, child_id, weight_kg="9.70", weight_kg_again="9.65")
    assert (saved.answers["weight_kg"], saved.answers["weight_kg_again"]) == ("9.70", "9.65")
    assert growth.series(station_desk, child_id)[-1].measured.weight_g == 9700
    (doubt,) = visit_growth.recorded_doubts(station_desk, saved)
    assert doubt.standing is Standing.CONFIRMED


def test_an_unanswered_doubt_stays_visible_until_it_is_corrected(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    saved = save(station_desk, child_id, weight_kg="9.70")
    (doubt,) = visit_growth.recorded_doubts(station_desk, saved)
    assert (doubt.field, doubt.standing) == ("weight_kg", Standing.OPEN)
    entry = visits.edit_visit(station_desk, saved.id)
    (while_correcting,) = visit_growth.entry_growth(station_desk, entry, dict(entry.answers)).doubts
    assert while_correcting == doubt  # the record is not compared with itself
    mended = visits.correct_visit(
        station_desk, saved.id, answers={**entry.answers, "weight_kg": "7.90"}, reason="数字打颠倒"
    )
    assert visit_growth.recorded_doubts(station_desk, mended) == ()


def test_a_second_measurement_is_checked_like_the_first(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    for again in ("79", "7.901", "x"):
        with pytest.raises(BadInput) as refused:
            save(station_desk, child_id, weight_kg_again=again)
        assert refused.value.details["field"] == "weight_kg_again"


def test_the_twins_numbers_are_recognised(station_desk: Desk) -> None:
    twin, other = a_girl(station_desk, "单芷若"), a_girl(station_desk)  # of one mother, by her telephone
    save(station_desk, twin)
    assert doubts(station_desk, other) == []  # alike is not doubtful
    strong = {"weight_kg": "9.60", "length_cm": "72.0", "head_cm": "45.5"}
    third = a_girl(station_desk, "单芷苒")
    save(station_desk, third, **strong)
    found = doubts(station_desk, other, **strong)
    assert {one.doubt.cause for one in found} == {Cause.SIBLING}
    assert "单芷苒" in found[0].message
    stranger = a_girl(station_desk, "王浩然", caregivers=(NewCaregiver("王静", MOTHER, "13700001111", is_main=True),))
    assert Cause.SIBLING not in {one.doubt.cause for one in doubts(station_desk, stranger, **strong)}


def test_position_and_oedema_go_into_the_measurement(station_desk: Desk) -> None:
    child_id = a_girl(station_desk)
    plain = save(station_desk, child_id)
    day = growth.series(station_desk, child_id)[-1]
    assert (day.measured.position, day.measured.oedema) == (None, False)
    entry = visits.edit_visit(station_desk, plain.id)
    answers = {**entry.answers, "length_position": "2", "oedema": "2"}
    visits.correct_visit(station_desk, plain.id, answers=answers, reason="补填")
    day = growth.series(station_desk, child_id)[-1]
    assert (day.measured.position, day.measured.oedema) == (Position.STANDING, True)


def test_the_newborn_visit_compares_with_the_birth(station_desk: Desk) -> None:
    child_id = enrol(station_desk)
    entry = visits.start_visit(station_desk, child_id, "newborn_visit")
    typed = {**entry.answers, **newborn_answers(weight_kg="7.10")}  # jin
    doubt, *_less_likely = visit_growth.entry_growth(station_desk, entry, typed).doubts
    assert (doubt.field, doubt.doubt.cause, doubt.likely) == ("weight_kg", Cause.JIN, "3.55")


def test_chinese_sentences_follow_each_other_without_a_space(station_desk: Desk) -> None:
    (said, *_others) = doubts(station_desk, a_girl(station_desk), weight_kg="75")
    assert "。像是 7.5 kg" in said.message
    assert "？请核对后改正。" in said.message
