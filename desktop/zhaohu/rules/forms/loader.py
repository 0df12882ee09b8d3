"""Reading a form file (TOML) into a `Form`; whatever is wrong is refused with file, field and reason."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal

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

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_CODE = re.compile(r"[0-9]{1,2}", re.ASCII)


def parse_form(text: str, file: str) -> Form:
    """Read a form file.

    Args:
        text: The file's text.
        file: Its name, for messages.

    Raises:
        FormError: The file is wrong; details `file`, `field` (empty: the form itself) and `reason`.
    """
    try:
        table = Table(tomllib.loads(text), file, "")
    except tomllib.TOMLDecodeError as error:
        raise FormError(file, "", _("not a TOML file: {error}").format(error=error)) from error
    ages = Table(table.raw("ages"), file, "ages")
    form = Form(
        id=_name(table, "id"),
        version=table.take("version", str),
        title=table.take("title", str),
        effective_from=table.take("effective_from", date),
        source=table.take("source", str),
        from_days=ages.take("from_days", int),
        to_days=ages.take("to_days", int),
        date_field=table.take("date_field", str),
        birth_date_field=table.take("birth_date_field", str),
        groups=tuple(_group(one) for one in table.tables("groups", "groups")),
        paper=_paper(Table(table.raw("paper"), file, "paper")),
    )
    ages.done()
    table.done()
    checks.check_form(form, file)
    return form


def _name(table: Table, key: str) -> str:
    name = table.take(key, str)
    if not _NAME.fullmatch(name):
        raise table.error(_("{name} is no name: small letters, digits and _").format(name=repr(name)))
    return name


def _group(table: Table) -> Group:
    name = _name(table, "name")
    group = Group(name, table.take("title", str), tuple(_field(one) for one in table.tables("fields", name)))
    table.done()
    return group


def _field(table: Table) -> Field:
    table.place = name = _name(table, "name")
    try:
        type_ = FieldType(table.take("type", str))
    except ValueError as error:
        raise table.error(_("unknown type: {error}").format(error=error)) from error
    options = tuple(_option(one) for one in table.tables("options"))
    field = Field(
        name=name,
        type=type_,
        label=table.take("label", str),
        short=table.text("short"),
        unit=table.take("unit", str, ""),
        hint=table.take("hint", str, ""),
        options=options,
        required=_required(table),
        relevant=_expression(table, "relevant"),
        hard=_range(table, "hard"),
        soft=_range(table, "soft"),
        constraints=tuple(_constraint(one) for one in table.tables("constraints")),
        hints=tuple(_hint(one) for one in table.tables("hints")),
        normal=_normal(table, type_),
        default=_expression(table, "default"),
        prefill=table.text("prefill"),
        locked=table.take("locked", bool, False),
        format=table.text("format"),
        personal=table.take("personal", bool, False),
        decimals=table.take("decimals", int, 0),
        max_length=table.take("max_length", int, 200),
        measure=table.text("measure"),
        measured_on=table.text("measured_on"),
        within=table.text("within"),
        boxes=table.take("boxes", int, 1),
        paper=table.take("paper", bool, True),
    )
    table.done()
    return field


def _option(table: Table) -> Option:
    code = table.take("code", str)
    if not _CODE.fullmatch(code):
        raise table.error(_("{code} is no option code: one or two digits").format(code=repr(code)))
    text, exclusive = table.take("text", bool, False), table.take("exclusive", bool, False)
    option = Option(code, table.take("label", str), text, exclusive)
    table.done()
    return option


def _constraint(table: Table) -> Constraint:
    soft = table.take("soft", bool, False)
    constraint = Constraint(_needed(table, "test"), table.take("message", str), soft)
    table.done()
    return constraint


def _hint(table: Table) -> Hint:
    name, kind = _name(table, "name"), table.take("kind", str)
    if kind not in list(HintKind):
        raise table.error(_("unknown kind of hint: {kind}").format(kind=kind))
    message, source = table.take("message", str), table.take("source", str)
    hint = Hint(name, HintKind(kind), _needed(table, "test"), message, source)
    table.done()
    return hint


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


def _paper(table: Table) -> Paper:
    rows = []
    for row in table.tables("rows", "paper.rows"):
        cells = []
        for cell in row.tables("cells"):
            cells.append(Cell(cell.take("field", str), cell.take("width", int)))
            cell.done()
        rows.append(PaperRow(tuple(cells), row.take("lead", str, "")))
        row.done()
    paper = Paper(table.texts("header"), tuple(rows))
    table.done()
    return paper
