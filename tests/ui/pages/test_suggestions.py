"""What the search box offers: children and why each was found, a village's list, the way to register."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, as_role, send

from zhaohu.records.codes import ChildStatus, Role, Sex
from zhaohu.rules.paper_code import child_code
from zhaohu.services.due import duties
from zhaohu.services.printing import sheets
from zhaohu.services.register import child_list, moves
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver
from zhaohu.ui.suggestions import suggest


@pytest.fixture
def families(desk):
    """Two families of two villages; the mother of one is called as the girl of the other begins."""
    return {
        "单芷然": enrol(desk, "单芷然", village="土山河村"),
        "李静怡": enrol(
            desk,
            "李静怡",
            birth_date=TODAY - timedelta(days=400),
            village="西小庄村",
            caregivers=(
                NewCaregiver("王芳", MOTHER, "13912344321", is_main=True),
                NewCaregiver("李大伟", FATHER, "15900008888"),
            ),
        ),
    }


def titles(desk, typed: str) -> list[str]:
    return [one.title for one in suggest(desk, typed)]


def note(desk, typed: str) -> str:
    return suggest(desk, typed)[0].note


def test_a_hit_says_who_it_is_and_leads_there(desk, families):
    (found,) = suggest(desk, "szr")
    assert found.title == "单芷然"
    assert found.subtitle == "女  ·  18 天  ·  土山河村  ·  李秀梅  ·  *******5678"
    assert found.key == f"child/{families['单芷然']}"
    assert (found.note, found.icon, found.by_enter) == ("", "", True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("单芷", ""),
        ("shanzhi", ""),
        ("李秀梅", "照护人 李秀梅"),
        ("lxm", "照护人 李秀梅"),
        ("5678", "电话尾号 5678"),
        ("2345678", "电话尾号 5678"),
        ("8888", "家庭号码含 8888"),
        ("李大伟", "家庭资料含“李大伟”"),
        ("单 土山", ""),
        ("土山 李秀", "照护人 李秀梅"),
    ],
)
def test_it_says_why_a_child_was_found_where_its_name_does_not(desk, families, typed, words):
    if not titles(desk, typed) or suggest(desk, typed)[0].icon:
        pytest.fail(f"{typed} finds nobody")
    assert note(desk, typed) == words


def test_a_child_that_left_the_register_is_marked(desk, families):
    moves.change_status(desk, families["单芷然"], ChildStatus.MOVED_OUT, TODAY, "随父母外出务工", place="青岛市")
    assert titles(desk, "szr") == ["单芷然（迁出）"]


def test_a_scanned_code_is_exactly_its_child(desk, families):
    (found,) = suggest(desk, child_code(families["李静怡"]))
    assert (found.title, found.note) == ("李静怡", "扫码")
    assert suggest(desk, child_code("01a20223-512a-71d7-b3aa-df135187a31e")) == [] or not any(
        one.by_enter for one in suggest(desk, child_code("01a20223-512a-71d7-b3aa-df135187a31e"))
    )


@pytest.mark.parametrize("typed", ["土山", "土山河村", "tushan", "tsh"])
def test_a_village_leads_to_its_list(desk, families, typed):
    first, *others = suggest(desk, typed)
    village = next(key for key, name in child_list.list_villages(desk) if name == "土山河村")
    assert (first.title, first.key) == ("土山河村的全部儿童", f"children/village/{village}")
    assert [one.title for one in others] == ["单芷然"]


def test_a_name_comes_before_a_village_that_begins_the_same(desk, families):
    enrol(desk, "土山", village="大坡社区", sex=Sex.MALE)
    assert titles(desk, "土山")[0] == "土山"
    assert "土山河村的全部儿童" in titles(desk, "土山")


def test_nobody_found_offers_to_register_where_that_may_be_done(desk, families):
    (offer,) = suggest(desk, "欧阳锋")
    assert (offer.title, offer.key, offer.by_enter) == ("登记儿童", "children/draft", False)
    assert suggest(as_role(desk, Role.VIEWER), "欧阳锋") == []


def test_the_center_offers_nobody_to_register(desk, center, families, tmp_path):
    send(desk, center, tmp_path)
    assert titles(center, "szr") == ["单芷然"]
    assert suggest(center, "欧阳锋") == []


def test_nothing_typed_offers_nobody(desk, families):
    assert [one for one in suggest(desk, " ") if not one.icon] == []


# -- forms that were printed ahead


def test_six_digits_lead_to_the_entry_before_all_others(desk, families):
    row = next(one for one in duties.due_list(desk) if one.child_id == families["单芷然"])
    sheets.print_sheets(desk, [(row.child_id, row.contact)], TODAY)
    out = next(one for one in sheets.outstanding(desk) if one.form == row.form)
    first = suggest(desk, out.code)[0]
    assert first.title.startswith("单芷然")
    assert (first.key, first.note) == (f"visit-new/{row.child_id}.{row.form}.{out.no}", f"表单 {out.code}")
    sheets.strike(desk, out.no, "被雨淋湿")
    assert suggest(desk, out.code)[0].subtitle == "已作废：被雨淋湿"


def test_digits_that_are_no_form_and_viewers_get_none(desk, families):
    row = next(one for one in duties.due_list(desk) if one.child_id == families["单芷然"])
    sheets.print_sheets(desk, [(row.child_id, row.contact)], TODAY)
    code = sheets.outstanding(desk)[0].code
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert not any(one.key.startswith("visit-new/") for one in suggest(desk, slip))
    as_role(desk, Role.VIEWER)
    assert not any(one.key.startswith("visit-new/") for one in suggest(desk, code))
