"""The main job in the window, from a township's roster at a station to the figures at the center and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import newborn_answers
from tests.sync.district import make_district, open_copy
from tests.ui.pages.test_visit_entry import fill_by_keyboard
from tests.ui.window_driver import Driver, answering, cells, is_inked, write

from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.child_register import RegisterChild
from zhaohu.ui.window_pages import make_shell

ROSTER = Path(__file__).parents[1] / "data" / "rosters" / "township_roster.xlsx"
GOOD_ROWS, SAME_ROWS, ROWS = 18, 2, 164
CHILD = "钱𫖯辰"


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """A center and station 01, enrolled; copied for the test."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def sit_down(qtbot, district, tmp_path, monkeypatch):
    """Call with a site's name: its window on its own encrypted store, open at the first page."""
    opened = []
    for question in ("message", "confirm", "unsaved"):
        monkeypatch.setattr(ask, question, lambda _parent, *words, **_more: pytest.fail(f"nobody expected: {words}"))

    def open_window(site: str) -> Driver:
        desk = open_copy(district, site, tmp_path / site)
        shell = make_shell(desk)
        qtbot.addWidget(shell)
        shell.open_first()
        opened.append((desk, shell))
        return Driver(qtbot, shell)

    yield open_window
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "discard")
    for desk, shell in opened:
        shell.close()
        desk.close()


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """The folder that both sites carry files on, and what the questions for files are answered with."""
    folder = tmp_path / "stick"
    folder.mkdir()
    chosen: list[Path] = []
    monkeypatch.setattr(ask, "folder", lambda *_args: folder)
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: list(chosen))

    def choose(*files: Path) -> Path:
        chosen[:] = files
        return folder

    return choose


def test_the_main_job(sit_down, stick):
    station = sit_down("01")
    villages = read_the_roster(station, stick)
    find_the_child(station)
    record_the_visit(station)
    print_the_visit(station)
    correct_the_visit(station)
    look_at_growth(station)
    see_who_is_due(station)
    add_a_teacher(station)
    hold_a_class(station)
    bundle, content = export(station, stick, number=1)
    assert content == {
        "村居": len(villages),
        **dict.fromkeys(("儿童", "家庭"), GOOD_ROWS),
        "照护人": 2 * GOOD_ROWS,
        "访视与体检": 2,  # both versions
        "测量": 2,
        "指导教师": 1,
        "课堂活动": 1,
        "活动邀请": 3,
        "追踪事项": 1,  # weight for length above +2 SD
    }

    center = sit_down("center")
    take_in_at_the_center(center, stick, bundle)
    see_the_stations_work(center)
    receipt = answer_the_station(center)

    read_the_answer(station, stick, receipt)
    register_one_more(station)
    second, content = export(station, stick, number=2)
    assert content == {"儿童": 1, "家庭": 1}
    assert imported(center, stick, second)["说明"].startswith("新增")
    center.go("overview")
    assert cells(center.page().table)[0]["儿童"] == str(GOOD_ROWS + 1)


# -- at the station


def read_the_roster(station: Driver, stick) -> set[str]:
    """Every doubtful row stands there with its reason; the good ones go in. Returns their villages."""
    station.click("导入名册")
    assert station.shell.address() == "roster"
    stick(ROSTER)
    station.press("Space")
    page = station.page()
    assert page.rows.table.chips.current() == "doubtful"
    doubtful = cells(page.rows.table)
    assert {row["处理"] for row in doubtful} == {"不登记"}
    assert all(row["说明"] for row in doubtful)
    assert "身份证号校验码不符" in doubtful[0]["说明"]
    station.click(f"全部 {ROWS}")
    assert len(page.rows.table.rows()) == ROWS
    station.click(f"登记 {GOOD_ROWS} 名儿童")
    assert f"登记 {GOOD_ROWS} 名儿童" in page.done.result.text()
    assert len(page.done.left.rows()) == ROWS - GOOD_ROWS - SAME_ROWS
    station.click("查看儿童名单")
    listed = cells(station.page().table)
    assert len(listed) == GOOD_ROWS
    return {row["村居"] for row in listed}


def find_the_child(station: Driver) -> None:
    """By a part of the name, pinyin, initials, and the last digits of the phone."""
    for typed in ("𫖯辰", "qianfuchen", "qfc", "7488"):
        assert station.offered(typed) == [CHILD]
    page = station.open_found()
    assert page._heading.text() == CHILD
    assert "*******7488" in station.words()


