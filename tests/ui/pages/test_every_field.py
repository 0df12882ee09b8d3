"""Every field that the specification names: recorded, asked for, correctable, shown, in rosters, on paper, by command.

One child with everything known is taken in through the registration form's own fields; what stands on each page, on
the card and in the answer of the command is then compared with what was typed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel
from tests.paper.pdfs import page_texts

from zhaohu.cli.app import run
from zhaohu.records import Caregiver, Child, ChildRisk, Consent, Household, StatusChange
from zhaohu.records.codes import ConsentScope, Risk
from zhaohu.rules.roster_columns import FIELDS
from zhaohu.services.register import children, consents, corrections, families, register_papers, risk_factors
from zhaohu.services.register.particulars import particulars
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.pages.child_edit import EditChild
from zhaohu.ui.pages.child_form import register_form
from zhaohu.ui.pages.child_values import new_child
from zhaohu.ui.pages.children_columns import columns
from zhaohu.ui.pages.family import family_page
from zhaohu.ui.pages.family_forms import CaregiverDialog, ask_place

TODAY = date(2026, 11, 20)
ID, MOTHERS_ID, FATHERS_ID = "371103202611020022", "371103199503020022", "371103199204050011"


@dataclass(frozen=True)
class Place:
    """Where one field of the specification stands; empty where it has no business.

    `typed` is what a person enters, `said` how page, card and command say it.
    """

    record: tuple[type, str]
    register: str
    edit: str
    typed: object
    said: str
    roster: str = ""
    column: str = ""
    page: str = "particulars"  # child, family, particulars
    command: str = ""
    on_card: bool = True


FIELDS_OF_SPECIFICATION = {
    # 儿童 (product.md part 1; 个人基本信息表 and the register additions of forms.md §7)
    "姓名": Place((Child, "name"), "name", "name", "单芷然", "单芷然", "name", "name", "child", "name"),
    "性别": Place((Child, "sex"), "sex", "sex", "2", "女", "sex", "sex", "child", "sex"),
    "出生日期": Place((Child, "birth_date"), "birth_date", "birth_date", date(2026, 11, 2), "2026年11月2日",
                  "birth_date", "born", "child", "birth_date"),
    "出生时间": Place((Child, "birth_time"), "birth_time", "birth_time", "08:15", "08:15", "birth_time",
                  command="birth_time"),
    "身份证号": Place((Child, "citizen_id"), "citizen_id", "citizen_id", "", "371103********", "id_number", "",
                  command="id_number", on_card=False),
    "出生医学证明编号": Place((Child, "birth_certificate_no"), "birth_certificate_no", "birth_certificate_no",
                     "W371234567", "W371234567", "birth_certificate", command="birth_certificate_no"),
    "居民健康档案编号": Place((Child, "health_record_no"), "health_record_no", "health_record_no",
                     "37110310210100001", "37110310210100001", "record_number", "record_no",
                     command="health_record_no"),
    "儿童保健手册号": Place((Child, "handbook_no"), "handbook_no", "handbook_no", "BJ-0042", "BJ-0042",
                    "handbook_number", "handbook_no", command="handbook_no"),
    "民族": Place((Child, "ethnicity"), "ethnicity", "ethnicity", "03", "回族", "ethnicity", command="ethnicity"),
    "孩次": Place((Child, "birth_order"), "birth_order", "birth_order", 3, "3", "birth_order",
                command="birth_order"),
    "出生孕周": Place((Child, "gestation_days"), "gestation", "gestation", "36+4", "36 周 + 4 天", "gestation",
                  "gestation", command="gestation_days"),
    "出生体重": Place((Child, "birth_weight_g"), "birth_weight_g", "birth_weight_g", 2480, "2,480 g", "birth_weight",
                  "birth_weight", command="birth_weight_g"),
    "出生身长": Place((Child, "birth_length_mm"), "birth_length_cm", "birth_length_cm", Decimal("46.5"), "46.5 cm",
                  "birth_length", command="birth_length_mm"),
    "分娩方式": Place((Child, "delivery"), "delivery", "delivery", "4", "剖宫", "delivery", command="delivery"),
    "胎数": Place((Child, "plurality"), "plurality", "plurality", "2", "2", "plurality", command="plurality"),
    "出生地": Place((Child, "birth_place"), "birth_place", "birth_place", "岚山区人民医院", "岚山区人民医院",
                 "birth_place", command="birth_place"),
    "出院日期": Place((Child, "discharged_on"), "discharged_on", "discharged_on", date(2026, 11, 6), "2026年11月6日",
                  "discharge_date", command="discharged_on"),
    "常住类型": Place((Child, "residence"), "residence", "residence", "2", "非户籍", "residence", "residence",
                  command="residence"),
    "从哪里来": Place((Child, "came_from"), "came_from", "came_from", "临沂市莒南县", "临沂市莒南县", "came_from",
                  command="came_from"),
    # 家庭
    "区县": Place((Household, "county"), "county", "county", "岚山区", "岚山区", "county", page="family",
                command="county"),
    "乡镇": Place((Household, "township"), "township", "township", "巨峰镇", "巨峰镇", "township", page="family",
                command="township"),
    "村居": Place((Household, "village_id"), "village", "village", "大坡社区", "大坡社区", "village", "village",
                "family", "village"),
    "现住址": Place((Household, "address"), "address", "address", "幸福路12号", "幸福路12号", "address", "address",
                 "family", "address"),
    "户籍地址": Place((Household, "registered_address"), "registered_address", "registered_address",
                  "莒南县大店镇", "莒南县大店镇", "registered_address", page="family", command="registered_address"),
    "照护困难": Place((Household, "care_difficulty"), "care_difficulty", "care_difficulty", "留守", "留守",
                  "care_difficulty", page="family", command="care_difficulty"),
    # 监护人与照护者
    "监护人姓名": Place((Caregiver, "name"), "mother", "name", "李秀梅", "李秀梅", "mother_name", "caregiver",
                   "family"),
    "与儿童关系": Place((Caregiver, "relation"), "other_relation", "relation", "62", "祖母", "guardian_relation",
                   page="family"),
    "监护人电话": Place((Caregiver, "phone"), "mother_phone", "phone", "13812345678", "5678", "mother_phone", "phone",
                   "family"),
    "监护人身份证号": Place((Caregiver, "citizen_id"), "mother_id", "citizen_id", "", "371103********", "mother_id",
                     page="family", on_card=False),
    "监护人出生日期": Place((Caregiver, "birth_date"), "mother_born", "birth_date", date(1995, 3, 2), "",
                     "mother_birth_date", page="family"),
    "监护人职业": Place((Caregiver, "occupation"), "mother_occupation", "occupation", "养蜂员", "养蜂员",
                   "mother_occupation", page="family"),
    "监护人文化程度": Place((Caregiver, "education"), "mother_education", "education", "7", "初中",
                     "mother_education", page="family"),
    "主要照护者": Place((Caregiver, "is_main"), "main", "is_main", "mother", "主要照护人", page="family"),
}  # fmt: skip


def check_digit(first: str) -> str:
    """GB 11643, from the weights 2^(17-i) mod 11 of the standard."""
    rest = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(first)) % 11
    return "10X98765432"[rest]


def whole_id(number: str) -> str:
    return number[:17] + check_digit(number[:17])


@pytest.fixture
def values() -> dict[str, object]:
    form = register_form(["大坡社区"], TODAY)
    typed = {place.register: place.typed for place in FIELDS_OF_SPECIFICATION.values()}
    typed |= {"citizen_id": whole_id(ID), "mother_id": whole_id(MOTHERS_ID), "other": "王桂兰"}
    form.load(typed)
    found = form.values()
    assert {name: found[name] for name in typed} == typed  # the form keeps what was typed
    return found


@pytest.fixture
def child_id(qapp, desk, values) -> str:
    made = children.register_child(desk, new_child(values))
    risk_factors.add_risk(desk, made, Risk.JAUNDICE, TODAY, "蓝光治疗5天")
    consents.decide(desk, made, {ConsentScope.CONTACT: False}, TODAY, "李秀梅", "52", "电话太多")
    return made


def words_on(page) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel))


def test_every_field_is_recorded_asked_for_and_in_the_roster(qapp, desk, stage, child_id) -> None:
    registering = register_form([], TODAY).fields
    edit = EditChild(None, desk, stage.runner, child_id)
    household = children.view_child(desk, child_id).household_id
    carer = CaregiverDialog(None, desk, stage.runner, household)
    forms = {Child: edit.form.fields, Caregiver: carer.form.fields}
    listed = {column.name for column in columns(TODAY, {}, at_center=False)}
    for name, place in FIELDS_OF_SPECIFICATION.items():
        record, field = place.record
        assert field in record.model_fields, name
        assert place.register in registering, name
        assert record is Household or place.edit in forms[record], name
        assert not place.roster or place.roster in FIELDS, name
        assert not place.column or place.column in listed, name
    for one in (edit, carer):
        one.deleteLater()


def test_no_recorded_field_is_forgotten_here() -> None:
    """A field that is added to the records has to be given its places above."""
    kept_elsewhere = {
        Child: {"household_id", "status", "status_on", "status_reason", "registered_on", "merged_into"},
        Household: set(),
        Caregiver: {"household_id"},
    }
    for record, elsewhere in kept_elsewhere.items():
        named = {place.record[1] for place in FIELDS_OF_SPECIFICATION.values() if place.record[0] is record}
        common = {"id", "owner", "recorded_by", "recorded_at", "extra"}
        own = {name for name in record.model_fields if name not in common and not name.startswith(("deleted", "rev"))}
        assert own - elsewhere == named


def test_status_risk_and_consent_keep_date_reason_and_who() -> None:
    assert {"status", "happened_on", "reason", "place"} <= set(StatusChange.model_fields)
    assert {"risk", "found_on", "note", "ended_on", "ended_reason"} <= set(ChildRisk.model_fields)
    assert {"scope", "given", "decided_on", "guardian", "relation", "reason"} <= set(Consent.model_fields)


def test_every_field_is_corrected_with_its_name_said(qapp, desk, stage, child_id) -> None:
    for place in FIELDS_OF_SPECIFICATION.values():
        assert place.record[1] in corrections.TITLES
    family = families.view_family(desk, children.view_child(desk, child_id).household_id)
    dialog = ask_place(None, desk, stage.runner, family, [])
    wanted = {place.edit for place in FIELDS_OF_SPECIFICATION.values() if place.record[0] is Household}
    assert wanted <= set(dialog.form.fields)
    dialog.close()


def test_every_field_is_seen_on_the_childs_page_or_the_familys(desk, stage, child_id) -> None:
    view = children.view_child(desk, child_id)
    page = stage.open(child_page, desk, child_id)
    family = words_on(stage.open(family_page, desk, view.household_id))
    seen = {
        "child": words_on(page),
        "family": family,
        "particulars": "\n".join(f"{one.title} {one.words}" for one in page.particulars.rows()),
    }
    assert page.particulars.rows() == particulars(view)
    for name, place in FIELDS_OF_SPECIFICATION.items():
        assert place.said in seen[place.page], name
    assert "登记" in seen["particulars"]
    assert "1995年3月2日" in family
    for whole in (whole_id(ID), whole_id(MOTHERS_ID), "13812345678"):
        assert whole not in "".join(seen.values())
    assert "病理性黄疸" in seen["child"]


def test_every_field_is_on_the_card(desk, child_id) -> None:
    (text,) = page_texts(register_papers.print_child_card(desk, child_id))
    for name, place in FIELDS_OF_SPECIFICATION.items():
        said = place.said.replace(" ", "").replace(",", "") if place.on_card else ""
        said = "是" if place.record[1] == "is_main" else said
        assert said in text.replace(",", ""), name
    for whole in (whole_id(ID), whole_id(MOTHERS_ID), "13812345678", "1995-03-02", "蓝光治疗5天", "李秀梅（母亲）"):
        assert whole in text  # the printed record has the numbers in full
    assert desk.person.display_name in text


def test_every_field_is_in_the_answer_of_the_command(desk, child_id, monkeypatch, capsys) -> None:
    profile = desk.profile
    monkeypatch.setenv("ZHAOHU_USER", "admin")
    monkeypatch.setenv("ZHAOHU_PASSWORD", "correct horse")
    monkeypatch.setenv("ZHAOHU_TODAY", TODAY.isoformat())
    assert run(["--profile", str(profile), "children", "show", child_id, "--json"], lambda *_where: 0) == 0
    shown = json.loads(capsys.readouterr().out)["child"]
    for name, place in FIELDS_OF_SPECIFICATION.items():
        if place.command:
            assert shown[place.command] not in (None, ""), name
    mother = next(one for one in shown["caregivers"] if one["name"] == "李秀梅")
    assert (mother["relation"], mother["education"], mother["occupation"]) == ("52", "7", "养蜂员")
    assert mother["is_main"]
    assert [one["risk"] for one in shown["risk_factors"]] == [
        "preterm",
        "low_birth_weight",
        "multiple_birth",
        "jaundice",
    ]
    assert [(one["scope"], one["given"], one["guardian"]) for one in shown["consents"]] == [
        ("contact", False, "李秀梅")
    ]
    text = json.dumps(shown, ensure_ascii=False)
    for whole in (whole_id(ID), whole_id(MOTHERS_ID), "13812345678"):
        assert whole not in text
