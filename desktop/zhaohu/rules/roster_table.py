"""Where a roster's headings stand in a sheet: below titles, in one row or in two with groups above them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhaohu.rules.roster_cells import Sheet, SheetRow, cell_text
from zhaohu.rules.roster_columns import LONGEST_HEADING, FoundColumn, RosterColumns, heading_unit, match_headings

HEADINGS_WITHIN_ROWS = 20
TELLING = ("birth_date", "id_number")
"""What tells a child from others of its name."""
_LONGEST_GROUP = 20


@dataclass(frozen=True, slots=True)
class RosterTable:
    """A sheet whose headings were found.

    Args:
        heading_row: Number of the row of headings, the lower one of two.
        headings: By place; empty where there is none.
        found: What the headings were taken for.
        lines: The rows below.
    """

    sheet: str
    heading_row: int
    headings: tuple[str, ...]
    found: Mapping[str, FoundColumn]
    lines: tuple[SheetRow, ...]

    def with_fields(self, fields: Mapping[int, str]) -> dict[str, FoundColumn]:
        """The columns when a person says what each place is; an empty field is a column not used."""
        return {
            field: FoundColumn(place, self.headings[place], heading_unit(self.headings[place]))
            for place, field in fields.items()
            if field
        }


def find_tables(
    sheets: Iterable[Sheet],
    columns: RosterColumns,
    remembered: Mapping[str, str],
    beside: Collection[str] = TELLING,
) -> Iterator[RosterTable]:
    """The sheets that are rosters: among their first 20 rows one heads a name and a birth date or id.

    Args:
        sheets: The file's sheets.
        columns: Headings that are known.
        remembered: Plain headings that a person once mapped, with the field.
        beside: Fields one of which must stand beside the name.
    """
    for sheet in sheets:
        places = range(min(len(sheet.rows), HEADINGS_WITHIN_ROWS))
        rows = [_texts(row) for row in sheet.rows[:HEADINGS_WITHIN_ROWS]]
        single = ((place, rows[place]) for place in places)
        joined = ((place + 1, _joined(rows[place], rows[place + 1], columns, remembered)) for place in places[:-1])
        headed = [
            (sheet, place, headings, match_headings(columns, headings, remembered))
            for place, headings in (*single, *joined)
        ]
        tables = [_table(*one) for one in headed if "name" in one[3] and not one[3].keys().isdisjoint(beside)]
        if tables:
            yield max(tables, key=lambda table: len(table.found))  # the first of equals: a single row, the highest


def _table(sheet: Sheet, place: int, headings: tuple[str, ...], found: Mapping[str, FoundColumn]) -> RosterTable:
    return RosterTable(sheet.name, sheet.rows[place].number, headings, found, sheet.below(place))


def _texts(row: SheetRow) -> tuple[str, ...]:
    return tuple(cell_text(cell) for cell in row.cells)


def _joined(
    top: Sequence[str], bottom: Sequence[str], columns: RosterColumns, remembered: Mapping[str, str]
) -> tuple[str, ...]:
    """Headings of two rows: 母亲 above 姓名 and 电话 reads 母亲姓名, 母亲电话; a merged group has one cell."""
    joined: list[str] = []
    group = ""
    for place in range(max(len(top), len(bottom))):
        above = top[place] if place < len(top) else ""
        below = bottom[place] if place < len(bottom) else ""
        if above:
            group = above if len(above) <= _LONGEST_GROUP else ""
        elif not below:
            group = ""
        whole = f"{group} {below}".strip() if below else above
        candidates = (whole, below, above)
        known = (one for one in candidates if one and match_headings(columns, [one], remembered))
        joined.append(next(known, whole if len(whole) <= LONGEST_HEADING else below or above))
    return tuple(joined)
