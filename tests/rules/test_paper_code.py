"""The digits of a child's QR code stand for one child and for nothing else."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.records.base import new_id
from zhaohu.rules.paper_code import SHEETS, child_code, read_code, read_sheet_code, sheet_code

IDS = st.uuids().map(str)


@given(IDS)
def test_a_code_is_42_digits_that_give_the_child_again(child_id):
    code = child_code(child_id)
    assert len(code) == 42
    assert code.isascii()
    assert code.isdigit()
    assert code[0] == "1"
    assert read_code(code) == child_id
    assert read_code(f" {code}\r\n") == child_id


@pytest.mark.parametrize(
    "child_id", [str(UUID(int=0)), str(UUID(int=2**128 - 1)), new_id()], ids=("all zeros", "all ones", "real")
)
def test_the_smallest_the_largest_and_a_real_id(child_id):
    assert read_code(child_code(child_id)) == child_id


@given(IDS, st.integers(0, 41), st.integers(1, 9))
def test_one_wrong_digit_is_never_a_child(child_id, at, added):
    code = child_code(child_id)
    wrong = code[:at] + str((int(code[at]) + added) % 10) + code[at + 1 :]
    assert read_code(wrong) is None


@given(IDS, st.integers(1, 40))
def test_two_digits_that_changed_places_are_never_a_child(child_id, at):
    code = child_code(child_id)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert swapped == code or read_code(swapped) is None


@given(IDS, st.integers(0, 41))
def test_a_code_cut_off_is_no_child(child_id, length):
    assert read_code(child_code(child_id)[:length]) is None


def test_full_width_digits_of_an_input_method_are_read():
    child_id = new_id()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in child_code(child_id))
    assert read_code(wide) == child_id


@pytest.mark.parametrize("text", ["", "1", "王敏", "0" * 42, "1" + "9" * 41, "ZH1|visit|x"])
def test_other_texts_are_no_code(text):
    assert read_code(text) is None


def test_a_number_beyond_all_ids_is_no_code():
    body = "1" + str(2**128).zfill(39)
    assert read_code(f"{body}{98 - int(body) * 100 % 97:02d}") is None


def test_what_is_no_id_has_no_code():
    with pytest.raises(ValueError, match="UUID"):
        child_code("x")


NUMBERS = st.integers(0, SHEETS - 1)


@given(NUMBERS)
def test_a_sheet_has_six_digits_that_give_its_number_again(no):
    code = sheet_code(no)
    assert len(code) == 6
    assert code.isascii()
    assert code.isdigit()
    assert read_sheet_code(code) == no
    assert read_sheet_code(f" {code}\r\n") == no
    assert read_sheet_code("".join(chr(ord(digit) + 0xFEE0) for digit in code)) == no


def test_the_check_digit_is_the_published_one():
    """Damm's own example: 572 has the check digit 4. Sheets that are out must be read by every later version."""
    assert sheet_code(572) == "005724"
    assert sheet_code(0) == "000000"


@given(NUMBERS)
def test_every_single_wrong_digit_of_a_sheet_is_caught(no):
    code = sheet_code(no)
    wrong = [
        code[:at] + str(digit) + code[at + 1 :] for at in range(6) for digit in range(10) if str(digit) != code[at]
    ]
    assert len(wrong) == 54
    assert [one for one in wrong if read_sheet_code(one) is not None] == []


@given(NUMBERS)
def test_neighbouring_digits_of_a_sheet_that_changed_places_are_caught(no):
    code = sheet_code(no)
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(5)} - {code}
    assert [one for one in swapped if read_sheet_code(one) is not None] == []


@given(NUMBERS)
def test_the_last_digit_is_found_by_trying_all_ten(no):
    assert [d for d in range(10) if read_sheet_code(f"{no:05d}{d}") == no] == [int(sheet_code(no)[-1])]


def test_after_the_last_number_the_digits_begin_again():
    assert sheet_code(SHEETS + 7) == sheet_code(7)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12a456", "王敏", "½23456"])
def test_what_is_no_sheet_code_is_none(text):
    assert read_sheet_code(text) is None
