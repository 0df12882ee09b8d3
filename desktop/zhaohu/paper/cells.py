"""What stands in one cell of a printed form: words, options, blanks and option boxes, from a field and its answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date
from zhaohu.paper.text import Piece
from zhaohu.rules.forms.model import Answer, Answers, Field, FieldType, Form

SELECTS = (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE)
NUMBER_BLANK, TEXT_BLANK = 26.0, 34.0
"""Points that an empty blank takes."""


@dataclass(frozen=True, slots=True)
class CellContent:
    """What one cell shows.

    Args:
        label: The field's words, at the left.
        pieces: What flows after them.
        marks: What the option boxes at the right hold; none for a field without options.
        between: The sign between two boxes.
    """

    label: str
    pieces: tuple[Piece, ...]
    marks: tuple[str, ...] = ()
    between: str = "/"


NOT_ASKED = "——"
"""What the official forms print in a cell that is not checked at this visit."""


def content(form: Form, field: Field, answers: Answers, asked: Collection[str], *, led: bool = False) -> CellContent:
    """What the cell of `field` shows, with the fields that are printed inside it.

    Args:
        form: The form.
        field: The field that has the cell.
        answers: The answers given; a field without one is left blank.
        asked: Names of the fields that this record asks; the cells of the others are dashed out.
        led: Whether words at the row's left already say whose it is, so that the short label is enough.
    """
    label = field.short if led and field.short is not None else field.label
    if field.name == form.birth_date_field:
        return CellContent(form_term(label), (), _date_digits(answers.get(field.name)), "")
    if field.name not in asked:
        return CellContent(form_term(label), (Piece(NOT_ASKED),))
    pieces: list[Piece] = []
    said = ""
    for one in form.inside(field.name):
        if one is field:
            pieces += _own(one, answers)
        else:
            lead = _shared_lead(one)
            pieces += _nested(one, answers, "" if lead == said else lead)
            said = lead
    return CellContent(form_term(label), tuple(pieces), _marks(field, answers.get(field.name)))


def as_list(answer: Answer | None) -> list[str]:
    """The chosen codes of an answer."""
    if answer is None or answer == "":
        return []
    return [str(code) for code in answer] if isinstance(answer, list) else [str(answer)]


def file_number_boxes(answer: Answer | None) -> tuple[str, ...]:
    """The eight digits of 编号 for its boxes □□□-□□□□□; empty ones when there is no number."""
    digits = str(answer or "")
    return tuple(digits) if len(digits) == 8 else ("",) * 8


def _date_digits(answer: Answer | None) -> tuple[str, ...]:
    digits = str(answer or "").replace("-", "")
    return tuple(digits) if len(digits) == 8 else ("",) * 8


def _marks(field: Field, answer: Answer | None) -> tuple[str, ...]:
    if field.type not in SELECTS:
        return ()
    chosen = as_list(answer)
    return tuple(chosen) + ("",) * (max(1, field.boxes) - len(chosen))


def _own(field: Field, answers: Answers) -> Iterator[Piece]:
    answer = answers.get(field.name)
    if field.type in SELECTS:
        yield from _options(field, as_list(answer), str(answers.get(field.text_name or "", "")))
    elif field.type is FieldType.DATE:
        yield Piece(_day(answer), bold=answer is not None, keep=True)
    elif field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        yield from _number(field, answers)
    else:
        yield Piece(str(answer or ""), bold=True)


def _options(field: Field, chosen: Sequence[str], written: str) -> Iterator[Piece]:
    for option in field.options:
        label = form_term(option.label)
        yield Piece(f"{option.code} {label}" if label[:1].isdigit() else f"{option.code}{label}", keep=True)
        if option.text:
            filled = written if option.code in chosen else ""
            yield Piece(filled, bold=True, underline=True, least=TEXT_BLANK)
        yield Piece("   ")


def _number(field: Field, answers: Answers) -> Iterator[Piece]:
    """A blank with its unit; a second measurement beside it, where there is one."""
    answer, again = answers.get(field.name), answers.get(field.again_name or "")
    yield Piece("" if answer is None else str(answer), bold=True, underline=True, least=NUMBER_BLANK)
    if field.unit:
        yield Piece(f" {form_term(field.unit)}", keep=True)
    if again is not None:
        yield Piece(" ")
        yield Piece(_("(measured again: {value})").format(value=again), keep=True)


def _day(answer: Answer | None) -> str:
    if not isinstance(answer, str) or not answer:
        return _("____ year __ month __ day")
    return format_date(date.fromisoformat(answer))


def _shared_lead(field: Field) -> str:
    """The words before the short label that several fields of a cell share, as in `Apgar评分：1分钟`."""
    label, short = form_term(field.label), form_term(field.short or "")
    if short and label.endswith(short):
        lead = label.removesuffix(short)
        return lead if lead.rstrip().endswith(("：", ":")) else ""
    return ""


def _nested(field: Field, answers: Answers, lead: str) -> Iterator[Piece]:
    """A field inside another's cell: its short label and a blank, or a box to tick."""
    answer = answers.get(field.name)
    label = field.label if field.short is None else field.short
    if field.type is FieldType.SELECT_MULTIPLE and len(field.options) == 1:
        yield Piece(lead + ("■" if as_list(answer) else "□") + form_term(label), keep=True)
        return
    if lead or label:
        yield Piece(f"{lead}{form_term(label)}", keep=True)
    if field.type in (FieldType.INTEGER, FieldType.DECIMAL):
        yield from _number(field, answers)
    else:
        yield Piece(str(answer or ""), bold=True, underline=True, least=3 * TEXT_BLANK)
    yield Piece("  ")
