"""The shipped form against the official field list, copied out by hand from the national form and its instructions."""

from __future__ import annotations

from zhaohu.rules.forms.model import FieldType

# Item of the official form: its keys in order, and its options. 父亲 and 母亲 are one item of four each.
OFFICIAL = [
    (["child_name"], ""),
    (["file_no8"], ""),
    (["sex"], "1男 2女 9未说明的性别 0未知的性别"),
    (["birth_date"], ""),
    (["id_no"], ""),
    (["address"], ""),
    (["father_name", "father_job", "father_phone", "father_birth_date"], ""),
    (["mother_name", "mother_job", "mother_phone", "mother_birth_date"], ""),
    (["gest_weeks"], ""),
    (["mother_preg_disease"], "1无 2糖尿病 3妊娠期高血压 4其他___"),
    (["birth_facility"], ""),
    (["birth_situation"], "1顺产 2胎头吸引 3产钳 4剖宫 5双多胎 6臀位 7其他___"),
    (["asphyxia", "apgar_1min", "apgar_5min", "apgar_unknown"], "1无 2有"),
    (["malformation"], "1无 2有___"),
    (["hearing_screen"], "1通过 2未通过 3未筛查 4不详"),
    (["disease_screen"], "1未进行 2检查均阴性 3甲低 4苯丙酮尿症 5其他遗传代谢病___"),
    (["birth_weight_kg"], ""),
    (["weight_kg"], ""),
    (["birth_length_cm"], ""),
    (["feeding"], "1纯母乳 2混合 3人工"),
    (["milk_ml"], ""),
    (["milk_times"], ""),
    (["vomiting"], "1无 2有"),
    (["stool"], "1糊状 2稀 3其他___"),
    (["stool_times"], ""),
    (["temp_c"], ""),
    (["heart_rate"], ""),
    (["resp_rate"], ""),
    (["face"], "1红润 2黄染 3其他___"),
    (["jaundice_site"], "1无 2面部 3躯干 4四肢 5手足"),
    (["fontanelle_w", "fontanelle_l", "fontanelle"], "1正常 2膨隆 3凹陷 4其他___"),
    (["eyes"], "1未见异常 2异常___"),
    (["limbs"], "1未见异常 2异常___"),
    (["ears"], "1未见异常 2异常___"),
    (["neck_mass"], "1无 2有___"),
    (["nose"], "1未见异常 2异常___"),
    (["skin"], "1未见异常 2湿疹 3糜烂 4其他___"),
    (["mouth"], "1未见异常 2异常___"),
    (["anus"], "1未见异常 2异常___"),
    (["heart_lung"], "1未见异常 2异常___"),
    (["chest"], "1未见异常 2异常___"),
    (["abdomen"], "1未见异常 2异常___"),
    (["spine"], "1未见异常 2异常___"),
    (["genitals"], "1未见异常 2异常___"),
    (["umbilical"], "1未脱 2脱落 3脐部有渗出 4其他___"),
    (["referral", "referral_reason", "referral_org"], "1无 2有"),
    (["guidance"], "1喂养指导 2发育指导 3防病指导 4预防伤害指导 5口腔保健指导 6其他___"),
    (["visit_date"], ""),
    (["next_place"], ""),
    (["next_date"], ""),
    (["signer"], ""),
]
LABELS = {
    "birth_facility": "助产机构名称",
    "hearing_screen": "新生儿听力筛查",
    "birth_weight_kg": "新生儿出生体重",
    "weight_kg": "目前体重",
    "fontanelle": "前囟",
    "umbilical": "脐带",
    "signer": "随访医生签名",
}
UNITS = {
    "gest_weeks": "周",
    "birth_weight_kg": "kg",
    "weight_kg": "kg",
    "birth_length_cm": "cm",
    "milk_ml": "mL/次",
    "milk_times": "次/日",
    "stool_times": "次/日",
    "temp_c": "℃",
    "heart_rate": "次/分钟",
    "resp_rate": "次/分钟",
    "fontanelle_w": "cm",
    "fontanelle_l": "cm",
}
MULTIPLE = {
    "mother_preg_disease",
    "birth_situation",
    "disease_screen",
    "jaundice_site",
    "skin",
    "umbilical",
    "guidance",
    "apgar_unknown",
}
OPTIONAL = {
    "file_no8",  # 编号: given when the health record is opened, perhaps after the visit
    "id_no",
    "father_name",
    "father_job",
    "father_phone",
    "father_birth_date",
    "mother_job",
    "mother_phone",
    "mother_birth_date",
    "apgar_unknown",
}


def test_all_51_items_stand_there_in_the_official_order(form):
    assert len(OFFICIAL) == 51
    assert [field.name for field in form.fields()] == [name for names, _options in OFFICIAL for name in names]


def test_options_are_the_printed_ones(form):
    for names, options in OFFICIAL:
        field = form.field(names[0] if names[0] != "fontanelle_w" else "fontanelle")
        printed = " ".join(f"{one.code}{one.label}{'___' if one.text else ''}" for one in field.options)
        assert printed == options, field.name


def test_types_units_and_required_are_the_official_ones(form):
    for field in form.fields():
        assert (field.type is FieldType.SELECT_MULTIPLE) == (field.name in MULTIPLE), field.name
        assert field.unit == UNITS.get(field.name, ""), field.name
        assert field.required is not False or field.name in OPTIONAL, field.name
    assert {name: form.field(name).label for name in LABELS} == LABELS


def test_alone_standing_options(form):
    alone = {(field.name, option.code) for field in form.fields() for option in field.options if option.exclusive}
    assert alone == {
        ("mother_preg_disease", "1"),
        ("disease_screen", "1"),
        ("disease_screen", "2"),
        ("jaundice_site", "1"),
        ("skin", "1"),
    }


def test_the_paper_pairs_the_fields_as_printed(form):
    rows = [[cell.field for cell in row.cells] for row in form.paper.rows]
    for pair in (
        ["temp_c", "heart_rate"],
        ["eyes", "limbs"],
        ["ears", "neck_mass"],
        ["nose", "skin"],
        ["mouth", "anus"],
        ["heart_lung", "chest"],
        ["abdomen", "spine"],
        ["genitals", "umbilical"],
        ["jaundice_site"],
        ["fontanelle"],
    ):
        assert pair in rows
    assert form.paper.header == ("child_name", "file_no8")
    assert [field.name for field in form.inside("fontanelle")] == ["fontanelle_w", "fontanelle_l", "fontanelle"]
    assert [row.lead for row in form.paper.rows if row.lead] == ["父亲", "母亲"]


def test_every_finding_of_the_examination_has_a_normal_but_the_cord(form):
    examined = next(group for group in form.groups if group.name == "exam")
    findings = {field.name for field in examined.fields if field.options}
    assert {field.name for field in examined.fields if field.normal is None and field.options} == {"umbilical"}
    assert len(findings) == 17


def test_measurements_name_their_day(form):
    measured = {field.name: (field.measure, field.measured_on) for field in form.fields() if field.measure}
    assert measured == {
        "birth_weight_kg": ("weight", "birth_date"),
        "weight_kg": ("weight", "visit_date"),
        "birth_length_cm": ("length", "birth_date"),
    }
