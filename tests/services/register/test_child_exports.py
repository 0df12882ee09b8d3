"""The list of children as a spreadsheet: masked, and without the families that refused it."""

from __future__ import annotations

import openpyxl
import pytest
from tests.services.families import enrol
from tests.services.register.test_removal import as_role

from zhaohu.errors import Cancelled, NotAllowed
from zhaohu.records.codes import ConsentScope, Role
from zhaohu.services.due import duties
from zhaohu.services.register import child_list, consents
from zhaohu.services.register.child_exports import WITHHELD, export_children, export_due
from zhaohu.services.register.child_list import ChildFilter, ChildRow
from zhaohu.services.safety import audit_log

FIELDS = ("name", "caregiver", "phone", "citizen_id", "address", "village")


def cells(child: ChildRow) -> list[str]:
    return [getattr(child, field) for field in FIELDS]


def export(desk, place, **more) -> int:
    numbers = child_list.ids(desk, ChildFilter())
    return export_children(desk, numbers, name="儿童", headings=FIELDS, cells=cells, place=place, **more)


def lines(place) -> list[list[str]]:
    read = [list(line) for line in openpyxl.load_workbook(place).active.iter_rows(values_only=True)]
    start = read.index(list(FIELDS))
    return [[value or "" for value in line] for line in read[start + 1 :]]


@pytest.fixture
def two(station_desk):
    return [
        enrol(station_desk, "单芷然", facts={"citizen_id": "371103202611020022"}),
        enrol(station_desk, "徐子涵", village="西小庄村"),
    ]


def test_numbers_are_masked_and_the_order_is_kept(station_desk, two, tmp_path):
    place = tmp_path / "list.xlsx"
    assert export(station_desk, place) == 0
    first, second = lines(place)
    assert first[:3] == ["单芷然", "李秀梅", "*******5678"]
    assert second[0] == "徐子涵"
    text = "".join("".join(line) for line in lines(place))
    assert "13812345678" not in text
    assert "371103202611020022" not in text


@pytest.mark.parametrize("scope", [ConsentScope.GUIDANCE, ConsentScope.CONTACT, ConsentScope.SHARING])
def test_only_who_refused_handing_on_is_withheld_whole(station_desk, two, tmp_path, scope):
    consents.decide(station_desk, two[0], {scope: False}, station_desk.today, "李秀梅", "52")
    place = tmp_path / "list.xlsx"
    withheld = scope is ConsentScope.SHARING
    assert export(station_desk, place) == int(withheld)
    first, second = lines(place)
    assert (first == [WITHHELD, "", "", "", "", "大坡社区"]) is withheld
    assert second[0] == "徐子涵"
    assert ("单芷然" in str(lines(place))) is not withheld


def test_who_agreed_again_is_in_the_list_again(station_desk, two, tmp_path):
    for given in (False, True):
        consents.decide(station_desk, two[0], {ConsentScope.SHARING: given}, station_desk.today, "李秀梅", "52")
    assert export(station_desk, tmp_path / "list.xlsx") == 0


@pytest.mark.parametrize("scope", list(ConsentScope))
def test_the_due_list_withholds_the_same_families(station_desk, two, tmp_path, scope):
    consents.decide(station_desk, two[0], {scope: False}, station_desk.today, "李秀梅", "52")
    due, place = duties.due_list(station_desk), tmp_path / "due.xlsx"
    assert {row.child for row in due} == {"单芷然", "徐子涵"}
    fields = ("child", "caregiver", "phone", "address", "village")
    withheld = export_due(
        station_desk,
        due,
        name="应访名单",
        headings=fields,
        cells=lambda row: [getattr(row, field) for field in fields],
        place=place,
    )
    sheet = [[value or "" for value in line] for line in openpyxl.load_workbook(place).active.values]
    written = {line[4]: line[:4] for line in sheet[sheet.index(list(fields)) + 1 :]}
    assert written["西小庄村"][:3] == ["徐子涵", "李秀梅", "*******5678"]
    if scope is ConsentScope.SHARING:
        assert withheld == sum(row.village == "大坡社区" for row in due)
        assert written["大坡社区"] == [WITHHELD, "", "", ""]
    else:
        assert withheld == 0
        phone = "不同意电话联系" if scope is ConsentScope.CONTACT else "*******5678"
        assert written["大坡社区"][:3] == ["单芷然", "李秀梅", phone]


def test_the_audit_log_knows_how_many_and_nobody_by_name(station_desk, two, tmp_path):
    export(station_desk, tmp_path / "list.xlsx")
    newest = audit_log.search(station_desk).rows[0]
    assert newest.action == "export.list"
    assert newest.detail == "列表：儿童 · 行数：2"
    assert "单芷然" not in str(newest)


def test_a_viewer_takes_nothing_away(station_desk, two, tmp_path):
    viewer = as_role(station_desk, Role.VIEWER)
    with pytest.raises(NotAllowed):
        export(viewer, tmp_path / "list.xlsx")
    with pytest.raises(NotAllowed):
        export_due(viewer, [], name="应访名单", headings=(), cells=lambda _row: (), place=tmp_path / "due.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []


def test_a_cancelled_export_leaves_no_file(station_desk, two, tmp_path):
    def stop(done: int, total: int) -> None:
        assert (done, total) == (2, 2)
        raise Cancelled

    with pytest.raises(Cancelled):
        export(station_desk, tmp_path / "list.xlsx", progress=stop)
    assert list(tmp_path.glob("*.xlsx")) == []
