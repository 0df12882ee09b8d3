"""A cell of a table as the answer to a question: options by number or words, days and amounts as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from zhaohu.i18n import _
from zhaohu.rules.forms.model import Field, FieldType, Option
from zhaohu.rules.roster_cells import Cell, cell_text
from zhaohu.rules.roster_dates import read_date
from zhaohu.rules.roster_measures import GRAMS, MILLIMETRES
from zhaohu.rules.roster_numbers import has_lost_digits, lost_digits
from zhaohu.rules.roster_values import Remark, doubtful, plain_text

_DASHES = re.compile(r"[-—–―/\\]+")
"""What stands on paper where nothing is asked."""
_AMOUNT = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,17})?)\s*(\S{0,10})", re.ASCII)
_MOST_DECIMALS = Decimal("0.000001")
"""Finer than anything that is measured: what lies beyond is the spreadsheet's own rounding."""
_BETWEEN = r"\s,、;|+/"
_NEXT = re.compile(rf"[{_BETWEEN}]*")
_ENDS = re.compile(rf"$|[{_BETWEEN}(:：]")
_NUMBERED = re.compile(r"(\d{1,2})(?!\d)\s*[.、)=:\-]?\s*", re.ASCII)
_WORDS = re.compile(rf"\s*(?:\((?P<within>[^)]*)\)|[:：]\s*(?P<after>[^{_BETWEEN}][^,、;|+]*))")
_GRAMS_PER_KG, _MM_PER_CM = 1000, 10


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What a cell answers.

    Args:
        answer: For `forms.answers.check`; None when the cell says nothing that can be taken.
        beside: The words beside an option that the cell holds too.
        remark: What is to be said about it.
    """

    answer: str | list[str] | None = None
    beside: str = ""
    remark: Remark | None = None


def says_nothing(cell: Cell) -> bool:
    """Whether a cell is empty, or dashed out."""
    text = plain_text(cell)
    return not text or _DASHES.fullmatch(text) is not None


def read_cell(field: Field, cell: Cell, unit: str = "") -> CellAnswer:
    """What a cell that is not empty answers.

    Args:
        field: The question.
        cell: The cell.
        unit: The unit in the column's heading; it counts when the cell names none.
    """
    match field.type:
        case FieldType.DATE:
            day = read_date(cell)
            return CellAnswer(day.value.isoformat() if day.value else None, remark=day.remark)
        case FieldType.INTEGER | FieldType.DECIMAL:
            return _amount(field, plain_text(cell), unit)
        case FieldType.SELECT_ONE | FieldType.SELECT_MULTIPLE:
            return _options(field, plain_text(cell))
        case _:
            if field.format is not None and has_lost_digits(cell):
                return CellAnswer(remark=lost_digits())
            return CellAnswer(cell_text(cell))


def _amount(field: Field, text: str, unit: str) -> CellAnswer:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return CellAnswer(remark=doubtful("unreadable", _("This cannot be read as a number.")))
    factor = _factor(field, (found[2] or unit).lower())
    if factor is None:
        reason = _("The unit {unit} is not known here: write the number in {wanted}.")
        wanted = field.unit or _("the form's unit")
        return CellAnswer(remark=doubtful("unknown_unit", reason.format(unit=found[2] or unit, wanted=wanted)))
    amount = (Decimal(found[1]) * factor).quantize(_MOST_DECIMALS).normalize()
    return CellAnswer(f"{amount:f}")


def _factor(field: Field, unit: str) -> Decimal | None:
    """By what an amount is multiplied to stand in the field's unit; None for a unit that it cannot have."""
    units, per = {"weight": (GRAMS, _GRAMS_PER_KG)}.get(field.measure or "", (MILLIMETRES, _MM_PER_CM))
    if field.measure is not None and unit:
        return Decimal(units[unit]) / per if unit in units else None
    own = {"", plain_text(field.unit).lower(), plain_text(field.label).rpartition("/")[2].lower()}
    return Decimal(1) if plain_text(unit) in own else None


def _options(field: Field, text: str) -> CellAnswer:
    chosen: list[Option] = []
    beside, rest = "", text
    while rest := rest[_NEXT.match(rest).end() :]:  # type: ignore[union-attr]  # it matches nothing too
        found = _option(field, rest)
        if found is None:
            return CellAnswer(remark=_no_option(field, rest))
        option, words, rest = found
        chosen.append(option)
        beside = beside or words
    if not chosen or (len(chosen) > 1 and field.type is FieldType.SELECT_ONE):
        return CellAnswer(remark=_no_option(field, text))
    codes = [option.code for option in chosen]
    return CellAnswer(codes if field.type is FieldType.SELECT_MULTIPLE else codes[0], beside)


def _option(field: Field, text: str) -> tuple[Option, str, str] | None:
    """The option that a text begins with, by its words, its number or both; the words beside it; the rest."""
    labelled = _labelled(field.options, text)
    if labelled is not None:
        return _with_words(labelled, text[len(_plain(labelled)) :])
    numbered = _NUMBERED.match(text)
    option = field.option(numbered[1]) if numbered else None
    if numbered is None or option is None:
        return None
    rest = text[numbered.end() :]
    named = _labelled(field.options, rest)
    if named is not None and named is not option:
        return None  # a number, and the words of another one
    if named is not None:
        return _with_words(option, rest[len(_plain(option)) :])
    if option.text and rest and not _NUMBERED.match(rest):
        return option, rest.strip("() "), ""
    return _with_words(option, rest)


def _plain(option: Option) -> str:
    return plain_text(option.label)


def _labelled(options: tuple[Option, ...], text: str) -> Option | None:
    """The option whose words a text begins with, the longest; its words must end there."""
    fitting = [one for one in options if text.startswith(_plain(one)) and _ENDS.match(text, len(_plain(one)))]
    return max(fitting, key=lambda one: len(one.label), default=None)


def _with_words(option: Option, rest: str) -> tuple[Option, str, str]:
    words = _WORDS.match(rest) if option.text else None
    if words is None:
        return option, "", rest
    return option, (words["within"] or words["after"] or "").strip(), rest[words.end() :]


def _no_option(field: Field, text: str) -> Remark:
    options = _(", ").join(f"{option.code} {option.label}" for option in field.options)
    reason = _("“{text}” is none of the options: {options}.")
    return doubtful("no_option", reason.format(text=text[:40], options=options))
