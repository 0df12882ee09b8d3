"""Made-up families and answers for the service tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhaohu.records.codes import Sex
from zhaohu.services.desk import Desk
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver, NewChild, register_child


def a_child(name: str = "单芷然", **values: Any) -> NewChild:
    facts = {"gestation_days": 275, "birth_weight_g": 3300, "birth_length_mm": 500, **values.pop("facts", {})}
    defaults: dict[str, Any] = {
        "sex": Sex.FEMALE,
        "birth_date": date(2026, 11, 2),
        "village": "大坡社区",
        "address": "巨峰镇大坡社区12号",
        "caregivers": (
            NewCaregiver("李秀梅", MOTHER, "13812345678", is_main=True),
            NewCaregiver("单强", FATHER, "15900001234"),
        ),
    }
    return NewChild(name=name, facts=facts, **{**defaults, **values})


def enrol(desk: Desk, name: str = "单芷然", **values: Any) -> str:
    return register_child(desk, a_child(name, **values))


def newborn_answers(**changes: Any) -> dict[str, Any]:
    """What a nurse keys in for a healthy newborn, beyond what the register knows."""
    answers: dict[str, Any] = {
        "mother_preg_disease": ["1"],
        "birth_facility": "岚山区人民医院",
        "birth_situation": ["1"],
        "asphyxia": "1",
        "malformation": "1",
        "hearing_screen": "1",
        "disease_screen": ["2"],
        "weight_kg": "3.55",
        "feeding": "1",
        "milk_times": 9,
        "vomiting": "1",
        "stool": "1",
        "stool_times": 4,
        "temp_c": "36.8",
        "heart_rate": 132,
        "resp_rate": 42,
        "face": "1",
        "jaundice_site": ["1"],
        "fontanelle_w": "1.5",
        "fontanelle_l": "1.5",
        "fontanelle": "1",
        "umbilical": ["2"],
        "referral": "1",
        "guidance": ["1", "2"],
        "visit_date": "2026-11-10",
        "next_place": "巨峰镇卫生院",
        "next_date": "2026-11-30",
        "signer": "王敏",
    }
    return {**answers, **changes}
