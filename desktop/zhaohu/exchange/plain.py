"""Sheets as lines of JSON, to be handed from the process that reads a file to the one that asked for it.

Plain data on purpose: the reading process has just worked on a hostile file, and whatever it says is checked like one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from zhaohu.rules.roster_cells import Cell, Formula, PlainCell, Sheet, SheetRow

_KINDS: dict[str, Callable[[Any], PlainCell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=float(seconds)),
}


def lines(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """A line for each sheet's name, a line for each row, and a last line that says how many rows there were."""
    rows = 0
    for sheet in sheets:
        yield _line({"sheet": sheet.name, "merged": sheet.merged})
        for row in sheet.rows:
            rows += 1
            yield _line([row.number, *map(_packed, row.cells)])
    yield _line({"rows": rows})


def refusal_line(code: str, message: str) -> bytes:
    """The line that says why there are no sheets."""
    return _line({"refused": [code, message]})


def read_lines(data: bytes) -> tuple[Sheet, ...] | tuple[str, str]:
    """What `lines` or `refusal_line` wrote: the sheets, or code and message of the refusal.

    Raises:
        ValueError: It is neither.
    """
    sheets: list[tuple[str, list[SheetRow], tuple[tuple[int, int, int], ...]]] = []
    found = 0
    for line in data.splitlines():
        match json.loads(line):
            case [int(number), *cells] if sheets:
                found += 1
                sheets[-1][1].append(SheetRow(number, tuple(map(_unpacked, cells))))
            case {"sheet": str(name), "merged": list(merged)}:
                sheets.append((name, [], tuple(map(_merge, merged))))
            case {"refused": [str(code), str(message)]}:
                return code, message
            case {"rows": int(rows)} if rows == found:
                return tuple(Sheet(name, tuple(rows), merged) for name, rows, merged in sheets)
            case _:
                raise ValueError("not a line of ours")
    raise ValueError("cut short")


def _merge(cells: object) -> tuple[int, int, int]:
    match cells:
        case [int(column), int(first), int(last)]:
            return column, first, last
    raise ValueError("no merged cells")


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _packed(cell: Cell) -> object:
    match cell:
        case Formula():
            return {"formula": [cell.text, _packed(cell.value)]}
        case datetime():
            return {"datetime": cell.isoformat()}
        case date():
            return {"date": cell.isoformat()}
        case time():
            return {"time": cell.isoformat()}
        case timedelta():
            return {"seconds": cell.total_seconds()}
    return cell


def _unpacked(value: object) -> Cell:
    match value:
        case None | str() | bool() | int() | float():
            return value
        case {"formula": [str(text), stored]}:
            plain = _unpacked(stored)
            if not isinstance(plain, Formula):
                return Formula(text, plain)
        case dict() if len(value) == 1:
            ((kind, content),) = value.items()
            if kind in _KINDS:
                return _KINDS[kind](content)
    raise ValueError("not a cell of ours")
