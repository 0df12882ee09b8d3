"""Every form that a station fills in, in every column: saved, read again, corrected with the former version kept."""

from __future__ import annotations

import pytest
from tests.rules.forms.filling import BORN, EVERY_COLUMN, FORMS, complete, day_of
from tests.services.families import enrol

from zhaohu.rules.forms.model import Answer
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk

SIZES = {
    "": ("3.55", "", ""),
    "1": ("4.20", "54.0", "37.0"),
    "3": ("6.30", "61.0", "40.5"),
    "6": ("7.80", "67.0", "43.0"),
    "8": ("8.50", "71.0", "44.5"),
    "12": ("9.50", "76.0", ""),
    "18": ("11.00", "82.0", ""),
    "24": ("12.20", "88.0", ""),
    "30": ("13.20", "92.5", ""),
}
"""Weight, length and head of a child that grows along the middle."""


def answers_of(form_id: str, column: str) -> dict[str, Answer]:
    """A whole record, as somebody would key it in."""
    sizes = ("14.30", "97.0", "") if form_id == "check_3_years" else SIZES.get(column, ("", "", ""))
    asked = {one.name for one in FORMS[form_id].fields()}
    typed = {
        name: size for name, size in zip(("weight_kg", "length_cm", "head_cm"), sizes, strict=True) if name in asked
    }
    return complete(form_id, column, **typed).values


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_a_record_of_every_column_is_saved_read_and_corrected(station_desk: Desk, form_id: str) -> None:
    child_id = enrol(station_desk, birth_date=BORN)
    for column in [column for form, column in EVERY_COLUMN if form == form_id]:
        begun = visits.start_visit(station_desk, child_id, form_id).answers
        known = {one.name: begun[one.name] for one in FORMS[form_id].fields() if one.prefill and one.name in begun}
        answers = {**answers_of(form_id, column), **known, "visit_date": day_of(form_id, column).isoformat()}
        saved = visits.record_visit(station_desk, child_id=child_id, form_id=form_id, answers=answers)
        assert saved.answers == {
            **answers,
            **{k: v for k, v in saved.answers.items() if FORMS[form_id].field(k).hidden},
        }
        assert (saved.form.version, saved.visit_date) == (FORMS[form_id].version, day_of(form_id, column))
        entry = visits.edit_visit(station_desk, saved.id)
        corrected = visits.correct_visit(
            station_desk, saved.id, answers={**entry.answers, "signer": "李医生"}, reason="签名写错"
        )
        assert corrected.answers == {**saved.answers, "signer": "李医生"}
        assert visits.view_visit(station_desk, saved.id).answers == saved.answers
