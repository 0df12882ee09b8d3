"""A special case (专案) on paper: how it was opened, a row for each review, how it was closed; as long as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhaohu.i18n import _
from zhaohu.paper.sheet import GREY, HAIR, THIN, Imprint, Sheet, render
from zhaohu.paper.text import LEADING, wrap

FACT_SIZE, ROW_SIZE, HEAD_SIZE = 8.5, 7.5, 7.5
PAD = 3.0
LABEL_WIDTH = 74.0
_TITLE = 16.0
_LEAST_ROW = 24.0
_SHARES = (50, 24, 34, 34, 44, 74, 50, 76, 84, 44, 41)
"""How the width is shared by the columns of the reviews, in points of the portrait page."""
_EMPTY_ROWS = 4
"""Rows left to write on by hand while a case is open."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell of the sheet: its label, what it says, and whether it takes the whole width."""

    label: str
    said: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """What the sheet of a case prints.

    Args:
        title: The form's title.
        opening: How it was opened.
        heads: Heads of the columns of the reviews, eleven.
        reviews: A row for each review, oldest first.
        closing: How it was closed; with empty words while it is open.
        closed: Whether it is closed.
    """

    title: str
    opening: tuple[Fact, ...]
    heads: tuple[str, ...]
    reviews: tuple[tuple[str, ...], ...]
    closing: tuple[Fact, ...]
    closed: bool = False


def special_case(values: CaseSheet, imprint: Imprint) -> bytes:
    """The sheet of a case as a PDF.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(values.title, imprint, lambda sheet: draw_case(sheet, values))


def draw_case(sheet: Sheet, values: CaseSheet) -> None:
    """Draw the sheet from the top of a page on, as a document or as part of a volume."""
    y = _facts(sheet, _title(sheet, values), values.opening)
    y = _section(sheet, y - 8, _("Reviews"))
    rows = list(values.reviews)
    if not values.closed:
        rows += [("",) * len(values.heads)] * _EMPTY_ROWS
    y = _reviews(sheet, values, y, rows)
    needed = _facts_height(sheet, values.closing) + 26
    if y - needed < sheet.bottom:
        sheet.next_page()
        y = _title(sheet, values)
    y = _section(sheet, y - 8, _("Closing of the case"))
    _facts(sheet, y, values.closing)


def _title(sheet: Sheet, values: CaseSheet) -> float:
    return sheet.heading(values.title, _TITLE)


def _section(sheet: Sheet, y: float, words: str) -> float:
    sheet.text(sheet.left, y - 10, words, 10, bold=True)
    return y - 15


# -- cells with a label


def _rows(facts: Sequence[Fact]) -> list[list[Fact]]:
    """Two to a row, those that are wide alone."""
    rows: list[list[Fact]] = []
    for fact in facts:
        if rows and len(rows[-1]) == 1 and not (fact.wide or rows[-1][0].wide):
            rows[-1].append(fact)
        else:
            rows.append([fact])
    return rows


def _facts(sheet: Sheet, y: float, facts: Sequence[Fact]) -> float:
    for row in _rows(facts):
        height = _fact_height(sheet, row)
        if y - height < sheet.bottom:
            sheet.next_page()
            y = sheet.top
        width = sheet.width / len(row)
        for place, fact in enumerate(row):
            x = sheet.left + place * width
            sheet.shade(x, y - height, LABEL_WIDTH, height)
            sheet.lines(x + PAD, y - FACT_SIZE - PAD, wrap(fact.label, LABEL_WIDTH - 2 * PAD, FACT_SIZE), FACT_SIZE)
            lines = wrap(fact.said, width - LABEL_WIDTH - 2 * PAD, FACT_SIZE)
            sheet.lines(x + LABEL_WIDTH + PAD, y - FACT_SIZE - PAD, lines, FACT_SIZE)
            sheet.frame(x, y - height, width, height, THIN)
        y -= height
    return y


def _fact_height(sheet: Sheet, row: Sequence[Fact]) -> float:
    width = sheet.width / len(row)
    lines = max(
        max(len(wrap(fact.said, width - LABEL_WIDTH - 2 * PAD, FACT_SIZE)) for fact in row),
        max(len(wrap(fact.label, LABEL_WIDTH - 2 * PAD, FACT_SIZE)) for fact in row),
    )
    return lines * FACT_SIZE * LEADING + 2 * PAD + 1


def _facts_height(sheet: Sheet, facts: Sequence[Fact]) -> float:
    return sum(_fact_height(sheet, row) for row in _rows(facts))


# -- the table of reviews


def _widths(sheet: Sheet) -> list[float]:
    return [sheet.width * share / sum(_SHARES) for share in _SHARES]


def _reviews(sheet: Sheet, values: CaseSheet, y: float, rows: Sequence[tuple[str, ...]]) -> float:
    y = _line(sheet, y, values.heads, head=True)
    for row in rows:
        if y - _height(sheet, row) < sheet.bottom:
            sheet.text(sheet.right, y - 9, _("continued on the next page"), 7, align="right", grey=GREY)
            sheet.next_page()
            y = _line(sheet, _title(sheet, values), values.heads, head=True)
        y = _line(sheet, y, row)
    return y


def _height(sheet: Sheet, row: Sequence[str]) -> float:
    lines = max(len(wrap(text, width - 2 * PAD, ROW_SIZE)) for text, width in zip(row, _widths(sheet), strict=True))
    return max(_LEAST_ROW, lines * ROW_SIZE * LEADING + 2 * PAD)


def _line(sheet: Sheet, y: float, row: Sequence[str], *, head: bool = False) -> float:
    height = _height(sheet, row)
    x = sheet.left
    if head:
        sheet.shade(x, y - height, sheet.width, height)
    for text, width in zip(row, _widths(sheet), strict=True):
        lines = wrap(text, width - 2 * PAD, ROW_SIZE, bold=head)
        sheet.lines(x + PAD, y - ROW_SIZE - PAD, lines, ROW_SIZE, bold=head)
        sheet.rule(x, y, x, y - height, HAIR)
        x += width
    sheet.frame(sheet.left, y - height, sheet.width, height, THIN)
    return y - height
