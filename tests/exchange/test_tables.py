"""Files from outside: every kind is read by its contents, limits are kept, damage is refused in words."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from zhaohu.errors import BadInput
from zhaohu.exchange import packages, tables
from zhaohu.exchange.encodings import decode
from zhaohu.exchange.tables import read_sheets
from zhaohu.rules.roster_cells import Formula, cell_text

MOMENT = datetime.fromisoformat("2025-05-27T08:30")
SAMPLES = Path(__file__).parents[1] / "data" / "rosters"


def saved(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def repacked(data, change, compression=zipfile.ZIP_DEFLATED):
    """The archive with its members changed by a function of name and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def refusal(data):
    with pytest.raises(BadInput) as refused:
        read_sheets(data)
    assert refused.value.message
    return refused.value.code


def small_workbook():
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "名册"
    sheet.append(["姓名", "日期", "数", "真", "公式", None])
    sheet.append(["赖𠮷", date(2025, 5, 27), 3.5, True, "=1+1", None])
    sheet["A4"] = '=A2&"x"'
    sheet["B4"] = MOMENT
    sheet["C4"] = 42
    return workbook


def test_cells_keep_their_kinds_and_formulas_are_told_apart():
    (sheet,) = read_sheets(saved(small_workbook()))
    assert sheet.name == "名册"
    assert [row.number for row in sheet.rows] == [1, 2, 3, 4]
    name, day, number, yes, formula = sheet.rows[1].cells[:5]
    assert (name, day, number, yes) == ("赖𠮷", date(2025, 5, 27), 3.5, True)
    assert formula == Formula("=1+1", None)
    assert sheet.rows[2].cells == ()
    assert sheet.rows[3].cells[:3] == (Formula('=A2&"x"', None), MOMENT, 42)
    assert sheet.rows[0].cell(99) is None


def test_a_formula_is_not_computed_but_its_stored_value_is_there():
    stored = repacked(
        saved(small_workbook()),
        lambda name, data: data.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>7</v>").replace(
            b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>"
        ),
    )
    (sheet,) = read_sheets(stored)
    assert sheet.rows[1].cells[4] == Formula("=1+1", 7)
    assert cell_text(sheet.rows[1].cells[4]) == "7"


def test_rows_above_the_table_keep_the_numbers_right():
    workbook = Workbook()
    workbook.active["C5"] = "x"
    (sheet,) = read_sheets(saved(workbook))
    assert [row.number for row in sheet.rows if any(row.cells)] == [5]
    assert sheet.rows[4].cell(2) == "x"


def test_hidden_sheets_and_charts_are_not_read():
    workbook = small_workbook()
    workbook.create_sheet("旧").sheet_state = "hidden"
    workbook.create_chartsheet("图")
    assert [sheet.name for sheet in read_sheets(saved(workbook))] == ["名册"]


def test_an_error_cell_is_text_that_no_reader_takes():
    workbook = Workbook()
    workbook.active["A1"] = "#REF!"
    workbook.active["A1"].data_type = "e"
    (sheet,) = read_sheets(saved(workbook))
    assert cell_text(sheet.rows[0].cell(0)) in ("", "#REF!")


def test_an_old_workbook():
    (sheet,) = read_sheets((SAMPLES / "township_roster_part.xls").read_bytes())
    assert sheet.rows[2].cells[1:4] == ("吴芷然", "女", "2025/05/27")
    assert sheet.rows[6].cells[3] == date(2024, 5, 24)
    assert sheet.rows[-1].number == 168


# --- CSV ---

LINES = "姓名,出生日期\n赖𠮷,2025-05-27\n\n曾𠮷安,2024-01-01\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding):
    (sheet,) = read_sheets(LINES.encode(encoding))
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (1, ("姓名", "出生日期")),
        (2, ("赖𠮷", "2025-05-27")),
        (3, ()),
        (4, ("曾𠮷安", "2024-01-01")),
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters_quotes_and_line_ends(delimiter):
    text = f'姓名{delimiter}住址\r\n张三{delimiter}"巨峰{delimiter}镇\n1号"\r\n李四{delimiter}x'
    (sheet,) = read_sheets(text.encode())
    assert [row.cells for row in sheet.rows] == [
        ("姓名", "住址"),
        ("张三", f"巨峰{delimiter}镇\n1号"),
        ("李四", "x"),
    ]


