"""Rosters as stations really get them: every row judged, decided, mended, taken in, and nothing before that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select
from tests.services.comparing import know_other_station
from tests.services.families import enrol

from zhaohu.errors import BadInput, NotAllowed, Refused
from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.codes import ChildStatus, Sex
from zhaohu.records.local import Preference
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates import merging
from zhaohu.services.register import child_list, children, families, releases
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.register.children import MOTHER, NewCaregiver
from zhaohu.services.roster import rosters
from zhaohu.services.roster.roster_preview import Decision, PreviewRow, RosterPreview, RowState

ROSTERS = Path(__file__).parents[2] / "data" / "rosters"
TOWNSHIP = ROSTERS / "township_roster.xlsx"
LEGACY = ROSTERS / "legacy_roster_gb18030.csv"
GOOD_ID = "371103202505278986"


def csv(folder: Path, *lines: str, name: str = "roster.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines), "utf-8")
    return file


def at(preview: RosterPreview, row: int) -> PreviewRow:
    return preview.rows[preview.at(row)]


def states(preview: RosterPreview) -> dict[int, RowState]:
    return {row.row: row.state for row in preview.rows}


def count(desk: Desk) -> int:
    return child_list.count_children(desk, ChildFilter(statuses=()))


# --- reading


def test_reading_saves_nothing(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    assert len(preview.rows) == 164
    assert sum(preview.counts.values()) == 164
    assert count(station_desk) == 0
    assert rosters.list_imports(station_desk) == []


def test_columns_are_shown_with_samples(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    assert (preview.sheet, preview.sheets, preview.heading_row) == ("新生儿名单", ("新生儿名单",), 2)
    first, second = preview.columns[:2]
    assert (first.heading, first.field, first.samples) == ("序号", "", ("1", "2", "3"))
    assert (second.heading, second.field, second.sure, second.samples[0]) == ("儿童姓名", "name", True, "吴芷然")
    titles = dict(rosters.fields())
    assert {column.field for column in preview.columns} - {""} <= titles.keys()
    assert titles["registered_address"] == "户籍地址"


def test_another_sheet_is_read_when_asked_for(station_desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    for name, child in (("一村", "张三"), ("二村", "李四"), ("说明", "")):
        sheet = book.create_sheet(name)
        sheet.append(["姓名", "性别", "出生日期"] if child else ["填表说明"])
        sheet.append([child, "男", "2026-01-02"])
    book.save(tmp_path / "two.xlsx")
    first = rosters.read_roster(station_desk, tmp_path / "two.xlsx")
    assert (first.sheet, first.sheets, first.rows[0].name) == ("一村", ("一村", "二村"), "张三")
    second = rosters.read_roster(station_desk, tmp_path / "two.xlsx", sheet="二村")
    assert second.rows[0].name == "李四"
    with pytest.raises(Refused) as refused:
        rosters.read_roster(station_desk, tmp_path / "two.xlsx", sheet="说明")
    assert refused.value.code == "not_a_roster"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_in_every_encoding(station_desk: Desk, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes("姓名,性别,出生日期\n赖𠮷,男,2026年1月2日\n".encode(encoding))
    (row,) = rosters.read_roster(station_desk, file).rows
    assert (row.name, row.sex, row.birth_date, row.state) == ("赖𠮷", Sex.MALE, date(2026, 1, 2), RowState.NEW)


def test_files_that_are_no_roster_are_refused(station_desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("亲爱的同事,你好\n", "utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not really")
    for name in ("letter.csv", "empty.csv", "broken.xlsx", "missing.xlsx"):
        with pytest.raises(Refused):
            rosters.read_roster(station_desk, tmp_path / name)
    with pytest.raises(Refused, match="出生日期") as refused:
        rosters.read_roster(station_desk, tmp_path / "letter.csv")
    assert refused.value.code == "not_a_roster"
    assert "模板" in refused.value.message


def test_the_center_takes_no_roster(center_desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        rosters.read_roster(center_desk, TOWNSHIP)


# --- taking in


def test_good_rows_are_taken_in_and_a_second_time_all_are_the_same(station_desk: Desk) -> None:
    first = rosters.take_in(station_desk, rosters.read_roster(station_desk, TOWNSHIP))
    assert first.accepted == count(station_desk) == 18
    again = rosters.read_roster(station_desk, TOWNSHIP)
    assert again.counts[RowState.NEW] == 0
    assert again.counts[RowState.SAME] == 20  # and the two rows that stand twice
    report = rosters.take_in(station_desk, again)
    assert (report.accepted, report.updated, report.same, report.import_id) == (0, 0, 20, "")
    assert {one.row for one in report.possible_duplicates} >= {3, 163, 164}
    assert count(station_desk) == 18
    assert len(rosters.list_imports(station_desk)) == 1


def test_a_person_may_take_doubtful_rows_without_their_doubtful_values(station_desk: Desk) -> None:
    preview = rosters.decide(rosters.read_roster(station_desk, TOWNSHIP), [5, 45], Decision.TAKE)
    assert rosters.take_in(station_desk, preview).accepted == 20
    with station_desk.read() as session:
        rare = session.exec(select(Child).where(Child.name == "赖𠮷")).one()
        long = session.exec(select(Child).where(Child.name == at(preview, 45).name)).one()
    assert (rare.citizen_id, long.birth_length_mm, long.birth_weight_g) == (None, None, 3953)


def test_a_good_row_may_be_left_out(station_desk: Desk) -> None:
    preview = rosters.decide(rosters.read_roster(station_desk, TOWNSHIP), 3, Decision.LEAVE)
    report = rosters.take_in(station_desk, preview)
    assert report.accepted == 17
    assert [(one.row, one.reason) for one in report.rejected if one.row == 3] == [(3, "已选择不录入。")]


@pytest.mark.parametrize(("row", "code"), [(163, "no_such_decision"), (166, "no_such_decision"), (999, "no_such_row")])
def test_what_cannot_be_left_out_cannot_be_taken(station_desk: Desk, row: int, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        rosters.decide(rosters.read_roster(station_desk, TOWNSHIP), row, Decision.TAKE)
    assert refused.value.code == code


def test_an_old_programs_export_is_taken_in_whole(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, LEGACY)
    assert {row.state for row in preview.rows} == {RowState.NEW, RowState.DOUBTFUL}
    doubtful = [row.row for row in preview.rows if row.state is RowState.DOUBTFUL]
    assert rosters.take_in(station_desk, rosters.decide(preview, doubtful, Decision.TAKE)).accepted == 80
    with station_desk.read() as session:
        child = session.exec(select(Child).where(Child.name == "侯鱻")).one()
        carer = session.exec(select(Caregiver).where(Caregiver.household_id == child.household_id)).one()
        village = session.get_one(Village, session.get_one(Household, child.household_id).village_id)
        villages = session.exec(select(Village.name)).all()
    assert (carer.name, carer.phone, carer.is_main, village.name) == ("张静琳", "17763830990", True, "大坡社区")
    assert len(villages) == len(set(villages)) == 8


def test_everything_that_a_roster_may_hold_is_kept(station_desk: Desk, tmp_path: Path) -> None:
    cells = {
        "姓名": "单芷然", "性别": "女", "出生日期": "2026年9月2日", "出生时刻": "8时5分", "民族": "汉",
        "保健手册号": "LS-0012", "健康档案编号": "37110310110100001", "母亲姓名": "李 静", "母亲学历": "本科",
        "母亲身份证号": "11010519491231002x",
        "父亲姓名": "单 强", "父亲电话": "+86 139-5377-1234", "监护人": "李静", "联系电话": "13812345678/13912345678",
        "乡镇": "巨峰镇", "村居": "巨峰村", "家庭住址": "巨峰镇巨峰村1号", "户籍地址": "日照市东港区", "迁入地": "莒县",
        "照护困难": "隔代照护", "孕周": "38周+2天", "出生体重(斤)": "6.4", "身长": "49.5", "胎次": "二孩",
        "建档日期": "2026.9.10", "档案状态": "在册",
    }  # fmt: skip
    file = csv(tmp_path, ",".join(cells), ",".join(cells.values()))
    preview = rosters.read_roster(station_desk, file)
    assert all(column.field for column in preview.columns), preview.columns
    assert [column.heading for column in preview.columns if not column.sure] == ["身长"]
    mother = {"mother_id", "mother_birth_date"}  # born 1949: a caregiver of that age is left out with a reason
    assert {one.field for one in preview.rows[0].issues if not one.is_note} <= mother
    preview = rosters.edit(station_desk, preview, 2, "mother_id", "")
    assert preview.rows[0].state is RowState.NEW
    assert rosters.take_in(station_desk, preview).accepted == 1
    with station_desk.read() as session:
        child = session.exec(select(Child)).one()
        home = session.get_one(Household, child.household_id)
        carers = {carer.relation: carer for carer in session.exec(select(Caregiver))}
    assert (child.ethnicity, child.handbook_no, child.came_from, child.birth_time) == ("01", "LS-0012", "莒县", "08:05")
    assert (child.gestation_days, child.birth_weight_g, child.birth_length_mm) == (268, 3200, 495)
    assert (child.registered_on, child.health_record_no) == (date(2026, 9, 10), "37110310110100001")
    assert (home.township, home.registered_address, home.care_difficulty) == ("巨峰镇", "日照市东港区", "隔代照护")
    assert carers.keys() == {"51", "52"}
    assert (carers["52"].name, carers["52"].phone, carers["52"].education) == ("李静", "13812345678", "2")
    assert (carers["52"].is_main, carers["51"].is_main, carers["51"].phone) == (True, False, "13953771234")


# --- beside the register


def known(desk: Desk, **facts: object) -> str:
    own = {"citizen_id": GOOD_ID, "birth_weight_g": None, "birth_length_mm": None, "gestation_days": None}
    return enrol(desk, "吴芷然", birth_date=date(2025, 5, 27), sex=Sex.FEMALE, facts={**own, **facts})


def line(**cells: str) -> list[str]:
    row = {"姓名": "吴芷然", "性别": "女", "出生日期": "2025-05-27", "身份证号": GOOD_ID, **cells}
    return [",".join(row), ",".join(row.values())]


def test_an_update_shows_what_it_fills_and_fills_it(station_desk: Desk, tmp_path: Path) -> None:
    child_id = known(station_desk)
    preview = rosters.read_roster(station_desk, csv(tmp_path, *line(出生体重="3295", 孕周="38+2", 民族="汉族")))
    (row,) = preview.rows
    assert (row.state, row.decision) == (RowState.UPDATE, Decision.COMPLETE)
    assert row.duplicate is not None
    assert (row.duplicate.child_id, row.duplicate.other_row) == (child_id, None)
    assert row.changes == {"birth_weight": ("", "3295 g"), "gestation": ("", "38+2"), "ethnicity": ("", "汉族")}
    report = rosters.take_in(station_desk, preview)
    assert (report.accepted, report.updated) == (0, 1)
    with station_desk.read() as session:
        child = session.get_one(Child, child_id)
    assert (child.birth_weight_g, child.gestation_days, child.ethnicity) == (3295, 268, "01")


def test_a_differing_value_is_doubtful_and_shown_beside_the_registers(station_desk: Desk, tmp_path: Path) -> None:
    child_id = known(station_desk, birth_weight_g=3200)
    preview = rosters.read_roster(station_desk, csv(tmp_path, *line(出生体重="3295", 孕周="38+2")))
    (row,) = preview.rows
    assert (row.state, row.decisions) == (RowState.DOUBTFUL, (Decision.LEAVE, Decision.COMPLETE))
    (issue,) = [one for one in row.issues if one.field == "birth_weight"]
    assert issue.reason == "台账为3200 g，名册为3295 g；台账内容保持不变。"
    assert rosters.take_in(station_desk, rosters.decide(preview, row.row, Decision.COMPLETE)).updated == 1
    with station_desk.read() as session:
        child = session.get_one(Child, child_id)
    assert (child.birth_weight_g, child.gestation_days) == (3200, 268)


def test_a_child_that_has_left_the_register_is_doubtful(station_desk: Desk, tmp_path: Path) -> None:
    known(station_desk, status=ChildStatus.MOVED_OUT)
    (row,) = rosters.read_roster(station_desk, csv(tmp_path, *line())).rows
    assert row.state is RowState.DOUBTFUL
    assert any("迁出" in one.reason for one in row.issues)


def test_a_roster_that_says_not_on_the_register_is_doubtful(station_desk: Desk, tmp_path: Path) -> None:
    for word, state in (("在册", RowState.NEW), ("迁出", RowState.DOUBTFUL), ("外出务工", RowState.DOUBTFUL)):
        (row,) = rosters.read_roster(station_desk, csv(tmp_path, *line(档案状态=word))).rows
        assert row.state is state, word


def test_a_roster_that_somebody_else_has_taken_in_meanwhile_is_refused(station_desk: Desk) -> None:
    seen_first, seen_second = (rosters.read_roster(station_desk, TOWNSHIP) for _window in range(2))
    taken = rosters.take_in(station_desk, seen_first)
    with pytest.raises(Refused) as refused:
        rosters.take_in(station_desk, seen_second)
    assert refused.value.code == "register_changed"
    assert count(station_desk) == taken.accepted


def test_a_child_that_was_completed_meanwhile_is_not_completed_again(station_desk: Desk, tmp_path: Path) -> None:
    child_id = known(station_desk)
    preview = rosters.read_roster(station_desk, csv(tmp_path, *line(出生体重="3295")))
    with station_desk.write("test") as work:
        work.session.get_one(Child, child_id).birth_weight_g = 3000
    with pytest.raises(Refused) as refused:
        rosters.take_in(station_desk, preview)
    assert refused.value.code == "register_changed"


# --- families


def test_twins_and_siblings_share_one_household(station_desk: Desk, tmp_path: Path) -> None:
    file = csv(
        tmp_path,
        "姓名,性别,出生日期,母亲姓名,联系电话,村居",
        "张子涵,女,2026-01-02,李静,13812345678,巨峰村",
        "张子轩,男,2026-01-02,李静,13812345678,巨峰村",
        "张大宝,男,2023-05-01,李 静,138 1234 5678,巨峰村",
        "王一,男,2026-01-02,李静,13900000000,巨峰村",
    )
    preview = rosters.read_roster(station_desk, file)
    assert [row.state for row in preview.rows] == [RowState.NEW] * 4
    assert [row.sibling for row in preview.rows] == [None, 2, 2, None]
    preview = rosters.decide(preview, 2, Decision.LEAVE)  # the family's first child; the others stay together
    rosters.take_in(station_desk, preview)
    with station_desk.read() as session:
        homes = {child.name: child.household_id for child in session.exec(select(Child))}
        assert len(session.exec(select(Caregiver)).all()) == 2
    assert homes["张子轩"] == homes["张大宝"] != homes["王一"]


def test_a_new_child_joins_its_family_of_the_register(station_desk: Desk, tmp_path: Path) -> None:
    enrol(station_desk, "单大宝")
    with station_desk.read() as session:
        carer = session.exec(select(Caregiver).where(Caregiver.phone != None)).first()  # noqa: E711
    assert carer is not None
    file = csv(tmp_path, "姓名,性别,出生日期,监护人,联系电话", f"单小宝,男,2026-11-01,{carer.name},{carer.phone}")
    (row,) = (preview := rosters.read_roster(station_desk, file)).rows
    assert row.household == carer.household_id
    rosters.take_in(station_desk, preview)
    with station_desk.read() as session:
        assert {child.household_id for child in session.exec(select(Child))} == {carer.household_id}


def test_a_contact_of_many_families_is_no_family(station_desk: Desk, tmp_path: Path) -> None:
    names = [a + b for a in "赵钱孙李周吴郑" for b in "一二"]
    lines = [f"{name},男,2026-0{place % 9 + 1}-11,王医生,13812345678" for place, name in enumerate(names)]
    head = "姓名,性别,出生日期,联系人,联系电话"
    crowd = rosters.read_roster(station_desk, csv(tmp_path, head, *lines[:13]))
    assert {row.sibling for row in crowd.rows} == {None}
    few = rosters.read_roster(station_desk, csv(tmp_path, head, *lines[:12]))
    assert {row.sibling for row in few.rows} == {None, 2}
    rosters.take_in(station_desk, crowd)
    with station_desk.read() as session:
        assert len(session.exec(select(Household)).all()) == 13
    (later,) = rosters.read_roster(station_desk, csv(tmp_path, head, lines[13])).rows
    assert later.household == ""


def test_a_closed_village_gets_no_new_family(station_desk: Desk, tmp_path: Path) -> None:
    with station_desk.write("test") as work:
        work.session.add(station_desk.make(Village, name="旧村", closed_on=date(2026, 1, 1)))
    preview = rosters.read_roster(station_desk, csv(tmp_path, "姓名,性别,出生日期,村居", "张三,男,2026-01-02,旧村"))
    assert preview.rows[0].state is RowState.DOUBTFUL
    rosters.take_in(station_desk, rosters.decide(preview, 2, Decision.TAKE))
    with station_desk.read() as session:
        assert session.exec(select(Household)).one().village_id is None
        assert len(session.exec(select(Village)).all()) == 1


def test_brothers_and_sisters_fill_their_family_once(station_desk: Desk, tmp_path: Path) -> None:
    mother = (NewCaregiver("李静", MOTHER, "13812345678", is_main=True),)
    first = enrol(station_desk, "张大", village="", address="", caregivers=mother)
    home = children.view_child(station_desk, first).household_id
    second = enrol(station_desk, "张二", birth_date=date(2025, 3, 4), household_id=home, caregivers=())
    head = "姓名,性别,出生日期,母亲姓名,联系电话,父亲姓名,父亲电话,村居,家庭住址"
    rows = [
        "张大,女,2026-11-02,李静,13812345678,张强,,巨峰村,巨峰村12号",
        "张二,女,2025-03-04,李静,13812345678,张 强,15900001234,巨峰村,巨峰村12号",
        "张大,女,2026-11-02,李静,13812345678,张强,,巨峰村,巨峰村12号",
    ]
    preview = rosters.read_roster(station_desk, csv(tmp_path, head, *rows))
    assert [row.decision for row in preview.rows] == [Decision.COMPLETE] * 3
    report = rosters.take_in(station_desk, preview)
    family = families.view_family(station_desk, home)
    assert sorted((carer.name, carer.phone[-4:]) for carer in family.caregivers) == [("张强", "1234"), ("李静", "5678")]
    assert (family.village, family.address) == ("巨峰村", "巨峰村12号")
    rosters.undo_import(station_desk, report.import_id)
    family = families.view_family(station_desk, home)
    assert ([carer.name for carer in family.caregivers], family.village, family.address) == (["李静"], "", "")
    assert {row.id for row in child_list.list_children(station_desk)} == {first, second}


def test_rows_that_fill_the_same_with_another_value_are_refused_and_named(station_desk: Desk, tmp_path: Path) -> None:
    enrol(station_desk, "张大", facts={"birth_weight_g": None})
    head = "姓名,性别,出生日期,母亲姓名,联系电话,出生体重"
    rows = [f"张大,女,2026-11-02,李秀梅,13812345678,{grams}" for grams in (3200, 3300)]
    preview = rosters.read_roster(station_desk, csv(tmp_path, head, *rows))
    with pytest.raises(Refused) as refused:
        rosters.take_in(station_desk, preview)
    assert (refused.value.code, refused.value.details["row"]) == ("rows_disagree", 3)
    rosters.take_in(station_desk, rosters.edit(station_desk, preview, 3, "birth_weight", "3200"))
    with station_desk.read() as session:
        assert session.exec(select(Child.birth_weight_g)).one() == 3200


def test_a_family_that_is_on_its_way_elsewhere_is_neither_joined_nor_completed(
    station_desk: Desk, tmp_path: Path
) -> None:
    child_id = enrol(station_desk, "张大", address="")
    home = children.view_child(station_desk, child_id).household_id
    enrol(station_desk, "张二", birth_date=date(2025, 3, 4), household_id=home, facts={"birth_weight_g": None})
    know_other_station(station_desk)
    head = "姓名,性别,出生日期,母亲姓名,联系电话,出生体重,家庭住址"
    rows = [
        "张三,女,2024-01-02,李秀梅,13812345678,,",
        "张二,女,2025-03-04,李秀梅,13812345678,3000,",
        "张二,女,2025-03-04,李秀梅,13812345678,3000,巨峰村12号",
    ]
    file = csv(tmp_path, head, *rows)
    before = rosters.read_roster(station_desk, file)
    assert [row.decision for row in before.rows] == [Decision.TAKE, Decision.COMPLETE, Decision.COMPLETE]
    releases.release(station_desk, child_id, "02", station_desk.today, "搬家")
    for row in (2, 4):
        only = before
        for other in {2, 3, 4} - {row}:
            only = rosters.decide(only, other, Decision.LEAVE)
        with pytest.raises(Refused) as refused:
            rosters.take_in(station_desk, only)
        assert (refused.value.code, refused.value.details["row"]) == ("register_changed", row)
    now = rosters.read_roster(station_desk, file)
    assert [row.decision for row in now.rows] == [Decision.LEAVE, Decision.COMPLETE, Decision.LEAVE]
    assert "转出" in at(now, 2).issues[0].reason
    assert any("转出" in issue.reason for issue in at(now, 4).issues)
    rosters.take_in(station_desk, now)
    assert count(station_desk) == 2


def test_a_family_that_was_taken_away_meanwhile_is_not_joined(station_desk: Desk, tmp_path: Path) -> None:
    head = "姓名,性别,出生日期,母亲姓名,联系电话"
    first = rosters.take_in(
        station_desk, rosters.read_roster(station_desk, csv(tmp_path, head, "张大,女,2026-11-02,李静,13812345678"))
    )
    joining = rosters.read_roster(station_desk, csv(tmp_path, head, "张二,女,2025-03-04,李静,13812345678"))
    assert joining.rows[0].household
    rosters.undo_import(station_desk, first.import_id)
    with pytest.raises(Refused) as refused:
        rosters.take_in(station_desk, joining)
    assert refused.value.code == "register_changed"


def test_a_sibling_joins_the_family_that_is_shown_after_a_merge(station_desk: Desk, tmp_path: Path) -> None:
    hidden, kept = (enrol(station_desk, "张大") for _twice in range(2))
    merging.merge(station_desk, kept, hidden, {})
    file = csv(tmp_path, "姓名,性别,出生日期,母亲姓名,联系电话", "张二,女,2025-03-04,李秀梅,13812345678")
    (row,) = rosters.read_roster(station_desk, file).rows
    assert row.household == children.view_child(station_desk, kept).household_id


def test_what_stands_in_merged_cells_is_said_of_every_row(station_desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    for line in (
        ["名册"],
        ["姓名", "性别", "出生日期", "母亲", None, "村居"],
        [None, None, None, "姓名", "电话"],
        ["张子涵", "女", date(2026, 1, 2), "李静", 13812345678, "巨峰村"],
        ["张子轩", "男", date(2026, 1, 2)],
        ["王一", "男", date(2026, 1, 2), "赵敏", 13912345678],
        ["钱二", "男", date(2026, 2, 3), "孙三", 13712345678, "土山河村"],
        [],
        ["填表人：王敏"],
    ):
        page.append(line)
    for cells in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "D4:D5", "E4:E5", "F4:F6", "F7:F40", "A9:F9"):
        page.merge_cells(cells)
    book.save(tmp_path / "merged.xlsx")
    preview = rosters.read_roster(station_desk, tmp_path / "merged.xlsx")
    assert preview.heading_row == 3
    assert [(row.name, row.caregiver, row.village, row.sibling) for row in preview.rows[:4]] == [
        ("张子涵", "李静", "巨峰村", None),
        ("张子轩", "李静", "巨峰村", 4),
        ("王一", "赵敏", "巨峰村", None),
        ("钱二", "孙三", "土山河村", None),
    ]
    assert {row.row for row in preview.rows} <= {4, 5, 6, 7, 9}  # empty rows below stay empty


# --- mending in the preview


def test_a_cell_is_mended_in_place(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    long = at(preview, 45)
    (issue,) = [one for one in long.issues if one.field == "birth_length"]
    preview = rosters.edit(station_desk, preview, 45, "birth_length", issue.meant)
    assert at(preview, 45).cells["birth_length"] == "49.4 cm"
    assert {one.field for one in at(preview, 45).issues} == {"id_number"}
    preview = rosters.edit(station_desk, preview, 45, "id_number", "")
    assert at(preview, 45).state is RowState.NEW
    for field, text in (("name", "张晓"), ("birth_date", "2026-02-20")):
        preview = rosters.edit(station_desk, preview, 166, field, text)
    assert at(preview, 166).state is RowState.NEW
    assert rosters.take_in(station_desk, preview).accepted == 20


def test_mending_a_row_judges_those_that_change_with_it(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    assert at(preview, 163).state is RowState.SAME  # as row 4
    mended = rosters.edit(station_desk, preview, 4, "name", "黄小明")
    mended = rosters.edit(station_desk, mended, 4, "id_number", "")
    mended = rosters.edit(station_desk, mended, 4, "birth_date", "2025-09-17")
    assert at(mended, 163).state is RowState.DOUBTFUL
    assert at(mended, 163).duplicate is None
    unchanged = [row for row in preview.rows if row.row not in (4, 163)]
    assert [row for row in mended.rows if row.row not in (4, 163)] == unchanged


def test_mending_gives_what_reading_the_mended_file_gives(station_desk: Desk, tmp_path: Path) -> None:
    lines = [
        "姓名,性别,出生日期,母亲姓名,联系电话",
        "张子涵,女,2026-01-02,李静,13812345678",
        "张子含,女,2026-01-20,李静,13812345678",
        "王明,男,2026-01-02,赵敏,13912345678",
        "张子涵,女,2026-01-02,王芳,13700000000",
    ]
    preview = rosters.read_roster(station_desk, csv(tmp_path, *lines))
    edits = [(3, "birth_date", "2026-01-02"), (5, "mother_name", "李静"), (4, "phone", "13812345678")]
    for row, field, text in edits:
        preview = rosters.edit(station_desk, preview, row, field, text)
    lines[2] = "张子含,女,2026-01-02,李静,13812345678"
    lines[4] = "张子涵,女,2026-01-02,李静,13700000000"
    lines[3] = "王明,男,2026-01-02,赵敏,13812345678"
    whole = rosters.read_roster(station_desk, csv(tmp_path, *lines, name="mended.csv"))
    assert preview.rows == whole.rows


def test_a_decision_stays_when_another_row_is_mended(station_desk: Desk) -> None:
    preview = rosters.decide(rosters.read_roster(station_desk, TOWNSHIP), [5, 6], Decision.TAKE)
    preview = rosters.edit(station_desk, preview, 6, "name", "万桐")
    assert at(preview, 5).decision is Decision.TAKE
    assert at(preview, 6).decision is Decision.LEAVE  # another row now: asked again


@pytest.mark.parametrize(("row", "field", "code"), [(2, "name", "no_such_row"), (3, "nickname", "no_such_column")])
def test_only_cells_that_are_there_can_be_mended(station_desk: Desk, row: int, field: str, code: str) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    with pytest.raises(BadInput) as refused:
        rosters.edit(station_desk, preview, row, field, "x")
    assert refused.value.code == code


# --- columns that a person maps


def test_a_column_is_mapped_by_hand_and_remembered(station_desk: Desk, tmp_path: Path) -> None:
    file = csv(tmp_path, "宝贝,性别,生辰,姓名", "单芷然,女,2026-01-02,李静", name="other.csv")
    preview = rosters.read_roster(station_desk, csv(tmp_path, "姓名,性别,生日,宝贝", "李静,女,2026-01-02,单芷然"))
    assert preview.rows[0].name == "李静"
    mapped = rosters.remap(station_desk, preview, {3: "name", 0: "mother_name"})
    assert (mapped.rows[0].name, mapped.rows[0].caregiver) == ("单芷然", "李静")
    assert [column.field for column in mapped.columns] == ["mother_name", "sex", "birth_date", "name"]
    rosters.take_in(station_desk, mapped)
    again = rosters.read_roster(station_desk, csv(tmp_path, "姓名,性别,生日,宝贝", "王静,男,2026-01-03,单小"))
    assert (again.rows[0].name, again.rows[0].caregiver) == ("单小", "王静")
    with pytest.raises(Refused):  # 生辰 is still unknown: no roster
        rosters.read_roster(station_desk, file)
    back = rosters.remap(station_desk, again, {0: "name", 3: ""})
    rosters.take_in(station_desk, back)
    with station_desk.read() as session:
        kept = session.get_one(Preference, ("", "roster.headings"))
    assert kept.value == "{}"


def test_a_field_that_is_given_to_another_column_leaves_the_first(station_desk: Desk) -> None:
    preview = rosters.read_roster(station_desk, TOWNSHIP)
    mapped = rosters.remap(station_desk, preview, {6: "mother_name"})
    assert [column.field for column in mapped.columns][5:7] == ["", "mother_name"]
    assert at(mapped, 3).caregiver == "吴军"
    for wrong in ({99: "name"}, {1: "nickname"}, {1: "sex", 2: "sex"}):
        with pytest.raises(BadInput):
            rosters.remap(station_desk, preview, wrong)


# --- report and template


def test_the_template_reads_back_and_the_report_can_be_kept(station_desk: Desk, tmp_path: Path) -> None:
    template = rosters.write_template(tmp_path / "template.xlsx")
    empty = rosters.read_roster(station_desk, template)
    assert empty.rows == ()
    assert [column.field for column in empty.columns] == [field for field, _title in rosters.fields()]
    assert all(column.sure for column in empty.columns)
    report = rosters.check_only(rosters.read_roster(station_desk, TOWNSHIP))
    rows = list(load_workbook(rosters.save_report(station_desk, report, tmp_path / "report.xlsx")).worksheets[0].values)
    assert len(rows) == 1 + len(report.rejected) + len(report.notes) + len(report.possible_duplicates)
    assert not any(GOOD_ID in str(cell) for row in rows for cell in row)
