"""Where lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.paper.fonts import text_width
from zhaohu.paper.text import LEADING, NOT_FIRST, NOT_LAST, Piece, fit, flow, words, wrap

SENTENCES = st.lists(
    st.tuples(
        st.text("照护站婴幼儿𠮷", min_size=1, max_size=9), st.sampled_from(["。", "，", "）", "（", "", " ", "2.45 kg"])
    ),
    max_size=12,
).map(lambda parts: "".join(words + mark for words, mark in parts))


@given(SENTENCES, st.floats(60, 300))
def test_no_line_is_too_wide_and_no_mark_stands_where_it_must_not(text, width):
    lines = wrap(text, width, 9)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert text_width(line, 9) <= width + 0.01
        assert not line or (line[0] not in NOT_FIRST and not line.startswith(" "))
    for line in lines[:-1]:
        assert line[-1] not in NOT_LAST


def test_a_mark_goes_with_the_character_before_it():
    assert wrap("照护站，好", 27, 9) == ["照护", "站，好"]
    assert wrap("见（表）", 27, 9) == ["见", "（表）"]


def test_latin_words_and_numbers_are_not_parted():
    assert wrap("体重2900 grams", 35, 9) == ["体重", "2900", "grams"]
    assert words("Apgar评分") == ["Apgar", "评", "分"]


def test_a_word_longer_than_the_line_is_cut():
    lines = wrap("A" * 40, 60, 9)
    assert len(lines) > 1
    assert "".join(lines) == "A" * 40


def test_newlines_begin_lines():
    assert wrap("一\n二", 100, 9) == ["一", "二"]


@pytest.mark.parametrize("text", ["", "短", "很长很长的一段话，写在这个空格里也要看得见"])
def test_a_blank_takes_its_room_at_least(text):
    line = flow([Piece(text, underline=True, least=40), Piece("后")], 300, 9)[0]
    assert line[-1].x >= 40
    assert line[-1].x >= text_width(text, 9)


@pytest.mark.parametrize("width", [40, 51, 60, 90])
def test_what_is_written_in_a_blank_wider_than_the_line_is_broken(width):
    written = "县妇幼保健院儿童保健科"
    lines = flow([Piece("机构及科室", keep=True), Piece(written, bold=True, underline=True, least=102)], width, 5.5)
    for line in lines:
        for placed in line:
            assert placed.x + text_width(placed.piece.text, 5.5, bold=placed.piece.bold) <= width + 0.01
    assert "".join(placed.piece.text for line in lines for placed in line) == f"机构及科室{written}"


def test_kept_pieces_go_to_the_next_line_whole():
    lines = flow([Piece("1未见异常", keep=True), Piece("2异常情况", keep=True)], 70, 9)
    assert [line[0].piece.text for line in lines] == ["1未见异常", "2异常情况"]


def test_type_shrinks_before_text_is_cut():
    size, lines = fit("巨峰镇薄家口村三组大槐树旁", 60, 26, (9, 8, 7, 6))
    assert size < 9
    assert "".join(lines) == "巨峰镇薄家口村三组大槐树旁"
    assert len(lines) * size * LEADING <= 26


def test_what_cannot_fit_ends_in_an_ellipsis():
    size, lines = fit("巨峰镇" * 30, 60, 26, (9, 6))
    assert size == 6
    assert lines[-1].endswith("…")
    assert all(text_width(line, size) <= 60 for line in lines)
