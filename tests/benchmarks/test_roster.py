"""A roster of 10,000 rows: read and judged, taken in, a cell mended, taken back; beside plain reading of the file."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import python_calamine
from openpyxl import Workbook
from tests.sync.district import make_district, open_copy

from zhaohu.services.roster import rosters

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
ROWS = 10_000
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "子涵雨欣浩然梓萱一诺思远可馨宇轩沐晨佳怡明哲"
HEADINGS = [
    "儿童姓名",
    "性别",
    "出生日期",
    "母亲姓名",
    "父亲姓名",
    "联系电话",
    "村居",
    "家庭住址",
    "孕周",
    "体重(g)",
    "身长",
    "胎次",
    "分娩方式",
]


def write_roster(place):
    pick = random.Random(5)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(HEADINGS)
    for n in range(ROWS):
        surname = pick.choice(SURNAMES)
        born = date(2024, 1, 1) + timedelta(days=pick.randrange(900))
        mother = pick.choice(SURNAMES) + "".join(pick.choices(GIVEN, k=2))
        sheet.append(
            [
                surname + "".join(pick.choices(GIVEN, k=2)), pick.choice("男女"),
                born.strftime("%Y.%m.%d" if n % 3 else "%Y年%m月%d日"), mother, surname + pick.choice(GIVEN),
                f"138{n:08d}", f"第{n % 40}村", f"巨峰镇第{n % 40}村{n}号", f"{37 + n % 4}+{n % 7}", 2800 + n % 1200,
                round(48 + n % 40 / 10, 1), 1 + n % 3, "顺产",
            ]
        )  # fmt: skip
    book.save(place)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def test_roster_of_10000_rows(tmp_path, capsys):
    file = tmp_path / "roster.xlsx"
    write_roster(file)
    desk = open_copy(make_district(tmp_path / "template"), "01", tmp_path / "station")

    def plain():
        return python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()

    plain_s = min(timed(plain)[0] for _once in range(3))
    read_s, preview = min((timed(lambda: rosters.read_roster(desk, file)) for _once in range(2)), key=lambda r: r[0])
    assert len(preview.rows) == ROWS
    rosters.edit(desk, preview, 500, "phone", "13899999998")  # makes the index of who is to be compared
    mend_s, preview = timed(lambda: rosters.edit(desk, preview, 501, "phone", "13899999999"))
    take_s, report = timed(lambda: rosters.take_in(desk, preview))
    assert report.accepted > 0.99 * ROWS
    again_s, again = timed(lambda: rosters.read_roster(desk, file))
    assert again.counts[rosters.RowState.SAME] > 0.99 * ROWS
    undo_s, undone = timed(lambda: rosters.undo_import(desk, report.import_id))
    assert undone.children == report.accepted
    with capsys.disabled():
        sys.stdout.write(
            f"\nroster of {ROWS} rows: plain reading {plain_s:.2f} s; read and judged {read_s:.2f} s = "
            f"{ROWS / read_s:.0f} rows/s = {read_s / plain_s:.1f} x; taken in {take_s:.2f} s = "
            f"{ROWS / take_s:.0f} rows/s = {take_s / plain_s:.1f} x; read again beside them {again_s:.2f} s; "
            f"a cell mended {mend_s * 1000:.0f} ms; undone {undo_s:.2f} s\n"
        )
    desk.close()
