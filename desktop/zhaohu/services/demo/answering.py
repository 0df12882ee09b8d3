"""What the guidance teachers of the demo write into the official forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from zhaohu.rules.forms.model import Answer
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.assess import Assessment, Measurement, assess
from zhaohu.rules.growth.form_codes import level_code, status_codes
from zhaohu.rules.growth.terms import Indicator, Level, Standard, Status
from zhaohu.services import reference
from zhaohu.services.demo.growing import Size
from zhaohu.services.demo.people import Person, Story
from zhaohu.services.demo.region import one_of, words
from zhaohu.services.demo.timetable import PlannedVisit

Answers = dict[str, Answer]

_SHOWN: Mapping[tuple[Story, str], Answers] = {
    (Story.DUE, "M06"): {"hemoglobin": 98},
    (Story.DUE, "M08"): {"development_8": ["3"]},
    (Story.RARE_NAME, "M03"): {"rickets_signs_3": ["2"], "development_3": []},
    (Story.UPCOMING, "NB1"): {"face": "2", "jaundice_site": ["2", "3"], "hearing_screen": "2", "skin": ["1"]},
}
"""What is found at every station, whatever the dice say: the beginnings of what `following` tells on."""
_SIGNS_FROM_MONTHS = 3
_HEMOGLOBIN_MONTHS = (6, 18, 30)
_TEETH = {6: 1, 8: 3, 12: 7, 18: 12, 24: 16, 30: 19, 36: 20}
_FONTANELLE = {1: 2.0, 3: 1.9, 6: 1.6, 8: 1.3, 12: 0.8, 18: 0.5}
_FONTANELLE_OPEN = {1: 1.0, 3: 1.0, 6: 0.98, 8: 0.95, 12: 0.6, 18: 0.12}


def fill(throw: Random, person: Person, visit: PlannedVisit, size: Size) -> Answers:
    """What is not normal, or has no normal answer, in the form of a check.

    Args:
        throw: The child's dice.
        person: The child.
        visit: Which visit.
        size: What was measured.
    """
    answers: Answers = {
        "weight_kg": f"{size.weight_g / 1000:.2f}",
        "next_date": (visit.day + timedelta(days=30)).isoformat(),
        **(_newborn(throw, person, visit) if visit.contact == "NB1" else _check(throw, person, visit, size)),
    }
    answers |= _SHOWN.get((person.story, visit.contact), {})
    if answers.get("hearing_screen") == "2":
        answers |= referred(words().referral_reason_screen)
    return answers


def referred(reason: str) -> Answers:
    """转诊建议 of a form."""
    return {"referral": "2", "referral_reason": reason, "referral_org": words().referral_org}


def _newborn(throw: Random, person: Person, visit: PlannedVisit) -> Answers:
    days = (visit.day - person.birth.day).days
    jaundiced = days <= 16 and throw.random() < 0.2
    feeding = one_of(throw, {"1": 62, "2": 28, "3": 10})
    answers: Answers = {
        "father_job": throw.choice(words().jobs),
        "mother_job": throw.choice(words().jobs),
        "mother_preg_disease": [one_of(throw, {"1": 85, "2": 9, "3": 6})],
        "asphyxia": "2" if throw.random() < 0.02 else "1",
        "apgar_1min": throw.randint(4, 7),
        "apgar_5min": throw.randint(8, 10),
        "malformation": "2" if throw.random() < 0.01 else "1",
        "malformation_text": words().malformation,
        "hearing_screen": one_of(throw, {"1": 94, "2": 3, "3": 3}),
        "disease_screen": [one_of(throw, {"1": 3, "2": 97})],
        "feeding": feeding,
        **({} if feeding == "1" else {"milk_ml": throw.choice((50, 60, 70, 80))}),
        "milk_times": throw.randint(8, 11),
        "stool_times": throw.randint(2, 7),
        "temp_c": f"{throw.uniform(36.3, 37.1):.1f}",
        "heart_rate": throw.randint(116, 148),
        "resp_rate": throw.randint(36, 50),
        "face": "2" if jaundiced else "1",
        "jaundice_site": ["2", "3"] if jaundiced and throw.random() < 0.25 else ["2"] if jaundiced else ["1"],
        "fontanelle_w": f"{throw.uniform(1.3, 2.3):.1f}",
        "fontanelle_l": f"{throw.uniform(1.3, 2.3):.1f}",
        "umbilical": ["2"] if days > throw.randint(6, 11) else ["1"],
        "guidance": _guidance(throw),
        "birth_length_cm": f"{person.birth.length_mm / 10:.1f}",
    }
    if throw.random() < 0.06:
        answers.update({"skin": ["4"], "skin_text": words().skin_finding})
    return answers


def _check(throw: Random, person: Person, visit: PlannedVisit, size: Size) -> Answers:
    months = int(visit.contact[1:])
    teeth = max(0, min(20, _TEETH.get(months, 0) + throw.randint(-2, 2)))
    answers: Answers = {
        "length_cm": f"{size.length_mm / 10:.1f}",
        "head_cm": f"{size.head_mm / 10:.1f}",
        "teeth": teeth,
        "caries": throw.choice((0, 0, 0, 0, 1, 2)) if months >= 24 else 0,
        "outdoor_hours": f"{throw.choice((0.5, 1, 1.5, 2, 2, 2.5, 3)):.1f}",
        "vitamin_d_iu": one_of(throw, {400: 85, 0: 9, 800: 6}),
        "guidance": _guidance(throw),
        **_fontanelle(throw, months),
        **_illness(throw),
        **grades(person, visit.day, size),
    }
    if months in _HEMOGLOBIN_MONTHS:
        answers["hemoglobin"] = round(throw.gauss(122, 8))
    if months >= _SIGNS_FROM_MONTHS and throw.random() < 0.03:
        sign = "development" if visit.form == "check_3_years" else f"development_{months}"
        answers.update({sign: [str(throw.randint(1, 4))], **referred(words().referral_reason_sign)})
    elif answers["weight_grade"] == "3":
        answers.update(referred(words().referral_reason_growth))
    return answers


def _guidance(throw: Random) -> list[str]:
    return ["1", "2", *(code for code in "345" if throw.random() < 0.7)]


def _fontanelle(throw: Random, months: int) -> Answers:
    if throw.random() >= _FONTANELLE_OPEN.get(months, 0):
        return {"fontanelle": "1"}
    width, length = (f"{max(0.3, _FONTANELLE[months] + throw.gauss(0, 0.2)):.1f}" for _side in "wl")
    return {"fontanelle": "2", "fontanelle_w": width, "fontanelle_l": length}


def _illness(throw: Random) -> Answers:
    code = one_of(throw, {"1": 70, "2": 3, "3": 8, "4": 2, "5": 17})
    return {
        "illness": [code],
        "illness_text": throw.choice(words().illnesses),
        "pneumonia_times": 1,
        "diarrhoea_times": throw.randint(1, 2),
        "injury_times": 1,
    }


def grades(person: Person, on: date, size: Size) -> Mapping[str, Answer]:
    """上 中 下 as the assessment beside the form says, and the statuses of the form for three years."""
    ages = Ages.on(person.birth.day, on, person.birth.gestation_days)
    measured = Measurement(size.weight_g, size.length_mm, size.head_mm)
    found = assess(reference.growth_references(), Standard.CHINA, int(person.birth.sex), ages, measured)
    return {
        "weight_grade": _grade(found, Indicator.WFA),
        "length_grade": _grade(found, Indicator.LHFA),
        "weight_for_height_grade": _grade(found, Indicator.WFL),
        "growth_status": status_codes(_status(found)),
    }


def _grade(found: Assessment, indicator: Indicator) -> str:
    level = found.of(indicator).level
    return level_code(level or Level.MIDDLE)


def _status(found: Assessment) -> list[Status | None]:
    return [found.of(indicator).status for indicator in (Indicator.WFA, Indicator.LHFA, Indicator.WFL)]
