"""Reading a form file (TOML) into a `Form`; everything that is wrong with it is named, with file, field and reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from zhaohu.i18n import _
from zhaohu.rules.forms import checks
from zhaohu.rules.forms.expressions import Expression, ExpressionError, parse
from zhaohu.rules.forms.model import (
    Answer,
    Cell,
    Constraint,
    Field,
    FieldType,
    Form,
    Group,
    Hint,
    HintKind,
    Option,
    Paper,
    PaperRow,
)
from zhaohu.rules.forms.tables import FormError, Table

T = TypeVar("T")
_SHOWN_BEFORE = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE)
"""Types whose last answer helps with the next one; texts are written anew."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_CODE = re.compile(r"[0-9]{1,2}", re.ASCII)


def parse_form(text: str, file: str) -> Form:
    """Read a form file that is without fault.

    Args:
        text: The file's text.
        file: Its name, for messages.

    Raises:
        FormError: The file is wrong; details `file`, `field` (empty: the form itself) and `reason` of the first fault.
    """
    form, faults = read_form(text, file)
    if faults or form is None:
        raise faults[0]
    return form


def read_form(text: str, file: str) -> tuple[Form | None, list[FormError]]:
    """Read a form file as far as it can be read, and name all its faults.

    What the parts must be to one another is looked at when each part can be read; no form is given until then.
    """
    try:
        table = Table.parse(text, file)
    except FormError as error:
        return None, [error]
    reading = _Reading()
    form = reading.one(table, reading.form)
    if form is None or reading.faults:
        return None, reading.faults
    return form, list(checks.faults(form, file))


class _Reading:
    """Reads the tables of one file and goes on after each fault."""

    def __init__(self) -> None:
        self.faults: list[FormError] = []

    def one(self, table: Table, read: Callable[[Table], T]) -> T | None:
        """What is read from a table, every key of which must have been taken; None when it is at fault."""
        try:
            value = read(table)
            table.done()
        except FormError as fault:
            self.faults.append(fault)
            return None
        return value

    def each(self, tables: Iterable[Table], read: Callable[[Table], T]) -> tuple[T, ...]:
        """What can be read of several tables."""
        values = [self.one(table, read) for table in tables]
        return tuple(value for value in values if value is not None)

    def form(self, table: Table) -> Form:
        paper = self.one(Table(table.raw("paper"), table.file, "paper"), self.paper)
        columns = paper.columns if paper is not None else None
        groups = self.each(table.tables("groups", "groups"), lambda one: self.group(one, columns))
        ages = self.one(Table(table.raw("ages"), table.file, "ages"), _ages)
        low, high = ages or (0, 0)
        return Form(
            id=_name(table, "id"),
            version=table.take("version", str),
            title=table.take("title", str),
            effective_from=table.take("effective_from", date),
            source=table.take("source", str),
            from_days=low,
            to_days=high,
            date_field=table.take("date_field", str),
            birth_date_field=table.take("birth_date_field", str),
            groups=groups,
            paper=paper or Paper((), ()),
        )

    def group(self, table: Table, columns: str | None) -> Group:
        name = _name(table, "name")
        fields = self.each(table.tables("fields", name), lambda one: self.field(one, columns))
        return Group(name, table.take("title", str), fields, _expression(table, "relevant"))

    def field(self, table: Table, columns: str | None) -> Field:
        table.place = name = _name(table, "name")
        type_ = _field_type(table)
        prefill, hidden = table.text("prefill"), table.take("hidden", bool, False)
        repeats = type_ in _SHOWN_BEFORE and prefill is None and not hidden and name != columns
        return Field(
            name=name,
            type=type_,
            label=table.take("label", str),
            short=table.text("short"),
            unit=table.take("unit", str, ""),
            hint=table.take("hint", str, ""),
            options=self.each(table.tables("options"), _option),
            required=_required(table),
            relevant=_expression(table, "relevant"),
            hard=_range(table, "hard"),
            soft=_range(table, "soft"),
            constraints=self.each(table.tables("constraints"), _constraint),
            hints=self.each(table.tables("hints"), _hint),
            normal=_normal(table, type_),
            default=_expression(table, "default"),
            prefill=prefill,
            locked=table.take("locked", bool, False),
            format=table.text("format"),
            personal=table.take("personal", bool, False),
            decimals=table.take("decimals", int, 0),
            max_length=table.take("max_length", int, 200),
            measure=table.text("measure"),
            measured_on=table.text("measured_on"),
            within=table.text("within"),
            boxes=table.take("boxes", int, 1),
            paper=table.take("paper", bool, not hidden),
            hidden=hidden,
            previous=table.take("previous", bool, repeats),
        )

    def paper(self, table: Table) -> Paper:
        return Paper(
            table.texts("header"), self.each(table.tables("rows", "paper.rows"), self.row), table.text("columns")
        )

    def row(self, table: Table) -> PaperRow:
        cells = self.each(table.tables("cells"), _cell)
        return PaperRow(cells, table.take("lead", str, ""), table.take("label", str, ""), table.texts("fields"))


