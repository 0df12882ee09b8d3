"""Referrals and their answers in the demo, as the two hospitals write them."""

from __future__ import annotations

from datetime import date
from random import Random

from zhaohu.rules.ages import age_text
from zhaohu.services.demo.answering import Answers
from zhaohu.services.demo.people import Person
from zhaohu.services.demo.region import care_words

_IMPROVED, _RULED_OUT = "2", "6"


def referral_letter(person: Person, on: date) -> Answers:
    """What is said in a referral beside what the finding says."""
    said = care_words()
    return {
        "age": age_text(person.birth.day, on),
        "phone": person.family.main.phone,
        "level": "1",
        "to_org": said["answer_org"],
        "to_department": said["answer_department"],
        "past_history": said["past_history"],
        "site_phone": said["station_phone"],
    }


def answer_letter(throw: Random, person: Person, on: date, *, better: bool) -> Answers:
    """What the hospital sends back: nothing was found, or it is better already."""
    said = care_words()
    return {
        "age": age_text(person.birth.day, on),
        "phone": person.family.main.phone,
        "diagnosis": said["answer_exam_better" if better else "answer_exam"],
        "exam_results": said["answer_exam_better" if better else "answer_exam"],
        "treatment": said["answer_treatment_better" if better else "answer_treatment"],
        "outcome": _IMPROVED if better else _RULED_OUT,
        "from_org": said["answer_org"],
        "from_department": said["answer_department"],
        "from_doctor": throw.choice(said["answer_doctors"]),
        "from_phone": said["answer_phone"],
    }
