"""Lines: every stored value travels byte for byte, and nothing else is a line."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel

from zhaohu.records import SYNCED_TABLES
from zhaohu.store.engine import make_engine
from zhaohu.sync import applying, quick, rows
from zhaohu.sync.rows import State, line_text, read_line, shapes, staged_line
from zhaohu.sync.stored import stored_rows

ID, EPOCH = "0193b1de-0000-7000-8000-000000000001", "ab" * 16
_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
shapes()  # takes a moment, and only the first time


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


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """An open transaction on tables of the station's kind, nothing but columns."""
    engine = make_engine(tmp_path_factory.mktemp("rows") / "plain.db", bytes(32))
    with engine.connect() as connection:
        for name in ("village", "measurement"):
            columns = ", ".join(f'"{column}"' for column in shapes()[name].columns)
            connection.exec_driver_sql(f"CREATE TABLE {name} (id TEXT PRIMARY KEY, {columns})")
        yield connection
    engine.dispose()


@given(st.fixed_dictionaries({"owner": st.just("o")}, optional={"name": _TEXT, "extra": _TEXT, "code": _TEXT}))
def test_the_database_takes_and_gives_every_text_as_it_came(tables, values):
    line = read_line(a_line(values))
    applying.put(tables, shapes()["village"], [line.data])
    assert list(stored_rows(tables, shapes()["village"], "o")) == [(ID, line.fields_json)]


@given(st.fixed_dictionaries({"owner": st.just("o")}, optional={"oedema": st.booleans(), "weight_g": _WHOLE}))
def test_the_database_takes_and_gives_numbers_and_truth_as_they_came(tables, values):
    line = read_line(a_line(values, table="measurement"))
    applying.put(tables, shapes()["measurement"], [line.data])
    assert list(stored_rows(tables, shapes()["measurement"], "o")) == [(ID, line.fields_json)]


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
    assert wrong(measured_on="9999-12-31") == wrong(measured_on="0001-01-01") == "measured_on"
    assert wrong(measured_on="2026-01-02T00:00:00") == "measured_on"
    assert wrong(oedema=1) == "oedema"
    assert wrong(position="X") is None  # a newer version may know it
    assert wrong(position=1) == "position"
    assert wrong(child_id=None) == "child_id"
    assert wrong(shoe_size=3) == "shoe_size"


def test_what_the_database_must_have_a_line_must_bring():
    """A default is for what is recorded here; in a line from outside a field that is missing is a wrong one."""
    for shape in shapes().values():
        needed = {column.name for column in SQLModel.metadata.tables[shape.name].columns if not column.nullable}
        assert {name for name, field in shape.model.model_fields.items() if field.is_required()} == needed, shape.name


@given(
    st.sampled_from([name for name, shape in shapes().items() if shape.child]),
    st.data(),
)
def test_what_the_quick_way_takes_the_thorough_way_takes_too(table, data):
    """And what it writes back is canonical: else one of them would take what the other refuses."""
    shape = shapes()[table]
    told = shape.model.model_json_schema()["properties"]
    fields = {
        name: data.draw(_of_kind(told[name]), name) for name in data.draw(st.sets(st.sampled_from(shape.columns)))
    }
    fields |= {name: data.draw(_of_kind(told[name]), name) for name in shape.model.model_json_schema()["required"]}
    fields.pop("id", None)
    line = a_line(fields, table=table)
    taken = quick.read(line, rows._readers())
    if taken is not None:
        slow = rows._line(rows.canonical.loads(line), line)
        assert shape.invalid_field(slow.id, slow.fields_json) is None
        assert rows.canonical.decode(line)
        assert {name: slow.value(name) for name in shape.keys} == {
            name: staged_line(read_line(line).staged()).value(name) for name in shape.keys
        }


def _of_kind(said):
    """Mostly what a field may hold, now and then something near."""
    if "anyOf" in said:
        return _of_kind(said["anyOf"][0])
    if said["type"] == "boolean":
        return st.booleans()
    if said["type"] == "integer":
        low = said.get("minimum", 0)
        return st.integers(low, said.get("maximum", low + 99)) | st.integers(-5, 10**16)
    if "pattern" in said:
        return st.from_regex(said["pattern"]) | st.just("1\n")
    if said.get("format") == "date":
        return st.dates().map(str) | st.sampled_from(["2026-3-5", "20260305", "1", "2026-03-05T00:00:00"])
    if said.get("contentMediaType"):
        return st.sampled_from(['{"a":"1"}', "{}", "[]", "", "{", '{"a":1e999}'])
    few = said.get("minLength", 0)
    return st.text(min_size=few, max_size=max(few, min(said.get("maxLength", 9), 60))) | st.text(max_size=3)


def test_every_character_is_written_by_both_ways_alike():
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert quick._encode(every) == rows.canonical.encode(every)
