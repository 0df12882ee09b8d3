"""Made-up values for the documents."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from zhaohu import paths
from zhaohu.paper.sheet import Imprint
from zhaohu.paper.visit_record import GrowthLine, VisitRecord
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Form
from zhaohu.rules.growth import References, load_references

RARE = "𠮷𬭚㛃䶮𫖯"
ANSWERS = {
    "child_name": RARE,
    "file_no8": "00300127",
    "sex": "2",
    "birth_date": "2026-10-21",
    "id_no": "371103202610210024",
    "address": "山东省日照市岚山区巨峰镇薄家口村一组27号",
    "father_name": "王䶮",
    "father_phone": "13800000001",
    "father_birth_date": "1995-03-02",
    "mother_name": "李𫖯",
    "gest_weeks": 36,
    "mother_preg_disease": ["2", "4"],
    "mother_preg_disease_text": "轻度贫血",
    "birth_facility": "岚山区人民医院",
    "birth_situation": ["4", "7"],
    "birth_situation_text": "脐带绕颈",
    "asphyxia": "2",
    "apgar_1min": 6,
    "apgar_5min": 9,
    "malformation": "1",
    "hearing_screen": "3",
    "disease_screen": ["3", "5"],
    "disease_screen_text": "枫糖尿病",
    "birth_weight_kg": "2.45",
    "weight_kg": "2.90",
    "birth_length_cm": "46.0",
    "feeding": "2",
    "milk_times": 8,
    "jaundice_site": ["2", "3"],
    "fontanelle_w": "1.5",
    "fontanelle_l": "1.4",
    "fontanelle": "1",
    "referral": "2",
    "referral_reason": "躯干皮肤黄染，需进一步检查胆红素",
    "referral_org": "岚山区妇幼保健院儿童保健科",
    "guidance": ["1", "2", "3", "4", "5", "6"],
    "guidance_text": "预防接种",
    "visit_date": "2026-11-04",
    "next_place": "巨峰镇卫生院",
    "next_date": "2026-11-18",
    "signer": "王敏",
}
GROWTH = (GrowthLine(date(2026, 11, 10), "年龄别体重", "2.90 kg", "下", "-2.31", "-2.27", "低体重"),)


@pytest.fixture(scope="session")
def form() -> Form:
    return parse_form(paths.resource("forms/newborn_visit.toml").read_text("utf-8"), "newborn_visit.toml")


@pytest.fixture(scope="session")
def references() -> References:
    return load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))


@pytest.fixture
def imprint() -> Imprint:
    return Imprint(
        station="巨峰镇指导站",
        printed_by="王敏",
        printed_at=datetime(2026, 11, 21, 9, 41).astimezone(),
        number="371103-01-000123",
        version=2,
        qr="ZH1|visit|371103-01-000123|v2|1a2b3c4d",
    )


@pytest.fixture
def record(form: Form) -> VisitRecord:
    return VisitRecord(form, ANSWERS, GROWTH, guardian_line=True)
