"""Tables of visits and measurements: read as people keep them, judged as a form is, taken in whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select
from tests.services.care.test_visits import record
from tests.services.families import enrol

from zhaohu.errors import BadInput, Cancelled, NotAllowed, Refused
from zhaohu.records import Measurement, Visit
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.services import reference
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk, Person
from zhaohu.services.growth import growth
from zhaohu.services.register import removal
from zhaohu.services.visit_table import record_import
from zhaohu.services.visit_table.record_import import MEASUREMENTS, RecordPreview, RowState
from zhaohu.store.backup import ENDING

BORN = date(2026, 5, 2)
KEYS = {"儿童姓名": "单芷然", "出生日期": "2026-05-02"}
NEWBORN = {
    "母亲妊娠期患病情况": "无",
    "新生儿窒息": "1",
    "畸形": "无",
    "新生儿听力筛查": "通过",
    "助产机构名称": "岚山区人民医院",
    "出生情况": "顺产",
    "新生儿疾病筛查": "检查均阴性",
    "目前体重": "3.55kg",
    "喂养方式": "纯母乳",
    "吃奶次数": 9,
    "呕吐": "无",
    "大便": "糊状",
    "大便次数": 4,
    "体温": 36.8,
    "心率": 132,
    "呼吸频率": "42",
    "面色": "红润",
    "黄疸部位": "面部、躯干",
    "前囟横径": 1.5,
    "前囟纵径": 1.5,
    "前囟": "1",
    "眼睛": "1 未见异常",
    "四肢活动度": "1.未见异常",
    "耳外观": "2",
    "耳外观（写明）": "副耳",
    "颈部包块": "无",
    "鼻": "未见异常",
    "皮肤": "湿疹，其他：胎记",
    "口腔": "1",
    "肛门": "1",
    "心肺听诊": "1",
    "胸部": "1",
    "腹部触诊": "1",
    "脊柱": "1",
    "外生殖器": "1",
    "脐带": "脱落",
    "转诊建议": "无",
    "指导": "1,2,3",
    "本次访视日期": date(2026, 5, 9),
    "下次随访日期": "2026年5月30日",
    "随访医生签名": "王敏",
}
"""A healthy newborn as a careful person would keep it: codes, words, both, and cells that are numbers or days."""

WriteBook = Callable[[Mapping[str, Iterable[Mapping[str, object]]]], Path]


@pytest.fixture
def book(tmp_path: Path) -> WriteBook:
    """Writes a workbook: by sheet, rows by heading; rows may lack headings."""

    def write(sheets: Mapping[str, Iterable[Mapping[str, object]]]) -> Path:
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            lines = list(rows)
            headings = list(dict.fromkeys(heading for line in lines for heading in line))
            for line in [{heading: heading for heading in headings}, *lines]:
                sheet.append([line.get(heading) for heading in headings])
        workbook.save(place := tmp_path / "records.xlsx")
        return place

    return write


@pytest.fixture
def child(station_desk: Desk) -> str:
    return enrol(station_desk, birth_date=BORN)


def newborn(**changes: object) -> dict[str, object]:
    return {**KEYS, **NEWBORN, **changes}


def measured(day: object, kg: object, cm: object = None, **more: object) -> dict[str, object]:
    return {**KEYS, "测量日期": day, "体重(kg)": kg, "身长": cm, **more}


def reasons(preview: RecordPreview) -> list[tuple[str, str]]:
    return [(issue.field, issue.reason) for row in preview.rows for issue in row.issues]


def test_a_visit_of_a_table_is_the_record_that_a_person_would_have_keyed_in(
    station_desk: Desk, child: str, book: WriteBook
) -> None:
    file = book({"新生儿家庭访视记录表": [newborn()]})
    preview = record_import.read_records(station_desk, file)
    (row,) = preview.rows
    assert reasons(preview) == []
    assert (row.state, row.child_id, row.form, row.day) == (RowState.READY, child, "newborn_visit", date(2026, 5, 9))

    done = record_import.take_in(station_desk, preview)
    assert (done.accepted, done.already, done.rejected, done.doubtful) == (1, 0, (), ())
    with station_desk.read() as session:
        (visit,) = session.exec(select(Visit)).all()
        (amounts,) = session.exec(select(Measurement)).all()
    answers = json.loads(visit.answers)
    assert (visit.visit_date, visit.recorded_at[:10], visit.signer) == (date(2026, 5, 9), "2026-11-20", "王敏")
    assert (visit.form_version, visit.number, visit.contact) == ("2017.1", 1, "NB1")
    assert (amounts.weight_g, amounts.measured_on, amounts.visit_id) == (3550, date(2026, 5, 9), visit.id)
    assert answers["jaundice_site"] == ["2", "3"]
    assert (answers["skin"], answers["skin_text"]) == (["2", "4"], "胎记")
    assert (answers["ears"], answers["ears_text"]) == ("2", "副耳")
    assert (answers["guidance"], answers["weight_kg"], answers["temp_c"]) == (["1", "2", "3"], "3.55", "36.8")
    assert (answers["next_date"], answers["umbilical"]) == ("2026-05-30", ["2"])
    assert (answers["child_name"], answers["mother_name"], answers["sex"]) == ("单芷然", "李秀梅", "2")


def test_it_is_the_same_as_through_the_form(station_desk: Desk, child: str, book: WriteBook) -> None:
    """The table goes through `check` and `save_visit` as the screen does: the answers are byte for byte the same."""
    file = book({"newborn_visit": [newborn()]})
    preview = record_import.read_records(station_desk, file)
    record_import.take_in(station_desk, preview)
    with station_desk.read() as session:
        kept = session.exec(select(Visit)).one()
    entry = visits.edit_visit(station_desk, kept.id)
    assert dict(preview.rows[0].answers) == json.loads(kept.answers) == dict(entry.answers)


def test_what_is_there_already_is_not_taken_in_twice(station_desk: Desk, child: str, book: WriteBook) -> None:
    file = book({"访视": [newborn(), newborn()], "体格测量": [measured("2026-06-01", 4.5), measured("2026.6.1", 4.5)]})
    first = record_import.read_records(station_desk, file)
    assert [row.state for row in first.rows] == [RowState.READY, RowState.ALREADY] * 2
    assert "2" in first.rows[1].issues[0].reason  # which row of the file has it
    assert record_import.take_in(station_desk, first).accepted == 2

    again = record_import.read_records(station_desk, file)
    assert {row.state for row in again.rows} == {RowState.ALREADY}
    done = record_import.take_in(station_desk, again)
    assert (done.accepted, done.already, done.rejected) == (0, 4, ())
    with station_desk.read() as session:
        assert len(session.exec(select(Visit)).all()) == 1
        assert len(session.exec(select(Measurement)).all()) == 2


def test_what_a_visit_measured_is_no_measurement_beside_it(station_desk: Desk, child: str, book: WriteBook) -> None:
    rows = [measured("2026-05-09", 3.55), measured("2026-06-02", 4.4)]
    preview = record_import.read_records(station_desk, book({"体格测量": rows, "访视": [newborn()]}))
    assert [(row.form, row.state) for row in preview.rows] == [
        ("newborn_visit", RowState.READY),
        (MEASUREMENTS, RowState.ALREADY),
        (MEASUREMENTS, RowState.READY),
    ]
    record_import.take_in(station_desk, preview)
    assert [day.on for day in growth.series(station_desk, child)] == [BORN, date(2026, 5, 9), date(2026, 6, 2)]


def test_between_reading_and_taking_in_the_same_visit_was_recorded(
    station_desk: Desk, child: str, book: WriteBook
) -> None:
    file = book({"访视": [newborn()], "体格测量": [measured("2026-06-01", 4.5)]})
    preview = record_import.read_records(station_desk, file)
    record(station_desk, child, visit_date="2026-05-09", weight_kg="3.55", next_date="2026-05-30")
    with pytest.raises(Refused) as refused:
        record_import.take_in(station_desk, preview)
    assert (refused.value.code, refused.value.details["row"]) == ("records_changed", 2)
    with station_desk.read() as session:  # the measurement of the other sheet is not there either
        assert len(session.exec(select(Measurement)).all()) == 1


def test_plain_measurements_join_the_growth_of_the_child(station_desk: Desk, child: str, book: WriteBook) -> None:
    rows = [
        measured("2026/6/2", "4.4", 54.5, 头围=37, 体位="卧位"),
        measured(date(2026, 8, 2), "12.4斤", "612mm"),
        measured(20261102, None, None, 头围="42.5厘米"),
    ]
    preview = record_import.read_records(station_desk, book({"量体重": rows}))
    assert {row.form for row in preview.rows} == {MEASUREMENTS}
    assert reasons(preview) == []
    assert record_import.take_in(station_desk, preview).accepted == 3
    days = growth.series(station_desk, child)
    assert [(day.on, day.measured.weight_g, day.measured.length_mm, day.measured.head_mm) for day in days[1:]] == [
        (date(2026, 6, 2), 4400, 545, 370),
        (date(2026, 8, 2), 6200, 612, None),
        (date(2026, 11, 2), None, None, 425),
    ]
    with station_desk.read() as session:
        assert session.exec(select(Visit)).all() == []


def test_a_slip_beside_the_other_rows_is_doubted_and_what_no_child_weighs_is_refused(
    station_desk: Desk, child: str, book: WriteBook
) -> None:
    rows = [measured("2026-06-02", 4.4, 54.5), measured("2026-07-02", 8.4, 57.5), measured("2026-08-02", 62, 61.2)]
    preview = record_import.read_records(station_desk, book({"体格测量": rows}))
    assert [row.state for row in preview.rows] == [RowState.READY, RowState.DOUBTFUL, RowState.REFUSED]
    assert {issue.field for row in preview.rows for issue in row.issues} == {"体重/kg"}
    only_sure = record_import.take_in(station_desk, preview, leave_doubtful=True)
    assert (only_sure.accepted, [one.row for one in only_sure.rejected]) == (1, [3, 4])
    rest = record_import.read_records(station_desk, preview.file)
    done = record_import.take_in(station_desk, rest)
    assert (done.accepted, done.already, [one.row for one in done.doubtful]) == (1, 1, [3])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"儿童姓名": "单芷燃"}, "儿童姓名"),
        ({"出生日期": "2026-05-03"}, "儿童姓名"),
        ({"出生日期": "26.5.2"}, "出生日期"),
        ({"儿童姓名": "=1+1"}, "儿童姓名"),
        ({"本次访视日期": None}, "本次访视日期"),
        ({"本次访视日期": "5月9日"}, "本次访视日期"),
        ({"本次访视日期": "2027-05-09"}, "本次访视日期"),
        ({"本次访视日期": "2026-05-01"}, "本次访视日期"),
        ({"随访医生签名": None}, "随访医生签名"),
        ({"目前体重": "三公斤半"}, "目前体重"),
        ({"目前体重": "3550"}, "目前体重"),
        ({"体温": "368"}, "体温"),
        ({"吃奶次数": "9.5"}, "吃奶次数"),
        ({"面色": "还行"}, "面色"),
        ({"面色": "7"}, "面色"),
        ({"面色": "红润、其他"}, "面色"),
        ({"鼻": "异常"}, "鼻（写明）"),
        ({"脐带": "未脱、脱落"}, "脐带"),
        ({"黄疸部位": "无、面部"}, "黄疸部位"),
    ],
)
def test_a_row_that_cannot_be_a_record_says_where_and_why(
    station_desk: Desk, child: str, book: WriteBook, changes: dict[str, object], field: str
) -> None:
    preview = record_import.read_records(station_desk, book({"访视": [newborn(**changes)]}))
    (row,) = preview.rows
    assert row.state is RowState.REFUSED
    hard = {issue.field for issue in row.issues if issue.hard}
    assert field in hard <= {field, "下次随访日期"}, reasons(preview)
    assert all(issue.reason for issue in row.issues)
    assert row.answers == {}
    assert record_import.take_in(station_desk, preview).accepted == 0
    with station_desk.read() as session:
        assert session.exec(select(Visit)).all() == []


def test_all_that_is_wrong_with_a_row_is_said_at_once(station_desk: Desk, child: str, book: WriteBook) -> None:
    row = newborn(体温="368", 面色="还行", 随访医生签名=None)
    (read,) = record_import.read_records(station_desk, book({"访视": [row]})).rows
    assert {issue.field for issue in read.issues} == {"体温", "面色", "随访医生签名"}


def test_a_child_is_found_by_its_numbers_too(station_desk: Desk, book: WriteBook) -> None:
    number = "11010519491231002X"
    record_no = "37110310100100001"
    girl = enrol(station_desk, birth_date=BORN, facts={"health_record_no": record_no})
    by_record = {"儿童姓名": "单芷然", "健康档案编号": record_no, "测量日期": "2026-06-02", "体重": "4.4kg"}
    preview = record_import.read_records(station_desk, book({"体格测量": [by_record]}))
    assert [row.child_id for row in preview.rows] == [girl]
    wrong_name = {**by_record, "儿童姓名": "张三"}
    (row,) = record_import.read_records(station_desk, book({"体格测量": [wrong_name]})).rows
    assert (row.state, row.issues[0].field) == (RowState.REFUSED, "儿童姓名")
    stranger = {**KEYS, "身份证号": number, "测量日期": "2026-06-02", "体重": "4.4kg"}
    (row,) = record_import.read_records(station_desk, book({"体格测量": [stranger]})).rows
    assert number not in repr(row.issues)


def test_two_children_of_one_name_and_day_are_not_guessed(station_desk: Desk, child: str, book: WriteBook) -> None:
    enrol(station_desk, birth_date=BORN)
    (row,) = record_import.read_records(station_desk, book({"体格测量": [measured("2026-06-02", 4.4)]})).rows
    assert (row.state, row.child_id) == (RowState.REFUSED, "")


def test_a_removed_child_is_not_found(station_desk: Desk, child: str, book: WriteBook) -> None:
    removal.remove_child(station_desk, child, "登记错误")
    (row,) = record_import.read_records(station_desk, book({"体格测量": [measured("2026-06-02", 4.4)]})).rows
    assert row.state is RowState.REFUSED


def test_columns_of_ages_take_the_question_of_the_age(station_desk: Desk, child: str, book: WriteBook) -> None:
    """面色 of the third and of the sixth month are two questions in one column of the table."""
    row = {**KEYS, "随访日期": "2026-11-05", "面色": "2", "面色（写明）": "苍白"}
    (read,) = record_import.read_records(station_desk, book({"1～8月龄儿童健康检查记录表": [row]})).rows
    assert read.form == "check_1_8"
    said = {issue.field for issue in read.issues}
    assert not said & {"面色", "面色（写明）", "月龄", "随访日期"}  # the rest of the form is missing
    (young,) = record_import.read_records(
        station_desk, book({"1～8月龄儿童健康检查记录表": [{**row, "随访日期": "2026-06-02"}]})
    ).rows
    assert "面色（写明）" in {issue.field for issue in young.issues}  # at one month 2 is 黄染, which needs no words


def test_what_is_not_asked_is_left_out_and_said(station_desk: Desk, child: str, book: WriteBook) -> None:
    preview = record_import.read_records(station_desk, book({"访视": [newborn(转诊原因="黄疸")]}))
    (row,) = preview.rows
    assert (row.state, [issue.field for issue in row.issues]) == (RowState.DOUBTFUL, ["转诊原因"])
    assert "referral_reason" not in row.answers


def test_a_template_is_read_back_and_its_explanations_are_no_row(
    station_desk: Desk, child: str, tmp_path: Path
) -> None:
    place = record_import.write_template(tmp_path / "template.xlsx", station_desk.today)
    workbook = load_workbook(place)
    forms = record_import.forms(station_desk.today)
    assert workbook.sheetnames == [form.title[:31] for form in forms]
    for sheet in workbook:
        headings = [cell.value for cell in sheet[1]]
        assert headings[:2] == ["儿童姓名", "出生日期"]
        assert len(set(headings)) == len(headings)
    sheet = workbook["新生儿家庭访视记录表"]
    headings = [cell.value for cell in sheet[1]]
    assert {*NEWBORN} <= {*headings}
    sheet.append([newborn().get(heading) for heading in headings])
    workbook.save(place)
    preview = record_import.read_records(station_desk, place)
    assert [(row.row, row.state) for row in preview.rows] == [(3, RowState.READY)]


def test_every_form_alone_makes_a_template_that_its_own_form_is_told_by(station_desk: Desk, tmp_path: Path) -> None:
    for form in record_import.forms(station_desk.today):
        place = record_import.write_template(tmp_path / f"{form.id}.xlsx", station_desk.today, form.id)
        workbook = load_workbook(place)
        sheet = workbook.worksheets[0]
        sheet.title = "Sheet1"  # whoever copies columns elsewhere: the headings tell
        day = BORN + timedelta(days=(form.from_days + form.to_days) // 2)
        sheet.append(["张三", BORN, None, None, *[day for _cell in list(sheet[1])[4:]]])
        workbook.save(place)
        (row,) = record_import.read_records(station_desk, place).rows
        assert row.form == form.id


def test_csv_of_an_old_program(station_desk: Desk, child: str, tmp_path: Path) -> None:
    lines = ["姓名,出生日期,日期,体重（kg）,身高", "单芷然,20260502,2026.6.2,4.4,54.5"]
    file = tmp_path / "old.csv"
    file.write_bytes("\r\n".join(lines).encode("gb18030"))
    preview = record_import.read_records(station_desk, file)
    assert [(row.form, row.state) for row in preview.rows] == [(MEASUREMENTS, RowState.READY)]


def test_one_backup_one_act(station_desk: Desk, child: str, book: WriteBook) -> None:
    rows = [measured(f"2026-0{month}-02", kg, cm) for month, kg, cm in [(6, 4.4, 54.5), (7, 5.3, 58), (8, 6.1, 61)]]
    preview = record_import.read_records(station_desk, book({"体格测量": rows}))
    before = set(station_desk.profile.rglob(f"*{ENDING}"))
    told: list[tuple[int, int]] = []
    record_import.take_in(station_desk, preview, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    with station_desk.read() as session:
        (line,) = session.exec(select(AuditLine).where(AuditLine.action == "records.import")).all()
    assert json.loads(line.detail) == {"records": 3, "rows": 3}
    assert line.subject is None
    assert len(set(station_desk.profile.rglob(f"*{ENDING}")) - before) == 1


def test_cancelling_keeps_nothing(station_desk: Desk, child: str, book: WriteBook) -> None:
    rows = [measured(f"2026-0{month}-02", kg) for month, kg in [(6, 4.4), (7, 5.3), (8, 6.1)]]
    preview = record_import.read_records(station_desk, book({"体格测量": rows}))
    asked = iter([False, True, True])
    with pytest.raises(Cancelled):
        record_import.take_in(station_desk, preview, cancelled=lambda: next(asked))
    with station_desk.read() as session:
        assert session.exec(select(Measurement)).all() == []
    with pytest.raises(Cancelled):
        record_import.read_records(station_desk, preview.file, cancelled=lambda: True)


@pytest.mark.parametrize("content", ["", "品名,单价\n铅笔,2\n", "姓名,出生日期,备注\n单芷然,2026-05-02,好\n"])
def test_what_is_no_table_of_records_is_refused(station_desk: Desk, tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(Refused) as refused:
        record_import.read_records(station_desk, file)
    assert refused.value.code == "no_records"


def test_an_unknown_form_is_refused(station_desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        record_import.write_template(tmp_path / "x.xlsx", station_desk.today, "no_such_form")
    assert refused.value.code == "no_such_form"


def test_sheets_that_are_something_else_are_named(station_desk: Desk, child: str, book: WriteBook) -> None:
    preview = record_import.read_records(
        station_desk, book({"体格测量": [measured("2026-06-02", 4.4)], "说明": [{"请看": "这里"}]})
    )
    assert preview.unread == ("说明",)


def test_only_who_may_record_reads_tables(station_desk: Desk, center_desk: Desk, child: str, book: WriteBook) -> None:
    file = book({"体格测量": [measured("2026-06-02", 4.4)]})
    with pytest.raises(NotAllowed):
        record_import.read_records(center_desk, file)
    station_desk.person = Person("v", "看", Role.VIEWER)
    with pytest.raises(NotAllowed):
        record_import.read_records(station_desk, file)


def test_the_table_of_measurements_is_a_faultless_form() -> None:
    form = reference.measurement_form()
    assert form.id == MEASUREMENTS
    assert {field.measure for field in form.fields()} >= {"weight", "length", "head", "position", "oedema"}
