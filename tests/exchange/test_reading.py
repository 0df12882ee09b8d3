"""Reading apart: the same sheets as in-process, and every bad end of the other process is a refusal in words."""

from __future__ import annotations

import io
import os
import secrets
import subprocess
import sys
import threading
import time
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from zhaohu.errors import BadInput, Cancelled, Refused
from zhaohu.exchange import plain, reading
from zhaohu.exchange.reading import Limits, read_apart, read_file
from zhaohu.exchange.tables import MAX_BYTES, read_sheets
from zhaohu.rules.roster_cells import Formula, Sheet, SheetRow

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "rosters").iterdir())


def refusal(data, **limits):
    with pytest.raises(Refused) as refused:
        read_apart(data, limits=Limits(**limits))
    assert refused.value.message
    return refused.value.code


def saved(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def with_parts(workbook, changed):
    """The workbook with some of its parts exchanged or added."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(workbook))) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in {**{name: old.read(name) for name in old.namelist()}, **changed}.items():
            new.writestr(name, data)
    return packed.getvalue()


def strings_bomb():
    """One long shared text, named by very many cells: a small file that fills memory once it is unfolded."""
    workbook = Workbook()
    workbook.active.append(["x"])
    cells = "".join(f'<c r="{letter}%d" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = "".join(f'<row r="{row}">{cells.replace("%d", str(row))}</row>' for row in range(1, 3_000))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    long = f'<sst xmlns="{main}" count="1" uniqueCount="1"><si><t>{"字" * 30_000}</t></si></sst>'
    sheet = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    noise = secrets.token_bytes(100_000)  # so that it is not the ratio that betrays it
    return with_parts(
        workbook, {"xl/sharedStrings.xml": long, "xl/worksheets/sheet1.xml": sheet, "docProps/app.xml": noise}
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.suffix)
def test_the_other_process_reads_the_same(sample):
    assert read_file(sample) == read_sheets(sample.read_bytes())


def test_its_refusals_come_through_in_the_language_in_use():
    with pytest.raises(BadInput) as apart:
        read_apart(b"PK\x03\x04 not really")
    with pytest.raises(BadInput) as here:
        read_sheets(b"PK\x03\x04 not really")
    assert (apart.value.code, apart.value.message) == (here.value.code, here.value.message)
    assert apart.value.message.isascii() is False


def test_a_file_that_is_not_there_or_too_large(tmp_path):
    with pytest.raises(BadInput) as refused:
        read_file(tmp_path / "none.xlsx")
    assert refused.value.code == "unreadable"
    (tmp_path / "large.csv").write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(BadInput) as refused:
        read_file(tmp_path / "large.csv")
    assert refused.value.code == "too_large"


def test_memory_time_and_answer_are_limited():
    bomb = strings_bomb()
    assert len(bomb) < 1_000_000
    began = time.monotonic()
    assert refusal(bomb, memory_bytes=300 << 20) == "too_large"
    assert time.monotonic() - began < 30
    assert refusal(bomb, seconds=0.3) == "too_slow"
    assert refusal(SAMPLES[0].read_bytes(), result_bytes=1_000) == "too_large"


def test_a_process_that_ends_without_an_answer(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-program"))
    assert refusal(b"a,b\n") == "no_resources"
    program = tmp_path / "program"
    for script, code in (
        ("exit 3", "not_a_spreadsheet"),
        ("echo '{\"sheet\":'", "not_a_spreadsheet"),
        ('echo \'{"sheet":"x"}\'; exit 0', "not_a_spreadsheet"),
        ("kill -SEGV $$", "not_a_spreadsheet"),
        ("kill -ABRT $$", "too_large"),
        ("exec sleep 60", "too_slow"),
    ):
        if os.name == "nt":
            pytest.skip("the programs that stand in are shell scripts")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(program))
        assert refusal(b"a,b\n", seconds=1) == code, script


def test_cancelling_ends_the_process():
    asked = []

    def cancelled():
        asked.append(time.monotonic())
        return len(asked) > 3

    began = time.monotonic()
    with pytest.raises(Cancelled):
        read_apart(strings_bomb(), cancelled)
    assert len(asked) == 4
    assert time.monotonic() - began < 20
    assert [child for child in psutil.Process().children() if "reading_process" in " ".join(child.cmdline())] == []
    assert [thread.name for thread in threading.enumerate() if "_collect" in thread.name] == []


def test_no_module_is_taken_from_the_folder_one_stands_in(monkeypatch, tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('taken')")
    monkeypatch.chdir(tmp_path)
    assert len(read_apart(b"a,b\n1,2\n")[0].rows) == 2


def test_it_begins_small_and_without_a_screen_or_a_database():
    heavy = "{'PySide6', 'sqlalchemy', 'sqlmodel', 'pydantic', 'openpyxl', 'sqlcipher3', 'cryptography', 'psutil'}"
    script = f"import sys, zhaohu.exchange.reading_process; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_password_of_the_command_line_does_not_go_along(monkeypatch):
    secrets = {"ZHAOHU_PASSWORD", "ZHAOHU_NEW_PASSWORD", "ZHAOHU_RECOVERY_CODE"}
    for name in secrets:
        monkeypatch.setenv(name, "correct horse")
    process = reading._start(reading.LIMITS)
    try:
        assert not secrets & psutil.Process(process.pid).environ().keys()
    finally:
        process.kill()
        process.communicate()


# --- the lines between the two ---

_PLAIN = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(days=-1000), timedelta(days=1000)),
)
_CELLS = st.one_of(_PLAIN, st.builds(Formula, st.text(st.characters(exclude_categories=["Cs"]), max_size=9), _PLAIN))
_ROWS = st.builds(SheetRow, st.integers(1, 50_000), st.lists(_CELLS, max_size=5).map(tuple))
_SHEETS = st.lists(st.builds(Sheet, st.text("名册x", max_size=3), st.lists(_ROWS, max_size=4).map(tuple))).map(tuple)


@settings(max_examples=40)
@given(_SHEETS)
def test_sheets_survive_the_lines(sheets):
    assert plain.read_lines(b"".join(plain.lines(sheets))) == sheets


def test_kinds_survive_the_lines():
    cells = (date(2025, 5, 27), datetime.fromisoformat("2025-05-27T08:30"), clock_time(8, 30), timedelta(hours=1.5))
    (sheet,) = plain.read_lines(b"".join(plain.lines([Sheet("s", (SheetRow(1, cells),))])))
    assert [type(cell) for cell in sheet.rows[0].cells] == [date, datetime, clock_time, timedelta]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"[1,2]\n",
        b'{"sheet":"x"}\n[1,"a"]\n',
        b'{"sheet":"x"}\n[1,"a"]\n{"rows":2}\n',
        b'{"sheet":"x"}\n[1,{"code":"x"}]\n{"rows":1}\n',
        b'{"sheet":"x"}\n[1,{"date":"yesterday"}]\n{"rows":1}\n',
        b'{"sheet":"x"}\n[1,{"formula":["=1",{"formula":["=1",1]}]}]\n{"rows":1}\n',
        b'{"sheet":"x"}\n[1,[2]]\n{"rows":1}\n',
        b'{"refused":["x"]}\n',
        b"\xff\n",
    ],
)
def test_other_lines_are_not_believed(data):
    with pytest.raises(ValueError):  # noqa: PT011 - of every kind
        plain.read_lines(data)


def test_an_archive_whose_sheets_all_name_one_part(tmp_path):
    """2,000 names for the same part must not cost 2,000 times its size."""
    workbook = Workbook()
    for row in range(2_000):
        workbook.active.append([f"{row}行"] * 20)
    with zipfile.ZipFile(io.BytesIO(saved(workbook))) as old:
        book = old.read("xl/workbook.xml").decode()
    sheet = book[book.index("<sheet ") : book.index("</sheets>")]
    sheets = "".join(sheet.replace('name="Sheet"', f'name="s{n}"') for n in range(2_000))
    assert book.count(sheet) == 1
    packed = with_parts(workbook, {"xl/workbook.xml": book.replace(sheet, sheets)})
    assert refusal(packed, memory_bytes=300 << 20, seconds=2) in ("too_large", "too_slow")
