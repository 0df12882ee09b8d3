"""A table of visits and measurements: rows read and judged, and taken in, per second."""

from __future__ import annotations

import os
import sys
import time
from datetime import date

import pytest
from openpyxl import Workbook
from tests.services.families import enrol
from tests.services.visit_table.test_record_import import NEWBORN
from tests.sync.district import make_district, open_copy

from zhaohu.services.register.children import MOTHER, NewCaregiver
from zhaohu.services.visit_table import record_import

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
CHILDREN = 200
MEASURED = [(6, 4.4, 54.5), (7, 5.3, 58), (8, 6.1, 61), (9, 6.7, 63), (10, 7.2, 65)]
BORN = date(2026, 5, 2)


def write_records(place, names):
    """A newborn visit and five measurements of each child."""
    book = Workbook()
    visits = book.worksheets[0]
    visits.title = "新生儿家庭访视记录表"
    visits.append(["儿童姓名", "出生日期", *NEWBORN])
    measured = book.create_sheet("体格测量")
    measured.append(["儿童姓名", "出生日期", "测量日期", "体重/kg", "身长/cm"])
    for name in names:
        visits.append([name, BORN, *NEWBORN.values()])
        for month, kg, cm in MEASURED:
            measured.append([name, BORN, date(2026, month, 2), kg, cm])
    book.save(place)


def test_rows_per_second(tmp_path, capsys):
    desk = open_copy(make_district(tmp_path / "template"), "01", tmp_path / "station")
    names = [f"张{'东西南北中'[n % 5]}{chr(0x4E00 + n)}" for n in range(CHILDREN)]
    for n, name in enumerate(names):
        enrol(desk, name=name, birth_date=BORN, caregivers=(NewCaregiver("李秀梅", MOTHER, f"138{n:08d}"),))
    file = tmp_path / "records.xlsx"
    write_records(file, names)
    begun = time.perf_counter()
    preview = record_import.read_records(desk, file)
    read_s = time.perf_counter() - begun
    begun = time.perf_counter()
    done = record_import.take_in(desk, preview)
    take_s = time.perf_counter() - begun
    rows = CHILDREN * (1 + len(MEASURED))
    assert (len(preview.rows), done.accepted) == (rows, rows)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{rows} rows of records ({CHILDREN} visits): read and judged {rows / read_s:.0f} rows/s, "
            f"taken in {rows / take_s:.0f} rows/s\n"
        )
    desk.close()