def test_digits_kept_as_text_and_formulas_in_csv():
    (sheet,) = read_sheets(b'a,b,c,d\n"=""371103""",=1+1,\'=x,\'5\n')
    assert sheet.rows[1].cells == ("371103", Formula("=1+1", None), "=x", "'5")


def test_characters_that_the_old_codec_leaves_in_private_use():
    """The bytes of GB 18030 for characters that Unicode got later, by the tables of GB 18030-2022."""
    for data, character in (
        (b"\xfe\x59", "\u9fb4"),
        (b"\xfe\x61", "\u9fb5"),
        (b"\xfe\x66", "\u9fb6"),
        (b"\xfe\x67", "\u9fb7"),
        (b"\xfe\x6d", "\u9fb8"),
        (b"\xfe\x7e", "\u9fb9"),
        (b"\xfe\x90", "\u9fba"),
        (b"\xfe\xa0", "\u9fbb"),
        (b"\xa8\xbc", "\u1e3f"),
        (b"\xa6\xd9", "\ufe10"),
        (b"\xa6\xec", "\ufe17"),
        (b"\xa6\xf3", "\ufe19"),
    ):
        assert decode("名".encode("gb18030") + data) == "名" + character


@given(st.text(st.characters(blacklist_categories=["Cs", "Co"]), max_size=30))
def test_text_survives_every_encoding(text):
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(("名" + text).encode("utf-16")) == "名" + text
    encoded = ("名册" + text).encode("gb18030")
    try:
        encoded.decode("utf-8")
    except UnicodeDecodeError:
        assert decode(encoded) == "名册" + text


def test_a_quotation_mark_that_is_never_closed_is_named():
    with pytest.raises(BadInput) as refused:
        read_sheets('姓名,住址\n张三,"1号\n李四,2号\n'.encode())
    assert (refused.value.code, refused.value.details["row"]) == ("not_a_spreadsheet", 2)


def test_a_page_or_a_picture_that_is_called_a_spreadsheet():
    assert refusal("  <html><table><tr><td>姓名</td></tr></table></html>".encode()) == "not_a_spreadsheet"
    assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(100)) in ("not_a_spreadsheet", "not_text")
    assert refusal(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(100)) in ("not_a_spreadsheet", "not_text")


def test_bytes_that_are_no_text():
    assert refusal(b"\xff\xfe\xd8") == "not_text"
    assert refusal(b"\xff\xfe\x00\xd8a\x00") == "not_text"  # half of a pair
    assert refusal(b"\xed\xa0\x80") == "not_text"  # the same in UTF-8
    assert refusal("姓名,日期\n".encode("utf-16-le")) == "not_a_spreadsheet"  # without a mark
    assert refusal(b"\x81") == "not_text"
    assert refusal(b"a,b\n\0\0") == "not_a_spreadsheet"


# --- limits ---


def test_files_that_are_too_large(monkeypatch):
    assert refusal(b"x" * (tables.MAX_BYTES + 1)) == "too_large"
    assert refusal(("a\n" * (tables.MAX_ROWS + 1)).encode()) == "too_large"
    assert refusal(("," * tables.MAX_COLUMNS).encode()) == "too_large"
    assert len(read_sheets(("," * (tables.MAX_COLUMNS - 1)).encode())[0].rows) == 1


@pytest.mark.parametrize("place", ["A50001", "GS1", "XFD1", "A1048576"])
def test_one_cell_far_out_is_refused_before_anything_is_unfolded(place):
    workbook = Workbook()
    workbook.active[place] = "x"
    assert refusal(saved(workbook)) == "too_large"