def record_the_visit(station: Driver) -> None:
    """By keyboard alone; growth is assessed beside it; without a weight it is refused."""
    station.sheet("计划")
    duties = station.page().plan.table
    assert cells(duties)[0]["服务项目"] == "新生儿家庭访视"
    duties.view.setFocus()
    station.press("Ctrl+Home", duties.view)
    station.press("Return", duties.view)
    page = station.page()
    station.press("Space", page.record.side.normal_button)
    assert page.record.fields.fields["face"].value() == "1"
    answers = newborn_answers()
    weight = page.record.fields.fields["weight_kg"]
    page.focus_first()
    fill_by_keyboard(page, {name: answer for name, answer in answers.items() if name != "weight_kg"})
    write(page.record.fields.fields["visit_date"].editor(), "2026-10-20")
    station.press("Ctrl+S")
    assert weight.problem() == ("目前体重还没有填写。", "danger")
    assert station.shell.focusWidget() is weight.editor()
    assert station.page() is page
    write(weight.editor(), "3.80")
    station.until(lambda: any("3.80 kg" in line.text for line in page.record.side.growth.lines()))
    newest = next(line.text for line in page.record.side.growth.lines() if "3.80 kg" in line.text)
    assert "2026年10月20日" in newest
    assert "WHO" in newest
    station.press("Ctrl+S")
    station.until(lambda: station.shell.address().startswith("visit/"))
    station.settle()
    assert "编号 371103-01-000001  第1版" in station.words()


def print_the_visit(station: Driver) -> None:
    """What is printed is seen first."""
    station.press("Ctrl+P")
    pages = station.paper()
    for words in ("新生儿家庭访视记录表", CHILD, "汤丽玲", "3.80", "371103-01-000001", "随访医生签名"):
        assert words in "".join(pages), words
    for number, sheet in enumerate(pages, start=1):
        assert f"第{number}页/共{len(pages)}页" in sheet


def correct_the_visit(station: Driver) -> None:
    """A reason is asked for, and both versions can be read."""
    first = station.shell.address()
    station.press("Ctrl+E")
    page = station.page()
    write(page.record.fields.fields["weight_kg"].editor(), "3.85")
    station.press("Ctrl+S")
    assert page.reason.problem()[0]
    write(page.reason.editor(), "称重时未去包被")
    station.press("Ctrl+S")
    station.until(lambda: station.shell.address().startswith("visit/"))
    station.settle()
    assert station.shell.address() != first
    assert "已更正，原为：3.80" in station.words()
    assert "更正：称重时未去包被" in station.words()
    station.click("第1版")
    assert station.shell.address() == first
    assert "旧版本" in station.page().notice.text()
    assert "3.80" in station.words()
    assert "3.85" not in station.words()
    station.click("打开最新版")
    station.press("Alt+Left", station.shell)
    assert station.page()._heading.text() == CHILD


def look_at_growth(station: Driver) -> None:
    """Birth and visit are points on the curve; standard and indicator can be switched; the chart is printed."""
    station.sheet("生长")
    tab = station.page().growth
    assert [str(mark.on) for mark in tab.chart.marks()] == ["2026-10-15", "2026-10-20"]
    assert is_inked(tab.chart)
    station.press("End", tab.chart)
    assert str(tab.table.view.current_row().on) == "2026-10-20"
    china = cells(tab.table)
    assert china[0]["测量值"] == "3.85"
    station.click("WHO")
    who = cells(tab.table)
    assert who[0]["测量值"] == china[0]["测量值"]
    assert who[0]["Z值"] != china[0]["Z值"]
    station.click("身长（身高）")
    assert [str(mark.on) for mark in tab.chart.marks()] == ["2026-10-15"]
    assert tab.chart.accessibleName() == "年龄别身长（身高）"
    station.click("打印生长曲线")
    (sheet,) = station.paper()
    for words in (CHILD, "世界卫生组织", "49.6"):
        assert words in sheet, words


def see_who_is_due(station: Driver) -> None:
    """Overdue ones first, the longest overdue at the top; a row opens its child."""
    page = station.go("today")
    rows = cells(page.table)
    states = [row["状态"] for row in rows]
    kinds = [words.split()[0] for words in states]
    assert kinds == sorted(kinds, key=["已逾期", "应访视", "即将到期"].index)
    late = [int(words.split()[1]) for words in states if words.startswith("已逾期")]
    assert late == sorted(late, reverse=True)
    assert page._tiles["overdue"].figure() == str(len(late))
    assert "新生儿满月健康管理 + 1月龄营养喂养评估" in [row["应做项目"] for row in rows if row["儿童"] == CHILD]
    station.press("Home", page.table.view)
    station.press("Return", page.table.view)
    assert station.page()._heading.text() == rows[0]["儿童"]


def add_a_teacher(station: Driver) -> None:
    """The gap shrinks by one."""
    page = station.go("staffing")
    gap = int(page._tiles["gap"].figure())
    station.press("Ctrl+N")
    write(station.dialog().form.fields["name"].editor(), "王敏")
    station.press("Ctrl+S")
    assert station.dialogs() == []
    assert [row["姓名"] for row in cells(page.teachers)] == ["王敏"]
    assert page._tiles["gap"].figure() == str(gap - 1)


