"""What is known of Chinese characters: strokes, variants, look-alikes."""

from __future__ import annotations

import pytest

from zhaohu import han


@pytest.mark.parametrize(
    ("character", "count"),
    [("一", 1), ("王", 4), ("李", 7), ("吴", 7), ("曾", 12), ("㛃", 9), ("𠮷", 6), ("龘", 48), ("a", 0), ("\ue000", 0)],
)
def test_strokes(character, count):
    assert han.strokes(character) == count


def test_every_character_of_level_3_has_strokes():
    """GB 18030-2022: the unified block and the extensions A to F."""
    blocks = ((0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734), (0x2B740, 0x2B81D),
              (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0))  # fmt: skip
    missing = [hex(code) for first, last in blocks for code in range(first, last + 1) if not han.strokes(chr(code))]
    assert missing == []


def test_plain_characters_are_plain_themselves():
    plain = han.plain_characters()
    assert not {common for common in plain.values() if ord(common) in plain}
    assert plain[ord("𠮷")] == "吉"
    assert plain[ord("喆")] == "哲"
    assert plain[ord("堃")] == "坤"
    assert plain[ord("昇")] == "升"
    assert not {ord(character) for character in "王李张刘陈杨吉哲沈沉于余"} & set(plain)


def test_look_alikes_are_pairs():
    assert frozenset("未末") in han.look_alikes()
    assert frozenset("戌戍") in han.look_alikes()
    assert {len(pair) for pair in han.look_alikes()} == {2}
