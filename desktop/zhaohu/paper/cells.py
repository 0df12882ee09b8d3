"""What stands in one cell of a printed form: words, options, blanks and option boxes, from a field and its answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date
from zhaohu.paper.text import Piece
from zhaohu.rules.forms.model import Answer, Answers, Field, FieldType, Form

SELECTS = (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE)
NUMBER_BLANK, TEXT_BLANK = 26.0, 34.0
"""Points that an empty blank takes."""
NO_HINTS: Mapping[str, str] = {}
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL)
JOINED = ("×", "/")
"""Signs that join a number to the one before."""
GRADES = ["上", "中", "下"]
KEPT = 8
"""Characters of an option that are not parted over lines of a column; longer ones are sentences, each on its line."""


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
TICK = "√"
"""What the check forms show at the number of a chosen option; they have no boxes."""


def content(
    form: Form,
    field: Field,
    answers: Answers,
    asked: Collection[str],
    *,
    led: bool = False,
    hints: Mapping[str, str] = NO_HINTS,
) -> CellContent:
    """What the cell of `field` shows, with the fields that are printed inside it.

    Args:
        form: The form.
        field: The field that has the cell.
        answers: The answers given; a field without one is left blank.
        asked: Names of the fields that this record asks; the cells of the others are dashed out.
        led: Whether words at the row's left already say whose it is, so that the short label is enough.
        hints: Words in grey beside the blanks of fields, by name.
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
        elif one.type in SELECTS and len(one.options) > 1:
            if one.name in asked:
                pieces += [Piece("\n"), *_listed(one, answers, lines=False)]
        else:
            lead = _shared_lead(one)
            pieces += _nested(one, answers, "" if lead == said else lead)
            said = lead
    pieces += _hinted(form.inside(field.name), hints)
    return CellContent(form_term(label), tuple(pieces), _marks(field, answers.get(field.name)))


def column_pieces(
    form: Form, field: Field, answers: Answers, hints: Mapping[str, str], words: str = ""
) -> tuple[Piece, ...]:
    """What the cell of `field` shows in a table with a column for each age, the label standing before the row.

    Args:
        form: The form.
        field: The field that has the cell; those printed inside it go with it.
        answers: The answers given; a field without one is left blank.
        hints: Words in grey beside the blanks of fields, by name.
        words: The field's own words, where the row's are of another field.
    """
    pieces: list[Piece] = []
    inside = form.inside(field.name)
    options = {option.label for option in field.options}
    beside = {one.short: one for one in inside if one.short in options and one.type in NUMBERS}
    for one in inside:
        if one is not field and one.short not in JOINED:
            pieces.append(Piece("  "))
        if one.type in SELECTS and one is not field:
            pieces += _listed(one, answers, lines=True)
        elif one.type in SELECTS:
            pieces += _ticked(one, answers, beside, lines=True)
        elif one is field:
            if words:
                pieces.append(Piece(f"{words} ", keep=True))
            pieces += _own(one, answers)
        elif one.short not in options:
            pieces += _nested(one, answers, "")
    return (*pieces, *_hinted([one for one in inside if one.short not in options], hints))


def _hinted(fields: Sequence[Field], hints: Mapping[str, str]) -> Iterator[Piece]:
    """What is said in grey beside blanks, at the end of their cell."""
    for one in fields:
        for part in hints.get(one.name, "").split():
            yield Piece("  ")
            yield Piece(part, grey=True, keep=True)


def _listed(field: Field, answers: Answers, *, lines: bool) -> Iterator[Piece]:
    """The options of a field inside another's cell, which has no boxes of its own."""
    label = form_term(field.label if field.short is None else field.short)
    if label:
        yield Piece(_("{label}:").format(label=label) + " ", keep=True)
    yield from _ticked(field, answers, {}, lines=lines)
    yield Piece("  ")


def _ticked(field: Field, answers: Answers, beside: Mapping[str, Field], *, lines: bool) -> Iterator[Piece]:
    """Options with a tick at each chosen one; 上 中 下 have no numbers, a number of times stands behind its illness.

    With `lines` options that are sentences stand one below another.
    """
    chosen, written = as_list(answers.get(field.name)), str(answers.get(field.text_name or "", ""))
    graded = [option.label for option in field.options] == GRADES
    listed = lines and any(len(option.label) > KEPT for option in field.options)
    for option in field.options:
        label, taken = form_term(option.label), option.code in chosen
        gap = " " if label[:1].isdigit() else ""
        words = label if graded else f"{option.code}{gap}{label}"
        whole = f"{TICK}{words}" if taken else words
        first = label.split(" ")[0] if label[:1].isascii() else label[:1]
        kept = len(whole) if len(label) <= KEPT else whole.index(label) + len(first)  # the number stays with its words
        yield Piece(whole[:kept], bold=taken, keep=True)
        if kept < len(whole):
            yield Piece(whole[kept:], bold=taken)
        if option.text:
            yield Piece(written if taken else "", bold=True, underline=True, least=TEXT_BLANK * 0.6)
        if option.label in beside:
            yield from _number(beside[option.label], answers, least=NUMBER_BLANK * 0.5)
        if option is not field.options[-1]:
            yield Piece("\n" if listed else "  ")


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
    elif field.type in NUMBERS:
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


def _number(field: Field, answers: Answers, least: float = NUMBER_BLANK) -> Iterator[Piece]:
    """A blank with its unit; a second measurement beside it, where there is one."""
    answer, again = answers.get(field.name), answers.get(field.again_name or "")
    yield Piece("" if answer is None else str(answer), bold=True, underline=True, least=least)
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
    if field.type in NUMBERS:
        yield from _number(field, answers)
    else:
        yield Piece(str(answer or ""), bold=True, underline=True, least=3 * TEXT_BLANK)
    yield Piece("  ")
