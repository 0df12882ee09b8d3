"""Which column of a roster holds what: headings by synonyms, from the data file resources/codes/roster.toml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhaohu.i18n import _
from zhaohu.rules.forms.tables import Table

FIELDS = (
    "name", "sex", "birth_date", "birth_time", "id_number", "birth_certificate", "record_number", "handbook_number",
    "ethnicity", "mother_name", "mother_phone", "mother_id", "mother_birth_date", "mother_education",
    "mother_occupation", "father_name", "father_phone", "father_id", "father_birth_date", "father_education",
    "father_occupation", "guardian_name", "guardian_relation", "phone", "guardian_id", "guardian_birth_date",
    "guardian_education", "guardian_occupation", "county", "township", "village", "address", "registered_address",
    "residence", "care_difficulty", "came_from", "gestation", "birth_weight", "birth_length", "birth_order",
    "delivery", "plurality", "birth_place", "discharge_date", "registered_on", "status",
)  # fmt: skip
"""Everything that a roster can say of a child; rows, issues and columns use these names."""

LONGEST_HEADING = 40

_NOISE = re.compile(r"[\s*:：★☆]+")
_BRACKETS = re.compile(r"[(（\[【<《](.*?)[)）\]】>》]")
_MARKS = re.compile(r"[.\-_、()/]+")
"""Between a code and its word: 1-男, 2.女."""
_OF_THE_CHILD = re.compile("^(?:儿童|婴幼儿|婴儿|幼儿|宝宝|新生儿|孩子|小孩)|(?:情况|登记|信息|填写|必填)$")
"""What may stand before or after a heading without changing what it means; the match is shown as not sure."""


@dataclass(frozen=True, slots=True)
class Column:
    """One kind of column: our template's heading, hint and example, and the headings that people write.

    Args:
        headings: The surest first.
        unsure: Headings that may also mean something else: 体重 can be today's weight.
    """

    field: str
    heading: str
    hint: str
    example: str
    headings: tuple[str, ...]
    unsure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterColumns:
    """The data file: kinds of columns, words for codes (`values[field][word] = code`), and words of total rows.

    Args:
        known: Every plain heading: its field, its rank among that field's headings, and whether it is sure.
    """

    columns: tuple[Column, ...]
    values: Mapping[str, Mapping[str, str]]
    totals: tuple[str, ...]
    known: Mapping[str, tuple[str, int, bool]]

    def code(self, field: str, text: str) -> str | None:
        """The code that a word stands for; None when nobody has told us."""
        words, word = self.values.get(field, {}), plain_heading(text).lower()
        return words.get(word) or words.get(_MARKS.sub("", word))

    def titles(self) -> dict[str, str]:
        """What people call each field, in the template's order."""
        return {column.field: column.heading for column in self.columns}


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of a file.

    Args:
        place: Counted from 0.
        heading: As written.
        unit: The unit that the heading names, such as g or cm.
        sure: Whether the heading can only mean this.
    """

    place: int
    heading: str
    unit: str
    sure: bool = True


def plain_heading(text: str) -> str:
    """A heading or code word without blanks, stars, colons and full-width letters."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text))


def bare_heading(plain: str) -> str:
    """A plain heading without its brackets: 出生体重 of 出生体重（kg）."""
    return _BRACKETS.sub("", plain)


def heading_unit(text: str) -> str:
    """The unit in a heading's brackets: kg of 出生体重（kg）."""
    unit = _BRACKETS.search(plain_heading(text))
    return unit[1].lower().removeprefix("单位") if unit else ""


def match_headings(
    columns: RosterColumns, headings: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[str, FoundColumn]:
    """Which texts of a row are headings that we know: field to column; the surest heading wins.

    Args:
        columns: The data file.
        headings: The row's texts by place; empty where a cell is.
        remembered: Plain headings that a person once mapped, with the field; an empty field is a column not used.
    """
    best: dict[str, tuple[int, FoundColumn]] = {}
    for place, heading in enumerate(headings):
        if not heading or len(heading) > LONGEST_HEADING:
            continue
        meant = _meaning(columns, heading, remembered or {})
        if meant is None:
            continue
        field, rank, sure = meant
        if field not in best or rank < best[field][0]:
            best[field] = (rank, FoundColumn(place, heading, heading_unit(heading), sure))
    return {field: found for field, (_rank, found) in best.items()}


def _meaning(columns: RosterColumns, heading: str, remembered: Mapping[str, str]) -> tuple[str, int, bool] | None:
    whole = plain_heading(heading)
    if whole in remembered:
        field = remembered[whole]
        return (field, -1, True) if field in FIELDS else None
    bare = bare_heading(whole)
    for text in (whole, bare):
        if text in columns.known:
            return columns.known[text]
    trimmed = _OF_THE_CHILD.sub("", bare)
    if trimmed != bare and trimmed in columns.known:
        field, rank, _sure = columns.known[trimmed]
        return field, rank + len(columns.known), False
    return None


def parse_columns(text: str, file: str, official: Mapping[str, Mapping[str, str]] | None = None) -> RosterColumns:
    """Read the data file.

    Args:
        text: Its text.
        file: Its name, for messages.
        official: Official code lists by field: code to term. Both the code and the term are words for it.

    Raises:
        FormError: It is wrong; the message names the place and the reason.
    """
    table = Table.parse(text, file)
    columns = tuple(_column(one) for one in table.tables("columns", "columns"))
    if [column.field for column in columns] != list(dict.fromkeys(column.field for column in columns)):
        raise table.error(_("two columns have the same field"))
    known = _known(table, columns)
    values = Table(table.raw("values"), file, "values")
    by_field = {field: _words(Table(values.raw(field), file, field)) for field in CODED}
    for field, terms in (official or {}).items():
        words = by_field.setdefault(field, {})
        words.update({plain_heading(word).lower(): code for code, term in terms.items() for word in (code, term)})
    values.done()
    result = RosterColumns(columns, by_field, table.texts("totals"), known)
    table.done()
    return result


CODED = ("sex", "delivery", "residence", "plurality", "relation", "education", "status")
"""The lists of words: most belong to the field of the same name, relation and education to several."""


def _known(table: Table, columns: tuple[Column, ...]) -> dict[str, tuple[str, int, bool]]:
    known: dict[str, tuple[str, int, bool]] = {}
    for column in columns:
        for rank, heading in enumerate((*column.headings, *column.unsure)):
            plain = plain_heading(heading)
            if known.setdefault(plain, (column.field, rank, rank < len(column.headings)))[0] != column.field:
                raise table.error(_("two columns have the same heading: {heading}").format(heading=heading))
    return known


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
        table.texts("unsure"),
    )
    table.done()
    return column


def _words(table: Table) -> dict[str, str]:
    codes = table.keys()
    words = {plain_heading(word).lower(): code for code in codes for word in table.texts(code)}
    table.done()
    return words
