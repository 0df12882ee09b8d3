"""Lines: every stored value travels byte for byte, and nothing else is a line."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.records import SYNCED_TABLES
from zhaohu.sync import rows
from zhaohu.sync.rows import State, line_text, read_line, shapes, staged_line

ID, EPOCH = "0193b1de-0000-7000-8000-000000000001", "ab" * 16
_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def a_line(fields: dict[str, object], table: str = "village", **changes: object) -> bytes:
    line = {"deleted": False, "epoch": EPOCH, "fields": fields, "id": ID, "rev": 1, "seq": 1, "table": table}
    return json.dumps({**line, **changes}, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.fixed_dictionaries({"name": _TEXT, "owner": _TEXT}, optional={"extra": _TEXT, "code": _TEXT}))
def test_a_row_comes_through_byte_for_byte(values):
    shape = shapes()["village"]
    fields = rows.fields_json(shape, tuple(values.get(name) for name in shape.columns))
    text = line_text("village", ID, State(3, EPOCH, 7, False, None), fields)
    line = read_line(text.encode("utf-8"))
    assert line == staged_line(text)
    assert line.fields == values
    content = {"fields": values, "id": ID, "table": "village"}
    expected = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert line.digest == hashlib.sha256(expected.encode()).hexdigest()


def test_a_text_that_looks_like_the_end_of_a_line_does_not_confuse():
    line = read_line(a_line({"name": '","id":"x","fields":{},"deleted":true', "owner": "o"}))
    assert staged_line(line.text()) == line


@pytest.mark.parametrize(
    "data",
    [
        a_line({}, table="account"),
        a_line({}, id="../../etc/passwd"),
        a_line({}, rev=0),
        a_line({}, rev=2**53),
        a_line({}, rev=True),
        a_line({}, seq="1"),
        a_line({}, epoch="x"),
        a_line({}, deleted=0),
        a_line({}, was="z" * 64),
        a_line({}, more=1),
        a_line({"name": None}),
        a_line({"name": 1.5}),
        a_line({"name": 2**60}),
        a_line({"name": ["a"]}),
        a_line({"name": {"a": "b"}}),
        a_line({}) + b" ",
        a_line({})[:-1],
        b"",
        b"\xff",
        a_line({"name": "a"}).replace(b'"name":"a"', b'"name":"a","name":"a"'),
        a_line({"name": "a"}).replace(b'"a"', b'"\\u0061"'),
    ],
)
def test_other_lines_are_refused(data):
    with pytest.raises(ValueError):  # noqa: PT011 - every reason is one
        read_line(data)


def test_every_table_travels_whole():
    """No column of a synced table is left out, and none holds what JSON or a sum could lose."""
    for record in SYNCED_TABLES:
        table = record.__table__
        shape = shapes()[table.name]
        assert {"id", *shape.columns} == {column.name for column in table.columns}
        assert not [column.name for column in table.columns if "FLOAT" in str(column.type).upper()]


def test_fields_are_checked_by_type_and_range():
    shape = shapes()["measurement"]
    good = {
        "child_id": ID,
        "measured_on": "2026-01-02",
        "oedema": False,
        "owner": "371103-01",
        "recorded_at": "2026-01-02T12:00:00+08:00",
        "recorded_by": "王敏",
        "weight_g": 5200,
    }

    def wrong(**changes: object) -> str | None:
        fields = {name: value for name, value in {**good, **changes}.items() if value is not None}
        return shape.invalid_field(ID, json.dumps(fields, sort_keys=True, separators=(",", ":")))

    assert wrong() is None
    assert wrong(weight_g=100) == "weight_g"
    assert wrong(weight_g="5200") == "weight_g"
    assert wrong(measured_on="2026-02-30") == "measured_on"
    assert wrong(measured_on="2026-01-02T00:00:00") == "measured_on"
    assert wrong(oedema=1) == "oedema"
    assert wrong(position="X") == "position"
    assert wrong(child_id=None) == "child_id"
    assert wrong(shoe_size=3) == "shoe_size"
