"""Which column of a roster holds what: headings by synonyms, from the data file resources/codes/roster.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from zhaohu.i18n import _
from zhaohu.rules.forms.tables import FormError, Table
from zhaohu.rules.roster_cells import SheetRow, cell_text

FIELDS = (
    "name", "sex", "birth_date", "id_number", "birth_certificate", "record_number", "mother_name", "mother_phone",
    "father_name", "father_phone", "guardian_name", "phone", "village", "address", "residence", "gestation",
    "birth_weight", "birth_length", "birth_order", "delivery", "plurality", "birth_place", "discharge_date",
)  # fmt: skip
"""Everything that a roster can say of a child; rows, issues and columns use these names."""

_NOISE = re.compile(r"[\s*:：★☆]+")
_BRACKETS = re.compile(r"[(（\[【<《](.*?)[)）\]】>》]")


@dataclass(frozen=True, slots=True)
class Column:
    """One kind of column: our template's heading, hint and example, and the headings that people write."""

    field: str
    heading: str
    hint: str
    example: str
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterColumns:
    """The data file: kinds of columns, words for codes (`values[field][word] = code`), and words of total rows."""

    columns: tuple[Column, ...]
    values: Mapping[str, Mapping[str, str]]
    totals: tuple[str, ...]

    def code(self, field: str, text: str) -> str | None:
        """The code that a word stands for; None when nobody has told us."""
        return self.values[field].get(plain_heading(text).lower())


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a file: its place (from 0), its heading as written, and the unit the heading names."""

    place: int
    heading: str
    unit: str


def plain_heading(text: str) -> str:
    """A heading or code word without blanks, stars, colons and full-width letters."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def match_headings(columns: RosterColumns, row: SheetRow) -> dict[str, FoundColumn]:
    """Which cells of a row are headings that we know: field to column; the surest heading wins."""
    best: dict[str, tuple[int, FoundColumn]] = {}
    for place, cell in enumerate(row.cells):
        heading = cell_text(cell)
        if not heading or len(heading) > 40:
            continue
        whole = plain_heading(heading)
        unit = _BRACKETS.search(whole)
        bare = _BRACKETS.sub("", whole)
        for column in columns.columns:
            known = [plain_heading(one) for one in column.headings]
            rank = next((known.index(one) for one in (whole, bare) if one in known), None)
            if rank is not None and rank < best.get(column.field, (len(known),))[0]:
                found = FoundColumn(place, heading, unit[1].lower() if unit else "")
                best[column.field] = (rank, found)
    return {field: found for field, (_rank, found) in best.items()}


def parse_columns(text: str, file: str) -> RosterColumns:
    """Read the data file.

    Raises:
        FormError: It is wrong; the message names the place and the reason.
    """
    try:
        table = Table(tomllib.loads(text), file, "")
    except tomllib.TOMLDecodeError as error:
        raise FormError(file, "", _("not a TOML file: {error}").format(error=error)) from error
    columns = tuple(_column(one) for one in table.tables("columns", "columns"))
    if [column.field for column in columns] != list(dict.fromkeys(column.field for column in columns)):
        raise table.error(_("two columns have the same field"))
    values = Table(table.raw("values"), file, "values")
    by_field = {field: _words(Table(values.raw(field), file, field)) for field in _CODED}
    values.done()
    result = RosterColumns(columns, by_field, table.texts("totals"))
    table.done()
    return result


_CODED = ("sex", "delivery", "residence", "plurality")


def _column(table: Table) -> Column:
    table.place = field = table.take("field", str)
    if field not in FIELDS:
        raise table.error(_("no such field of a roster"))
    column = Column(
        field,
        table.take("heading", str),
        table.take("hint", str),
        table.take("example", str, ""),
        table.texts("headings"),
    )
    table.done()
    return column


def _words(table: Table) -> dict[str, str]:
    codes = table.keys()
    words = {plain_heading(word).lower(): code for code in codes for word in table.texts(code)}
    table.done()
    return words
