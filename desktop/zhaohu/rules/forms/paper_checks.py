"""What must be true of a form's paper: every field stands on it once, in the official order, in rows that are whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from zhaohu.i18n import _
from zhaohu.rules.forms.columns import asked_in_column, columns_of
from zhaohu.rules.forms.model import Field, FieldType, Form, PaperRow

ROW_PARTS = 12

Fault = tuple[str, str]
"""Field (or part of the form) and reason."""


def paper_faults(form: Form) -> Iterator[Fault]:
    """What is wrong with the official layout."""
    if form.age_column is not None:
        yield from _column_faults(form)
    yield from _order_faults(form)
    for row in form.paper.rows:
        yield from _row_faults(form, row)


def _names(form: Form) -> set[str]:
    return {one.name for one in form.fields()}


def _place(row: PaperRow) -> str:
    """How a row is named in a fault: by its first field."""
    return next((name for name in (*row.fields, *(cell.field for cell in row.cells))), "paper")


def _order_faults(form: Form) -> Iterator[Fault]:
    printed = [*form.paper.header]
    for row in form.paper.rows:
        printed += [*row.fields, *(cell.field for cell in row.cells)]
    wanted = [
        one.name
        for one in form.fields()
        if one.within is None and one.type is not FieldType.NOTE and one.paper and one.name != form.age_column
    ]
    missing = [*(set(wanted) - set(printed)), *(set(printed) - set(wanted))]
    for name in sorted(missing):
        yield name, _("must stand on the paper exactly when it is a field with its own cell")
    twice = [name for name, count in Counter(printed).items() if count > 1]
    for name in twice:
        yield name, _("stands on the paper twice")
    if missing or twice:
        return
    for there, here in zip(printed, wanted, strict=True):
        if there != here:
            yield (
                there,
                _("stands on the paper in another order than in the form: {name} comes first").format(name=here),
            )
            return


def _row_faults(form: Form, row: PaperRow) -> Iterator[Fault]:
    if form.age_column is not None:
        if row.cells or not row.label:  # without fields it is —— in every column
            yield _place(row), _("a row of a table with columns has label and fields, and no cells")
    elif row.label or row.fields:
        yield _place(row), _("label and fields of a row belong to a table with columns; other rows have cells")
    elif sum(cell.width for cell in row.cells) != ROW_PARTS or any(cell.width < 1 for cell in row.cells):
        yield _place(row), _("widths must add up to 12")


def _column_faults(form: Form) -> Iterator[Fault]:
    names = _names(form)
    if form.age_column not in names or form.field(form.age_column).type is not FieldType.SELECT_ONE:
        yield "paper", _("columns must name a field of type select_one")
        return
    if form.field(form.age_column).required is not True or form.conditions(form.age_column):
        yield form.age_column, _("the field that names the column must be required and always asked")
    codes = [option.code for option in columns_of(form)]
    for one in form.fields():
        if not any(asked_in_column(form, one, code) for code in codes):
            yield one.name, _("is asked in no column")
    for row in form.paper.rows:
        fields = [form.field(name) for name in row.fields if name in names]
        for code in codes:
            yield from _shared_column(form, fields, code)


def _shared_column(form: Form, fields: list[Field], code: str) -> Iterator[Fault]:
    here = [one.name for one in fields if asked_in_column(form, one, code)]
    if len(here) > 1:
        text = _("{first} and {second} of one row are both asked in column {code}")
        yield here[1], text.format(first=here[0], second=here[1], code=code)
