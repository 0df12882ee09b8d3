"""The one form that ships, and a newborn whose visit is without fault."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from zhaohu import paths
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.loader import parse_form


@pytest.fixture(scope="session")
def form_text():
    return paths.resource("forms/newborn_visit.toml").read_text("utf-8")


@pytest.fixture(scope="session")
def form(form_text):
    return parse_form(form_text, "newborn_visit.toml")


@pytest.fixture
def context():
    return Context(
        date(2026, 10, 25),
        {
            "child.name": "吴芷然",
            "child.sex": "2",
            "child.birth_date": date(2026, 10, 15),
            "child.birth_weight_kg": Decimal("3.295"),
        },
    )


@pytest.fixture
def good():
    """A complete visit of a healthy child, as a JSON file would say it."""
    return {
        "child_name": "吴芷然",
        "file_no8": "101-00001",
        "sex": "2",
        "birth_date": "2026-10-15",
        "id_no": "11010519491231002X",
        "address": "巨峰镇土山河村380号",
        "mother_name": "梁美巧",
        "mother_phone": "191 4694 7419",
        "mother_birth_date": "1998-02-03",
        "gest_weeks": 38,
        "mother_preg_disease": ["1"],
        "birth_facility": "岚山区人民医院",
        "birth_situation": ["1"],
        "asphyxia": "1",
        "malformation": "1",
        "hearing_screen": "1",
        "disease_screen": ["2"],
        "birth_weight_kg": "3.30",
        "weight_kg": "3.45",
        "birth_length_cm": "50.2",
        "feeding": "1",
        "milk_times": 10,
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
        "eyes": "1",
        "limbs": "1",
        "ears": "1",
        "neck_mass": "1",
        "nose": "1",
        "skin": ["1"],
        "mouth": "1",
        "anus": "1",
        "heart_lung": "1",
        "chest": "1",
        "abdomen": "1",
        "spine": "1",
        "genitals": "1",
        "umbilical": ["2"],
        "referral": "1",
        "guidance": ["1", "2", "3"],
        "visit_date": "2026-10-25",
        "next_place": "巨峰镇卫生院",
        "next_date": "2026-11-12",
        "signer": "李医生",
    }
