"""Citizen ids, telephones and other numbers: every way of writing them, and masking."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.records.codes import Sex
from zhaohu.rules import identity
from zhaohu.rules.identity import CitizenId, Problem, contradiction, read_citizen_id, read_phone

EXAMPLE = "11010519491231002X"  # the published example of GB 11643
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def made_id(area: int, born: date, sequence: int) -> str:
    """An id with its check digit by the weights printed in GB 11643, independent of the library that we use."""
    digits = f"{area:06d}{born:%Y%m%d}{sequence:03d}"
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return digits + "10X98765432"[remainder]


IDS = st.builds(made_id, st.integers(110000, 659999), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(1, 999))


def full_width(text):
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def test_the_published_example():
    assert read_citizen_id(EXAMPLE) == CitizenId(EXAMPLE, date(1949, 12, 31), Sex.FEMALE)


@given(IDS)
def test_every_way_of_writing_an_id_reads_the_same(number):
    read = read_citizen_id(number)
    assert isinstance(read, CitizenId)
    assert read.birth_date == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert (read.sex is Sex.MALE) == (int(number[16]) % 2 == 1)
    ways = (
        number.lower(),
        full_width(number),
        f"'{number}",
        f"‘{number}’",
        f'"{number}"',
        f" {number}\t",
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:6]}-{number[6:14]}-{number[14:]}",
        number.replace("X", "×"),
        number.replace("X", "Х"),
    )
    assert [read_citizen_id(way) for way in ways] == [read] * len(ways)


@given(IDS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number, place, change):
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert isinstance(read_citizen_id(wrong), Problem)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id_format"),
        ("1101051949123100", "id_format"),
        ("X1010519491231002X", "id_format"),
        ("110105491231002", "id_format"),  # 15 digits of the old kind
        ("11010519490231002X", "id_birth_date"),
        ("110105194912310021", "id_check_digit"),
    ],
)
def test_refusals_say_what_is_wrong(text, code):
    problem = read_citizen_id(text)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert problem.message


@given(st.text())
def test_no_text_breaks_the_readers(text):
    for read in (
        read_citizen_id,
        read_phone,
        identity.read_birth_certificate,
        identity.read_record_number,
        identity.read_file_no8,
    ):
        assert isinstance(read(text), (CitizenId, str, Problem))


def test_contradictions():
    known = read_citizen_id(EXAMPLE)
    assert contradiction(known, date(1949, 12, 31), Sex.FEMALE) is None
    assert contradiction(known, None, None) is None
    assert contradiction(known, None, Sex.NOT_STATED) is None
    assert contradiction(known, date(1949, 12, 30), Sex.FEMALE).code == "id_other_birth_date"
    assert "1949年12月30日" in contradiction(known, date(1949, 12, 30), Sex.FEMALE).message
    assert contradiction(known, date(1949, 12, 31), Sex.MALE).code == "id_other_sex"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13953771234", "13953771234"),
        ("139 5377-1234", "13953771234"),
        ("１３９５３７７１２３４", "13953771234"),
        ("+86 13953771234", "13953771234"),
        ("0086-13953771234", "13953771234"),
        ("(0633) 8223344", "06338223344"),
        ("0633-8223344", "06338223344"),
        ("010-65123456", "01065123456"),
        ("02165123456", "02165123456"),
    ],
)
def test_telephones(typed, number):
    assert read_phone(typed) == number


@pytest.mark.parametrize("typed", ["", "1395377123", "139537712345", "12953771234", "8223344", "0633-123", "无"])
def test_numbers_that_no_telephone_has(typed):
    assert isinstance(read_phone(typed), Problem)


def test_other_numbers():
    assert identity.read_birth_certificate("x 320101001") == "X320101001"
    assert isinstance(identity.read_birth_certificate("XX20101001"), Problem)
    assert identity.read_record_number("371103101 101-00001") == "37110310110100001"
    assert isinstance(identity.read_record_number("3711031011010000"), Problem)
    assert identity.read_file_no8("101-00001") == "10100001"
    assert identity.format_file_no8("10100001") == "101-00001"
    assert identity.format_file_no8("") == ""


def test_masking():
    assert identity.mask_citizen_id(EXAMPLE) == "110105************"
    assert identity.mask_citizen_id("123456") == "******"
    assert identity.mask_phone("13953771234") == "*******1234"
    assert identity.mask_phone("1234") == "****"
    assert identity.mask_name("张子涵") == "张*"
    assert identity.mask_name("𠮷野") == "𠮷*"
    assert identity.mask_name("") == ""


@given(st.text(max_size=30))
def test_a_mask_never_shows_more_than_promised(text):
    assert len(identity.mask_citizen_id(text)) == len(text) == len(identity.mask_phone(text))
    plain = text.replace("*", "")
    assert len(identity.mask_citizen_id(plain).replace("*", "")) <= 10
    assert len(identity.mask_phone(plain).replace("*", "")) <= 4
