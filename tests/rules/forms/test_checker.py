"""The checker of form files: each thing that would make a form weak is named, with its field, and all at once."""

from __future__ import annotations

import pytest
from tests.rules.forms.test_loader import SMALL

from zhaohu import paths
from zhaohu.rules.forms.loader import parse_form, read_form
from zhaohu.rules.forms.tables import FormError

COLUMNS = """
id = "table"
version = "1"
title = "分栏表"
effective_from = 2026-01-01
source = "测试"
ages = { from_days = 0, to_days = 400 }
date_field = "seen_on"
birth_date_field = "born_on"
[[groups]]
name = "all"
title = "全部"
fields = [
  { name = "born_on", type = "date", label = "出生", prefill = "child.birth_date" },
  { name = "age_column", type = "select_one", label = "月龄", required = true, options = [{ code = "1", label = "满月" }, { code = "3", label = "3月龄" }] },
  { name = "seen_on", type = "date", label = "日期" },
  { name = "face", type = "select_one", label = "面色", relevant = "${age_column} = '1'", options = [{ code = "1", label = "红润" }, { code = "2", label = "黄染" }] },
  { name = "face_3", type = "select_one", label = "面色", relevant = "${age_column} = '3'", options = [{ code = "1", label = "红润" }] },
]
[[groups]]
name = "later"
title = "以后"
relevant = "${age_column} = '3'"
fields = [
  { name = "teeth", type = "integer", label = "出牙数", unit = "颗" },
  { name = "decay", type = "integer", label = "龋齿数", within = "teeth" },
]
[paper]
header = ["born_on"]
columns = "age_column"
rows = [
  { label = "日期", fields = ["seen_on"] },
  { label = "面色", fields = ["face", "face_3"] },
  { lead = "口腔", label = "出牙数", fields = ["teeth"] },
]
"""  # noqa: E501


def faults(text: str) -> list[tuple[str, str]]:
    found = read_form(text, "f.toml")[1]
    return [(str(one.details["field"]), str(one.details["reason"])) for one in found]


def test_both_forms_are_without_fault() -> None:
    assert faults(SMALL) == []
    assert faults(COLUMNS) == []


HINT = (
    'hints = [{ name = "h", kind = "refer", test = ". = \'1\'", message = "转诊", rule = "红为异常", source = "规范" }]'
)
WITH_HINT = SMALL.replace('label = "颜色",', f'label = "颜色", {HINT},')


@pytest.mark.parametrize(
    ("text", "old", "new", "field"),
    [
        (SMALL, "from_days = 0, to_days = 60", "from_days = 61, to_days = 60", "ages"),
        (SMALL, 'label = "颜色"', 'label = ""', "colour"),
        (SMALL, 'label = "其他"', 'label = "红"', "colour"),
        (SMALL, 'label = "其他"', 'label = ""', "colour"),
        (SMALL, "hard = [0, 9.5]", "hard = [0, 9.5], soft = [1, 10]", "size"),
        (SMALL, "hard = [0, 9.5]", "hard = [0, 9.5], soft = [-1, 9]", "size"),
        (SMALL, "hard = [0, 9.5]", "default = \"'ten'\"", "size"),
        (SMALL, "hard = [0, 9.5]", 'default = "today()"', "size"),
        (SMALL, "hard = [0, 9.5]", 'default = "${colour}"', "size"),
        (SMALL, "hard = [0, 9.5]", "default = \"if(${colour} = '1', 1, 'x')\"", "size"),
        (SMALL, 'label = "颜色"', "label = \"颜色\", default = \"'7'\"", "colour"),
        (SMALL, 'label = "日期"', "label = \"日期\", default = \"1 + 1\"", "seen_on"),
        (SMALL, "relevant = \"${colour} = '1'\"", "relevant = \"${size} > 1\"", "size"),
        (SMALL, "relevant = \"${colour} = '1'\"", 'relevant = ". > 1"', "size"),
        (SMALL, 'label = "颜色"', 'label = "颜色", hidden = true', "colour"),
        (SMALL, 'label = "颜色"', 'label = "颜色", within = "size"', "colour"),
        (WITH_HINT, 'rule = "红为异常", ', "", "colour"),
        (WITH_HINT, 'source = "规范"', 'source = ""', "colour"),
        (WITH_HINT, 'message = "转诊"', 'message = ""', "colour"),
        (WITH_HINT, 'kind = "refer"', 'kind = "case"', "colour"),
        (WITH_HINT, 'kind = "refer"', 'kind = "refer", case = "07"', "colour"),
        (WITH_HINT, 'source = "规范"', 'source = "规范", recheck_days = 0', "colour"),
        (WITH_HINT, 'name = "size", type', f'name = "more", type = "note", label = "注", {HINT.replace(". = ", "${colour} = ")} }},\n  {{ name = "size", type', "colour"),  # noqa: E501
        (COLUMNS, 'columns = "age_column"', 'columns = "seen_on"', "paper"),
        (COLUMNS, 'columns = "age_column"', 'columns = "nothing"', "paper"),
        (COLUMNS, 'columns = "age_column"\n', "", "age_column"),
        (COLUMNS, "required = true, ", "", "age_column"),
        (COLUMNS, "${age_column} = '3'\", options", "${age_column} = '1'\", options", "face_3"),
        (COLUMNS, "${age_column} = '3'\", options", "${age_column} = '1' and ${age_column} = '3'\", options", "face_3"),
        (COLUMNS, 'label = "日期", fields = ["seen_on"]', 'cells = [{ field = "seen_on", width = 12 }]', "seen_on"),
        (COLUMNS, 'label = "日期", fields', 'label = "", fields', "seen_on"),
        (COLUMNS, '["face", "face_3"]', '["face_3", "face"]', "face_3"),
        (COLUMNS, '["face", "face_3"]', '["face", "face_3", "face"]', "face"),
        (COLUMNS, '["face", "face_3"]', '["face"]', "face_3"),
        (COLUMNS, 'name = "later"', 'name = "all"', "all"),
        (SMALL, "{ cells = [{", '{ label = "行", cells = [{', "seen_on"),
    ],
)  # fmt: skip
def test_a_weakness_is_named_with_its_field(text: str, old: str, new: str, field: str) -> None:
    assert old in text
    found = faults(text.replace(old, new, 1))
    assert field in {name for name, _reason in found}, found
    assert all(reason for _name, reason in found)


def test_all_faults_are_named_at_once_and_the_first_is_raised() -> None:
    text = SMALL.replace('label = "颜色"', 'label = ""').replace("hard = [0, 9.5]", "hard = [0, 9.5], soft = [1, 10]")
    assert [name for name, _reason in faults(text)] == ["colour", "size"]
    with pytest.raises(FormError) as refused:
        parse_form(text, "f.toml")
    assert refused.value.details["field"] == "colour"


def test_every_unreadable_part_is_named_at_once() -> None:
    text = SMALL.replace('type = "decimal"', 'type = "number"').replace('code = "2"', 'code = "b"')
    text = text.replace("width = 6", 'width = "6"').replace('title = "小表"', "title = 1")
    assert [name for name, _reason in faults(text)] == ["paper.rows", "colour", "size", ""]


def test_every_form_that_ships_is_without_fault() -> None:
    files = sorted(paths.resource("forms").rglob("*.toml"))
    assert len(files) >= 10
    assert {file.name: faults(file.read_text("utf-8")) for file in files} == {file.name: [] for file in files}