def hold_a_class(station: Driver) -> None:
    """Planned with families, attended by two of three, with its sign-in sheet."""
    station.go("classes")
    station.press("Ctrl+N")
    dialog = station.dialog()
    fields = dialog.form.fields
    for name, text in (("topic", "新生儿喂养"), ("starts_at", "0930"), ("ends_at", "1030"), ("place", "巨峰镇卫生院")):
        write(fields[name].editor(), text)
    write(fields["topic_block"].box.lineEdit(), "营养")
    QTest.keyClick(fields["topic_block"].box, Qt.Key.Key_Return)
    families = dialog._side
    for row in range(3):
        families.table.choose_row(row)
        QTest.keyClick(families.table, Qt.Key.Key_Space)
    assert families._count.text() == "已邀请 3 户"
    station.press("Ctrl+S")
    station.until(lambda: station.shell.address().startswith("class/"))
    station.settle()
    page = station.page()
    for row in (0, 1):
        page.table.choose_row(row)
        QTest.keyClick(page.table, Qt.Key.Key_Space)
    station.press("Ctrl+S")
    assert page.notice.text() == "签到已保存。"
    station.press("Ctrl+P")
    (sheet,) = station.paper()
    for line in page.table.check_model.rows():
        assert line.child in sheet
    assert "新生儿喂养" in sheet


def export(station: Driver, stick, *, number: int) -> tuple[Path, dict[str, int]]:
    """Write the bundle; the file and what the page says it holds."""
    page = station.go("sync")
    waiting = int(page.waiting.figure())
    station.press("Ctrl+E")
    file = stick() / f"371103-01-{number:06}.zhb"
    assert file.is_file()
    assert file.name in page.notice.text()
    content = {row["类型"]: int(row["记录数"]) for row in cells(page.kinds)}
    assert sum(content.values()) == waiting
    return file, content


def read_the_answer(station: Driver, stick, receipt: Path) -> None:
    """Afterwards nothing waits."""
    page = station.go("sync")
    assert page.waiting.figure() != "0"
    stick(receipt)
    station.press("Ctrl+O")
    assert page.notice.text().startswith("中心已确认到第 1 号数据包")
    assert page.waiting.figure() == "0"
    assert "(" not in station.shell.sidebar.buttons["sync"].text()


def register_one_more(station: Driver) -> None:
    """A child that came after the receipt."""
    station.go("children")

    def enter(dialog: RegisterChild) -> None:
        fields = dialog.form.fields
        write(fields["name"].editor(), "单若汐")
        QTest.keyClick(fields["sex"].editor(), Qt.Key.Key_2)
        write(fields["birth_date"].editor(), "2026-11-12")
        station.press("Ctrl+S", dialog)

    with answering((RegisterChild, enter)):
        station.press("Ctrl+N")
    station.until(lambda: station.shell.address().startswith("child/"))
    station.settle()
    assert station.page()._heading.text() == "单若汐"


# -- at the center


def imported(center: Driver, stick, file: Path) -> dict[str, str]:
    """Look at a file, and take it in if there is anything to take in; its report."""
    page = center.go("inbox")
    stick(file)
    center.press("Ctrl+O")
    table = center.dialog().files
    if center.dialog().take_button.hasFocus():
        center.press("Return")
        table = page.report.table
    (report,) = cells(table)
    if center.dialogs():
        center.press("Escape")
    assert report["文件"] == file.name
    return report


def take_in_at_the_center(center: Driver, stick, bundle: Path) -> None:
    """One changed byte is refused and changes nothing; the bundle goes in, and once more without any difference."""
    altered = bundle.with_name("371103-01-000009.zhb")
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    altered.write_bytes(data)
    report = imported(center, stick, altered)
    assert report["结果"] == "会拒收"
    assert len(report["将会怎样"]) > 10
    assert cells(center.go("overview").table)[0]["儿童"] == "0"
    report = imported(center, stick, bundle)
    assert report["结果"] == "已接收"
    before = cells(center.go("overview").table)
    assert imported(center, stick, bundle)["结果"] == "已收过"
    assert cells(center.go("overview").table) == before


def see_the_stations_work(center: Driver) -> None:
    """The figures of the overview, and the child's page only to look at."""
    row, other = cells(center.page().table)
    assert (row["儿童"], row["访视"], row["课堂"], row["在岗"]) == (str(GOOD_ROWS), "1", "1", "1")
    assert int(row["逾期"]) > 0
    assert other["儿童"] == "0"
    assert center.offered("qfc") == [CHILD]
    page = center.open_found()
    assert "只读" in center.words()
    assert page.record_button.isHidden()
    center.sheet("访视与体检")
    center.press("Home", page.visits.view)
    center.press("Return", page.visits.view)
    assert "第2版" in center.words()
    assert center.page().correct_button.isHidden()


def answer_the_station(center: Driver) -> Path:
    """Write the receipt by one key."""
    page = center.go("inbox")
    center.sheet("各站按周")
    page.stations.matrix.choose("371103-01")
    center.press("Ctrl+E")
    assert page.notice.text().startswith("回执已写出")
    (receipt,) = page.answers.folder.get().glob("*.zhr")
    return receipt
