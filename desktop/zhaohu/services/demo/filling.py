"""What the guidance teachers of the demo write into the forms beside and between the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from random import Random

from zhaohu.rules.ages import months_and_days
from zhaohu.rules.forms.model import Answer
from zhaohu.services.demo.answering import Answers, grades
from zhaohu.services.demo.growing import Size
from zhaohu.services.demo.people import Person
from zhaohu.services.demo.region import care_words, one_of
from zhaohu.services.demo.timetable import PlannedVisit

_ANAEMIC_BELOW = 110
_MEALS = {1: 0, 3: 0, 6: 1, 8: 2, 12: 3, 18: 3, 24: 3, 30: 3, 36: 3}
_CLINIC, _HOME = "2", "1"
_NOT_EXAMINED = "3"
_SAFETY_LINES = 14


def fill_beside(throw: Random, person: Person, visit: PlannedVisit, size: Size) -> Answers:
    """What is said in a form that is filled in beside a check, or at a visit of its own.

    Args:
        throw: The child's dice.
        person: The child.
        visit: Which visit.
        size: What was measured last.
    """
    return _FILLED[visit.form](throw, person, visit, size)


def _chinese_medicine(throw: Random, _person: Person, _visit: PlannedVisit, _size: Size) -> Answers:
    """The technique is taught at most visits; diet and daily life always are."""
    done: list[str] = ["1", "2", *(["3"] if throw.random() < 0.9 else [])]
    return dict.fromkeys(("service_6_12", "service_18", "service_24", "service_30_36"), done)


def _feeding(throw: Random, person: Person, visit: PlannedVisit, size: Size) -> Answers:
    months = months_and_days(person.birth.day, visit.day)[0]
    meals = max(number for age, number in _MEALS.items() if age <= max(1, months))
    groups = [code for code in "1234567" if throw.random() < (0.45 if months < 8 else 0.8)] or ["1"]
    breastfed = throw.random() < (0.8 if months < 12 else 0.3)
    return {
        "feeding": one_of(throw, {"1": 62, "2": 28, "3": 10}),
        "breastfed": "1" if breastfed else "2",
        "milk_times": max(1, 8 - months // 3),
        "milk_ml": 0 if breastfed and months < 8 else throw.choice((400, 500, 600)),
        "solids_from": 6,
        "meals": meals,
        "food_groups": groups,
        "texture": "1" if months < 8 else "2" if months < 12 else "3",
        "vitamin_d_iu": one_of(throw, {400: 88, 0: 8, 800: 4}),
        "iron": "1",
        "habits": [one_of(throw, {"1": 80, "3": 10, "4": 6, "5": 4})],
        "nutrition_status": grades(person, visit.day, size)["growth_status"],
        "counselling": ["2", "3"] if months >= 6 else ["1", "5"],
        "advice": care_words()["feeding_advice"],
    }


def _high_risk(throw: Random, person: Person, visit: PlannedVisit, size: Size) -> Answers:
    """Beside a check its measurements are not written twice."""
    measured: Mapping[str, Answer] = {
        "weight_kg": f"{size.weight_g / 1000:.2f}",
        "length_cm": f"{size.length_mm / 10:.1f}",
        "head_cm": f"{size.head_mm / 10:.1f}",
        **{name: grade for name, grade in grades(person, visit.day, size).items() if name != "growth_status"},
    }
    return {
        "way": _HOME if (visit.day - person.birth.day).days < 29 else _CLINIC,
        "reason": care_words()["high_risk_reason"],
        "temperature": f"{throw.uniform(36.3, 37.1):.1f}",
        "heart_rate": throw.randint(118, 146),
        "respiration": throw.randint(36, 48),
        "feeding": one_of(throw, {"1": 55, "2": 35, "3": 10}),
        "result": "4" if visit.contact in ("HR01", "HR02") else "1",
        "treatment": care_words()["high_risk_care"],
        **(measured if visit.measured else {}),
    }


def _eyes(_throw: Random, _person: Person, _visit: PlannedVisit, _size: Size) -> Answers:
    """What the county's hospital examines is not examined here."""
    said: Answers = {"guidance": ["1", "2", "3"]}
    said.update(dict.fromkeys(("red_reflex", "position", "cover", "refraction"), _NOT_EXAMINED))
    return said


_FILLED: Mapping[str, Callable[[Random, Person, PlannedVisit, Size], Answers]] = {
    "tcm_6_18": _chinese_medicine,
    "tcm_24_36": _chinese_medicine,
    "feeding_assessment": _feeding,
    "high_risk_follow_up": _high_risk,
    "eye_check": _eyes,
}


def hemoglobin(value: int) -> Answers:
    """A test during treatment."""
    normal = value >= _ANAEMIC_BELOW
    return {"reason": "2", "specimen": "1", "hemoglobin": value, "grade": "1" if normal else "2", "iron": "3"}


def hearing_passed() -> Answers:
    """The second screen of a newborn who did not pass the first."""
    return {"kind": "2", "method": "1"}


def home_visit(throw: Random) -> Answers:
    """A guidance home visit with what was seen, and two risks in the home."""
    risks = throw.sample(range(1, _SAFETY_LINES + 1), 2)
    return {
        **{f"safety_{number}": throw.choice(("2", "3")) for number in risks},
        f"safety_{risks[0]}": "2",
        "present": ["1", "3"],
        "caregiver": one_of(throw, {"1": 6, "3": 4}),
        "care_3": one_of(throw, {"1": 6, "2": 4}),
        "care_risks": [one_of(throw, {"2": 4, "9": 4, "10": 2})],
        "care_risk_level": "2",
        "topic_blocks": ["3", "5"],
        "advice": care_words()["home_advice"],
        "goals": throw.choice(care_words()["goals"]),
    }


def case_opened(category: str, on: date, next_date: date, size: Size) -> Answers:
    """The record that opens a special case; `category` is its code."""
    anaemia = category == "04"
    return {
        "category": category,
        "cause": ["1"],
        "diagnosis": care_words()["iron_diagnosis" if anaemia else "rickets_diagnosis"],
        "weight_kg": f"{size.weight_g / 1000:.2f}",
        "treatment": care_words()["case_care"],
        "visit_date": on.isoformat(),
        "next_date": next_date.isoformat(),
        **({} if anaemia else {"signs": care_words()["rickets_signs"]}),
    }


def case_reviewed(throw: Random, category: str, next_date: date | None, value: int) -> Answers:
    """A monthly review; `value` is the haemoglobin, 0 for none, and without a next day the case is about to end."""
    said: Answers = {
        "feeding": throw.choice(care_words()["case_feeding"]),
        "treatment": care_words()["case_care"],
        "medicine": care_words()["case_medicine"],
        "next_date": next_date.isoformat() if next_date else "",
        **({"exam_items": ["01"], "hemoglobin": value} if value else {}),
    }
    return said if category == "04" else said | {"signs": care_words()["rickets_signs"]}
