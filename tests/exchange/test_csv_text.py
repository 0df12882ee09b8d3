"""CSV that we write cannot run as a formula, and our own reader gives back what was typed."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhaohu.exchange.csv_text import OpenQuote, as_typed, harmless, read_csv, write_csv
from zhaohu.rules.growth.terms import Standard
from zhaohu.services.growth.growth_files import assess_file

SOURCE = Path(__file__).parents[2] / "desktop" / "zhaohu"
HOSTILE = [*"=+-@＝＋－＠", "\t=", "\r=", "\n=", "\0="]
TEXT = st.text(st.sampled_from("=+-@＝＋－＠'\"\t\r\n,;. 0159eE张x"), max_size=8) | st.text(max_size=8)


def written(rows):
    out = io.StringIO(newline="")
    write_csv(out, rows)
    return out.getvalue()


@pytest.mark.parametrize("start", HOSTILE)
def test_what_may_be_a_formula_is_marked_as_text(start):
    assert harmless(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("number", ["-2.50", "+3", "-.5", "-1e-5", "0", "12", "-0.00"])
def test_plain_numbers_stay(number):
    assert harmless(number) == number


@pytest.mark.parametrize("text", ["-2+3", "-1-1", "+cmd", "-", "--1", "-1e", "-２", "-1\n", "+1 "])
def test_what_only_begins_like_a_number_does_not(text):
    assert harmless(text) == f"'{text}"


@given(TEXT)
@example("'=x")
@example("''=x")
@example("'-5")
def test_what_was_typed_comes_back(text):
    assert as_typed(harmless(text)) == text


@given(TEXT)
def test_nothing_written_begins_like_a_formula(text):
    cell = harmless(text)
    assert cell[:1] not in {*"=+-@＝＋－＠", "\t", "\r", "\n", "\0"} or re.fullmatch(r"[+-][\d.]+([eE][+-]?\d+)?", cell)


@given(st.lists(st.lists(TEXT.filter(lambda text: "\0" not in text), min_size=2, max_size=4), max_size=5))
def test_whole_files_come_back(rows):
    assert [[as_typed(cell) for cell in row] for row in read_csv(written(rows))] == rows


def test_a_quotation_mark_without_end_is_noticed():
    assert list(read_csv('a,b\n1,"x\n2"\n')) == [["a", "b"], ["1", "x\n2"]]
    for text in ('a,b\n1,"x\n2,y\n', 'a,b\n1,"x', 'a,b\n1,"' + "x" * 200_000 + '"\n'):
        with pytest.raises(OpenQuote) as found:
            list(read_csv(text))
        assert found.value.row == 2


def test_assessing_a_file_passes_foreign_text_through_harmless(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text('sex,age_days,weight_kg,=name\n1,100,6.1,=HYPERLINK("http://x")\n1,100,6.1,-3\n', "utf-8")
    assert assess_file(source, out, Standard.WHO) == 2
    head, first, second = out.read_text("utf-8").splitlines()
    assert head.split(",")[3] == "'=name"
    assert "\"'=HYPERLINK(" in first
    assert second.split(",")[3] == "-3"
    again = tmp_path / "again.csv"
    assess_file(out, again, Standard.WHO)
    assert again.read_text("utf-8") == out.read_text("utf-8")


def test_no_other_module_writes_csv():
    writers = [
        path.name for path in SOURCE.rglob("*.py") if re.search(r"csv\.(writer|DictWriter)", path.read_text("utf-8"))
    ]
    assert writers == ["csv_text.py"]
