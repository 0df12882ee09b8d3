"""Reading a roster (名册): which sheet and row hold the headings, and what every row below them says of a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Sheet
from zhaohu.rules.roster_columns import FoundColumn, RosterColumns
from zhaohu.rules.roster_rows import Issue, RosterChild, RosterRow, RowReader
from zhaohu.rules.roster_table import HEADINGS_WITHIN_ROWS, RosterTable, find_tables
from zhaohu.rules.roster_values import Level

__all__ = ["Issue", "Level", "NotARoster", "Roster", "RosterChild", "RosterRow", "find_roster", "read_roster"]


class NotARoster(Refused):
    """The file has no row of headings with a name and a birth date."""

    code = "not_a_roster"


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as read: where the headings stand, what the columns were taken for, and the rows."""

    table: RosterTable
    columns: Mapping[str, FoundColumn]
    rows: tuple[RosterRow, ...]

    @property
    def heading_row(self) -> int:
        """Number of the row of headings."""
        return self.table.heading_row

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headings that nothing was taken for."""
        places = {column.place for column in self.columns.values()}
        return tuple(text for place, text in enumerate(self.table.headings) if text and place not in places)


def find_roster(
    sheets: Iterable[Sheet], columns: RosterColumns, remembered: Mapping[str, str] | None = None, sheet: str = ""
) -> tuple[RosterTable, tuple[str, ...]]:
    """The sheet to read, and the names of all sheets of the file that are rosters.

    Args:
        sheets: The file's sheets.
        columns: Headings that are known.
        remembered: Plain headings that a person once mapped, with the field.
        sheet: The sheet's name; the first that is a roster when empty.

    Raises:
        NotARoster: No sheet, or not this one, has headings for a name and a birth date in its first 20 rows.
    """
    tables = list(find_tables(sheets, columns, remembered or {}))
    wanted = next((table for table in tables if sheet in ("", table.sheet)), None)
    if wanted is None:
        message = _(
            "This is no roster: no row among the first {n} has headings for the child's name and birth date. "
            "Open the file, write 姓名 and 出生日期 above the columns, or use the template, and read it again."
        )
        raise NotARoster(message.format(n=HEADINGS_WITHIN_ROWS))
    return wanted, tuple(table.sheet for table in tables)


def read_roster(sheets: Iterable[Sheet], columns: RosterColumns, today: date) -> Roster:
    """Read the first sheet that is a roster. Empty rows, rows of totals and repeated headings are passed over.

    Args:
        sheets: The file's sheets.
        columns: Headings and code words.
        today: The day against which dates are checked.

    Raises:
        NotARoster: As `find_roster`.
    """
    table, _names = find_roster(sheets, columns)
    return read_table(table, table.found, columns, today)


def read_table(table: RosterTable, found: Mapping[str, FoundColumn], columns: RosterColumns, today: date) -> Roster:
    """Read a sheet's rows when it is known which column is what."""
    reader = RowReader(columns, found, today)
    return Roster(table, found, tuple(one for line in table.lines if (one := reader.read(line))))
