"""Reading a roster (名册): which sheet and row hold the headings, and what every row below them says of a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Sheet, cell_text
from zhaohu.rules.roster_columns import FoundColumn, RosterColumns, match_headings
from zhaohu.rules.roster_rows import Issue, RosterChild, RosterRow, RowReader
from zhaohu.rules.roster_values import Level

__all__ = ["Issue", "Level", "NotARoster", "Roster", "RosterChild", "RosterRow", "read_roster"]

HEADINGS_WITHIN_ROWS = 20


class NotARoster(Refused):
    """The file has no row of headings with a name and a birth date."""

    code = "not_a_roster"


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as read: where the headings stand, what the columns were taken for, and the rows."""

    sheet: str
    heading_row: int
    columns: Mapping[str, FoundColumn]
    unknown: tuple[str, ...]
    rows: tuple[RosterRow, ...]


def read_roster(sheets: Iterable[Sheet], columns: RosterColumns, today: date) -> Roster:
    """Read the first sheet that is a roster. Empty rows, rows of totals and repeated headings are passed over.

    Args:
        sheets: The file's sheets.
        columns: Headings and code words.
        today: The day against which birth dates are checked.

    Raises:
        NotARoster: No sheet has headings for a name and a birth date in its first 20 rows.
    """
    for sheet in sheets:
        for position, row in enumerate(sheet.rows[:HEADINGS_WITHIN_ROWS]):
            found = match_headings(columns, row)
            if "name" in found and ("birth_date" in found or "id_number" in found):
                places = {column.place for column in found.values()}
                texts = [(place, cell_text(cell)) for place, cell in enumerate(row.cells)]
                unknown = tuple(text for place, text in texts if text and place not in places)
                reader = RowReader(columns, found, today)
                rows = [one for line in sheet.rows[position + 1 :] if (one := reader.read(line))]
                return Roster(sheet.name, row.number, found, unknown, tuple(rows))
    message = _("This is no roster: no row among the first {n} has headings for the child's name and birth date.")
    raise NotARoster(message.format(n=HEADINGS_WITHIN_ROWS))
