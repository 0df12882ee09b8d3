"""The columns of a table of one form's records: their headings, what they explain, and which headings mean them.

Questions of one label that are never asked in the same record (面色 at 3 and at 6 months) share a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from zhaohu.i18n import _
from zhaohu.rules.forms.columns import asked_in_column, columns_of
from zhaohu.rules.forms.model import Field, FieldType, Form
from zhaohu.rules.forms.tables import Table
from zhaohu.rules.roster_columns import LONGEST_HEADING, FoundColumn, bare_heading, heading_unit, plain_heading

_WHOSE = ("child.name", "child.file_no8", "child.sex", "child.birth_date", "child.citizen_id")
"""What the register knows of every child that a row is found by: no column of a form asks it again."""
_BESIDE = "（写明）"
_UNIT_BEHIND = re.compile(r"/([A-Za-z℃%‰]{1,6})$")
"""体重/kg."""
DAY = "day"
"""Key of the headings of the day of a record."""

OtherHeadings = Mapping[str, Sequence[str]]
"""Headings that people write, by a measure, a field's name, or `DAY`."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a form's table.

    Args:
        heading: As our template has it.
        fields: The questions that it answers; of several, a record asks at most one.
        beside: Whether it holds the words beside their options (其他___).
    """

    heading: str
    fields: tuple[Field, ...]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class FormTable:
    """A form as a table: its columns in the official order, and the headings known for them."""

    form: Form
    columns: tuple[TableColumn, ...]
    known: Mapping[str, TableColumn]

    def match(self, headings: Sequence[str]) -> dict[str, FoundColumn]:
        """Which headings of a row are columns of the form: our heading, and where it stands; the first counts."""
        found: dict[str, FoundColumn] = {}
        for place, heading in enumerate(headings):
            if not heading or len(heading) > LONGEST_HEADING:
                continue
            whole = plain_heading(heading)
            column = self.known.get(whole) or self.known.get(_bare(whole))
            if column is not None and column.heading not in found:
                behind = _UNIT_BEHIND.search(whole)
                unit = behind[1].lower() if behind else heading_unit(heading)
                found[column.heading] = FoundColumn(place, heading, unit)
        return found

    def column(self, heading: str) -> TableColumn:
        """The column of a heading of ours."""
        return next(one for one in self.columns if one.heading == heading)

    def day_heading(self) -> str:
        """The heading of the column with the day of the record."""
        return next(one.heading for one in self.columns if self.form.field(self.form.date_field) in one.fields)


def _bare(plain: str) -> str:
    return _UNIT_BEHIND.sub("", bare_heading(plain))


def form_table(form: Form, others: OtherHeadings) -> FormTable:
    """A form as a table; whose record a row is stands in columns of the register beside it."""
    columns: list[TableColumn] = []
    for heading, fields in _headed(form):
        columns.append(TableColumn(heading, fields))
        if any(field.text_name for field in fields):
            columns.append(TableColumn(heading + _BESIDE, fields, beside=True))
    return FormTable(form, tuple(columns), _known(form, columns, others))


def _headed(form: Form) -> Iterator[tuple[str, tuple[Field, ...]]]:
    groups: dict[str, list[Field]] = {}
    for field in form.fields():
        if field.type is not FieldType.NOTE and not field.hidden and field.prefill not in _WHOSE:
            groups.setdefault(_label(form, field), []).append(field)
    for heading, fields in groups.items():
        if len(fields) == 1 or _never_together(form, fields):
            yield heading, tuple(fields)
        else:
            yield from ((_told_apart(heading, field, fields), (field,)) for field in fields)


def _label(form: Form, field: Field) -> str:
    """What the paper calls a question: its row of the table with columns, else its own label."""
    row = next((row for row in form.paper.rows if field.name in row.fields and len(row.fields) > 1), None)
    return row.label if row is not None else field.label


def _never_together(form: Form, fields: Sequence[Field]) -> bool:
    codes = [option.code for option in columns_of(form)]
    return bool(codes) and not any(
        asked_in_column(form, one, code) and asked_in_column(form, other, code)
        for one, other in combinations(fields, 2)
        for code in codes
    )


def _told_apart(heading: str, field: Field, fields: Sequence[Field]) -> str:
    words = field.label if field.label != heading else field.short or field.name
    alike = sum(words in (one.label, one.short) for one in fields)
    return f"{heading}（{words if alike < 2 else field.name}）"


def _known(form: Form, columns: Iterable[TableColumn], others: OtherHeadings) -> dict[str, TableColumn]:
    """Every heading that means one column and no other; our own before what people write."""
    known: dict[str, TableColumn] = {}
    for ours in (True, False):
        meant: dict[str, list[TableColumn]] = {}
        for column in columns:
            for heading in {plain_heading(one) for one in _headings(form, column, others, ours=ours)}:
                meant.setdefault(heading, []).append(column)
        known = {heading: found[0] for heading, found in meant.items() if heading and len(found) == 1} | known
    return known


def _headings(form: Form, column: TableColumn, others: OtherHeadings, *, ours: bool) -> Iterator[str]:
    if ours:
        yield column.heading
        yield from (field.text_name or "" if column.beside else field.name for field in column.fields)
    elif not column.beside:
        yield _bare(plain_heading(column.heading))
        for field in column.fields:
            yield from (field.label, _bare(plain_heading(field.label)))
            yield from others.get(field.measure or field.name, ())
            if field.name == form.date_field:
                yield from others.get(DAY, ())


def column_hint(form: Form, column: TableColumn) -> str:
    """How a column is filled in: codes and words of options, units, how days are written."""
    if column.beside:
        codes = {option.code for field in column.fields for option in field.options if option.text}
        return _("The words beside {codes}").format(codes="、".join(sorted(codes)))
    parts = []
    for field in column.fields:
        words = _hint(field)
        at = [option.label for option in columns_of(form) if asked_in_column(form, field, option.code)]
        parts.append(f"{'、'.join(at)}：{words}" if len(column.fields) > 1 else words)
    return "；".join(parts)


def _hint(field: Field) -> str:
    words = []
    if field.options:
        words.append(" ".join(f"{option.code}{option.label}" for option in field.options))
        if field.type is FieldType.SELECT_MULTIPLE:
            words.append(_("several with 、 between them"))
    elif field.type is FieldType.DATE:
        words.append(_("year-month-day"))
    elif field.unit:
        words.append(field.unit)
    if field.required is True and field.default is None and field.prefill is None:
        words.insert(0, _("must be there"))
    return "；".join(words)


def parse_other_headings(text: str, file: str) -> dict[str, tuple[str, ...]]:
    """Read the file of other headings.

    Raises:
        FormError: It is wrong; the message names the place and the reason.
    """
    table = Table.parse(text, file)
    return {key: table.texts(key) for key in table.keys()}  # noqa: SIM118 - a Table is no mapping