@pytest.mark.parametrize("place", ["A50000", "GR1"])
def test_the_last_cell_that_is_taken(place):
    workbook = Workbook()
    workbook.active[place] = "x"
    (sheet,) = read_sheets(saved(workbook))
    assert sum(cell is not None for row in sheet.rows for cell in row.cells) == 1


def test_archives_that_unfold_too_far():
    packed = repacked(saved(small_workbook()), lambda name, data: data)
    bomb = io.BytesIO(packed)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * (20 * 1024 * 1024))
    assert refusal(bomb.getvalue()) == "too_large"
    many = io.BytesIO(packed)
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(packages.MAX_MEMBERS):
            archive.writestr(f"xl/{number}", b"")
    assert refusal(many.getvalue()) == "too_large"


def test_a_cell_that_no_spreadsheet_program_could_hold():
    most = "字" * tables.MAX_CELL
    assert read_sheets(f"a,{most}\n".encode())[0].rows[0].cells[1] == most
    assert refusal(f"a,{most}字\n".encode()) == "too_large"
    assert refusal(b"a," + b"x" * 10_000_000) == "not_a_spreadsheet"
    sheet = repacked(saved(small_workbook()), lambda name, data: data.replace("赖𠮷".encode(), most.encode() + b"x"))
    assert refusal(sheet) == "too_large"


def test_a_million_columns_and_a_million_lines():
    assert refusal(b"," * 1_000_000) == "too_large"
    assert refusal(b"\n" * 1_000_000) == "too_large"


def test_entities_are_never_expanded():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}<!ENTITY file SYSTEM "file:///etc/passwd">]>'

    def change(name, data):
        if name != "xl/worksheets/sheet1.xml":
            return data
        return bomb.encode() + data.replace("赖𠮷".encode(), b"&l11;&file;")

    texts = []
    with suppress(BadInput):
        (sheet,) = read_sheets(repacked(saved(small_workbook()), change))
        texts += [cell_text(cell) for row in sheet.rows for cell in row.cells]
    assert sum(map(len, texts)) < 500
    assert "root:" not in "".join(texts)


# --- damage ---


def test_a_workbook_behind_a_password():
    """The outside of an encrypted .xlsx file: an OLE container whose directory names the locked package."""
    sector = 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header = (header + struct.pack("<I", 0) + b"\xff" * sector)[:sector]
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * (sector - 8)

    def entry(name, kind, child):
        text = name.encode("utf-16-le")
        links = struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)

    names = [
        entry("Root Entry", 5, 1),
        entry("EncryptedPackage", 2, 0xFFFFFFFF),
        entry("EncryptionInfo", 2, 0xFFFFFFFF),
    ]
    assert refusal(header + table + b"".join(names).ljust(sector, b"\0")) == "encrypted"


def test_other_files_are_refused():
    assert refusal(b"PK\x03\x04") == "not_a_spreadsheet"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "not_a_spreadsheet"
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as archive:
        archive.writestr("readme.txt", b"hello")
    assert refusal(plain_zip.getvalue()) == "not_a_spreadsheet"


@pytest.mark.parametrize("sample", ["township_roster.xlsx", "township_roster_part.xls", "legacy_roster_gb18030.csv"])
def test_damaged_bytes_are_read_or_refused(sample):
    data = (SAMPLES / sample).read_bytes()
    chance = random.Random(sample)
    for _round in range(120):
        damaged = bytearray(data[: chance.choice([len(data), chance.randrange(len(data))])])
        for _byte in range(chance.randrange(1, 8)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(BadInput):
            read_sheets(bytes(damaged))


def test_damaged_xml_inside_a_whole_archive_is_read_or_refused():
    data = (SAMPLES / "township_roster.xlsx").read_bytes()
    chance = random.Random(1)

    def change(name, contents):
        if chance.random() < 0.5 or not contents:
            return contents
        at = chance.randrange(len(contents))
        return contents[:at] + chance.choice([b"<", b">", b"\0", b"&amp", b'"', b"9" * 12, b""]) + contents[at + 3 :]

    for _round in range(60):
        with suppress(BadInput):
            read_sheets(repacked(data, change, zipfile.ZIP_STORED))
