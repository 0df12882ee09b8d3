"""The head of a sheet printed ahead: for which visit, whose, what is known and expected, the digits to key it in by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhaohu.i18n import _
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import GREY, THIN, Sheet
from zhaohu.paper.text import LEADING, Piece, flow

_QR = 52.0
_DIGITS = 22.0
_SIZE, _FIRST = 8.0, 10.0
_GAP = 10.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a sheet printed ahead says above the form.

    Args:
        code: Its six digits, printed large and as a QR code.
        visit: For which contact and day, and who goes.
        lines: Lines of labels with their values; what has no value is left out.
        hints: Words in grey beside the blanks of fields, by name.
        column: The column of the table that is to be filled; empty where the form has none.
    """

    code: str
    visit: str
    lines: tuple[tuple[tuple[str, str], ...], ...]
    hints: Mapping[str, str] = field(default_factory=dict)
    column: str = ""


def draw_ahead(sheet: Sheet, ahead: Ahead) -> float:
    """Draw the head of a sheet printed ahead at the top of the page; returns the y below it."""
    top = sheet.top
    sheet.qr(sheet.right - _QR, top - _QR, _QR, ahead.code)
    digits = f"{ahead.code[:3]} {ahead.code[3:]}"
    wide = text_width(digits, _DIGITS, bold=True)
    right = sheet.right - _QR - _GAP
    sheet.text(right, top - _DIGITS, digits, _DIGITS, bold=True, align="right")
    sheet.text(right, top - _DIGITS - 14, _("Scan or type to enter"), 7, align="right", grey=GREY)
    room = right - wide - _GAP - sheet.left
    y = _flowed(sheet, top, [Piece(ahead.visit, bold=True)], room, _FIRST) - 1
    for pairs in ahead.lines:
        pieces = _labelled(pairs)
        if pieces:
            y = _flowed(sheet, y, pieces, room if y > top - _DIGITS - 16 else right - sheet.left, _SIZE)
    y = min(y, top - _QR) - 5
    sheet.rule(sheet.left, y, sheet.right, y, THIN, GREY)
    return y - 1


def _flowed(sheet: Sheet, y: float, pieces: list[Piece], room: float, size: float) -> float:
    lines = flow(pieces, room, size)
    sheet.flowed(sheet.left, y - size, lines, size)
    return y - len(lines) * size * LEADING


def _labelled(pairs: Sequence[tuple[str, str]]) -> list[Piece]:
    """Labels with their values; what has no value is left out."""
    found: list[Piece] = []
    for label, value in pairs:
        if value:
            found += [Piece(_("{label}:").format(label=label), keep=True), Piece(value, bold=True), Piece("   ")]
    return found
