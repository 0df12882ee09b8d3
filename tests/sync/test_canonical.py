"""Only canonical JSON of text, whole numbers and booleans gets in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.sync import canonical

_KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_what_is_written_is_read_back(value):
    assert canonical.decode(canonical.encode(value)) == value


@given(st.dictionaries(_KEYS, st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(), max_size=5))
def test_the_fast_way_writes_the_same(value):
    ordered = dict(sorted(value.items()))
    try:
        expected = canonical.encode(value)
    except UnicodeEncodeError:  # half of a character
        with pytest.raises(ValueError):  # noqa: PT011
            canonical.in_order(ordered)
    else:
        assert canonical.in_order(ordered) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_is_escaped_as_rfc_8785_says(text):
    short = {0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
    expected = "".join(short.get(ord(c), f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text)
    assert canonical.encode({"a": text}) == f'{{"a":"{expected}"}}'.encode()


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"a": 1}',
        '{"b":1,"a":1}',
        '{"a":1,"a":1}',
        '{"a":1.0}',
        '{"a":1e2}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":null}',
        '{"a":9007199254740992}',
        '{"a":-0}',
        '{"a":01}',
        '{"a":"\\u0041"}',
        '{"a":"\\ud800"}',
        '{"é":1}',
        '{"a":1}\n',
        '{"a":1}x',
        "{",
        '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' + "[" * 20 + "]" * 20 + "}",
        '{"a":' + "9" * 5000 + "}",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - every reason is one
        canonical.decode(text.encode("utf-8"))


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(ValueError):  # noqa: PT011
        canonical.decode(b'{"a":"\xff"}')


def test_object_is_the_same_text_as_json():
    value = {"b": [1, True, "张𠮷"], "a": {"c": 0}}
    assert json.loads(canonical.encode(value)) == value
