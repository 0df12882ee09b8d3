"""Which form a sheet is a table of: by its name, by its headings, and by the ages of its children."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.rules.roster_columns import FoundColumn
from zhaohu.rules.roster_dates import read_date
from zhaohu.rules.roster_table import RosterTable
from zhaohu.rules.visit_table.columns import FormTable
from zhaohu.services.visit_table.record_rows import MEASUREMENTS

_LEAST_COLUMNS = 2
"""A day and one answer: with less a sheet is no table of records."""


def table_of(sheet: RosterTable, tables: Sequence[FormTable]) -> FormTable | None:
    """The form that a sheet is a table of; None when it is none.

    Raises:
        BadInput: It may be of several forms (`several_forms`).
    """
    fitting = []
    for table in tables:
        found = table.match(sheet.headings)
        if table.day_heading() in found and len(found) >= _LEAST_COLUMNS:
            fitting.append((len(found), table))
    named = next((one for _n, one in fitting if sheet.sheet in (one.form.id, one.form.title[:31])), None)
    if named is not None or not fitting:
        return named
    most = max(count for count, _one in fitting)
    best = [one for count, one in fitting if count == most]
    plain = next((one for one in best if one.form.id == MEASUREMENTS), None)
    return plain or _by_age(sheet, best)


def _by_age(sheet: RosterTable, tables: Sequence[FormTable]) -> FormTable:
    """Of forms with the same headings, the one that is for children of these ages."""
    rows = {table.form.id: _at_its_age(sheet, table) for table in tables}
    best = [table for table in tables if rows[table.form.id] == max(rows.values())]
    if len(best) > 1:
        titles = _(", ").join(one.form.title for one in best)
        message = _("The sheet “{sheet}” may be of several forms: {titles}. Give it the name of its form.")
        raise BadInput(message.format(sheet=sheet.sheet, titles=titles), code="several_forms", field="form")
    return best[0]


def _at_its_age(sheet: RosterTable, table: FormTable) -> int:
    """How many rows are of children of the form's ages."""
    columns = (sheet.found.get("birth_date"), table.match(sheet.headings)[table.day_heading()])
    return sum(table.form.from_days <= days <= table.form.to_days for days in _ages(sheet, columns))


def _ages(sheet: RosterTable, columns: tuple[FoundColumn | None, FoundColumn]) -> list[int]:
    born_at, day_at = columns
    if born_at is None:
        return []
    pairs = (
        (read_date(line.cell(born_at.place)).value, read_date(line.cell(day_at.place)).value) for line in sheet.lines
    )
    return [(day - born).days for born, day in pairs if born is not None and day is not None]