def _ages(table: Table) -> tuple[int, int]:
    return table.take("from_days", int), table.take("to_days", int)


def _cell(table: Table) -> Cell:
    return Cell(table.take("field", str), table.take("width", int))


def _field_type(table: Table) -> FieldType:
    try:
        return FieldType(table.take("type", str))
    except ValueError as error:
        raise table.error(_("unknown type: {error}").format(error=error)) from error


def _name(table: Table, key: str) -> str:
    name = table.take(key, str)
    if not _NAME.fullmatch(name):
        raise table.error(_("{name} is no name: small letters, digits and _").format(name=repr(name)))
    return name


def _option(table: Table) -> Option:
    code = table.take("code", str)
    if not _CODE.fullmatch(code):
        raise table.error(_("{code} is no option code: one or two digits").format(code=repr(code)))
    text, exclusive = table.take("text", bool, False), table.take("exclusive", bool, False)
    return Option(code, table.take("label", str), text, exclusive)


def _constraint(table: Table) -> Constraint:
    soft = table.take("soft", bool, False)
    return Constraint(_needed(table, "test"), table.take("message", str), soft)


def _hint(table: Table) -> Hint:
    name, kind = _name(table, "name"), table.take("kind", str)
    if kind not in list(HintKind):
        raise table.error(_("unknown kind of hint: {kind}").format(kind=kind))
    return Hint(
        name=name,
        kind=HintKind(kind),
        test=_needed(table, "test"),
        message=table.take("message", str),
        source=table.take("source", str),
        rule=table.take("rule", str, ""),
        recheck_days=table.take("recheck_days", int) if table.has("recheck_days") else None,
        case=table.text("case"),
    )


def _expression(table: Table, key: str) -> Expression | None:
    source = table.text(key)
    if source is None:
        return None
    try:
        return parse(source)
    except ExpressionError as error:
        raise table.error(_("{key}: {error}").format(key=key, error=error)) from error


def _needed(table: Table, key: str) -> Expression:
    expression = _expression(table, key)
    if expression is None:
        raise table.error(_("{key} is missing").format(key=key))
    return expression


def _required(table: Table) -> bool | Expression:
    always = table.raw("required")
    if always is None or isinstance(always, bool):
        return bool(always)
    return _needed(Table({"required": always}, table.file, table.place), "required")


def _range(table: Table, key: str) -> tuple[str, str] | None:
    if not table.has(key):
        return None
    ends = [Decimal(repr(end)) for end in table.take(key, list) if type(end) in (int, float)]
    if len(ends) != 2 or not ends[0] <= ends[1]:
        raise table.error(_("{key} must be two numbers, the lower first").format(key=key))
    return str(ends[0]), str(ends[1])


def _normal(table: Table, type_: FieldType) -> Answer | None:
    if type_ is FieldType.SELECT_MULTIPLE:
        return list(table.texts("normal")) or None
    return table.text("normal")
