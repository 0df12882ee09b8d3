"""What the two letters about keys share: paragraphs, and a code in large groups beside its QR code."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import GREY, HAIR, Sheet
from zhaohu.paper.text import LEADING, wrap

BODY = 11.0
GROUP_SIZES = (24.0, 20.0, 17.0, 14.0, 11.0, 8.0)
"""The largest at which every group stands in its cell is taken."""
GROUP_HEIGHT = 48.0
SIDE = 60.0
"""Left and right of a letter's text."""
QR = 110.0


def paragraphs(sheet: Sheet, y: float, texts: Sequence[str]) -> float:
    """Set paragraphs between the letter's margins; returns the y below them."""
    for text in texts:
        lines = wrap(text, sheet.right - sheet.left - 2 * SIDE, BODY)
        sheet.lines(sheet.left + SIDE, y - BODY, lines, BODY)
        y -= len(lines) * BODY * LEADING + 6
    return y


def particulars(sheet: Sheet, y: float, pairs: Sequence[tuple[str, str]]) -> float:
    """Set labels with their values, one a line; returns the y below them."""
    for label, value in pairs:
        sheet.text(sheet.left + SIDE, y - BODY, label, BODY, grey=GREY)
        lines = wrap(value, sheet.width - 2 * SIDE - 110, BODY, bold=True)
        sheet.lines(sheet.left + SIDE + 110, y - BODY, lines, BODY, bold=True)
        y -= max(1, len(lines)) * BODY * LEADING + 5
    return y


def code_block(sheet: Sheet, y: float, groups: Sequence[str], columns: int, qr: str) -> float:
    """Set the groups of a code large and numbered, its QR code beneath; returns the y below them."""
    width = (sheet.width - 2 * SIDE) / columns
    size = next(s for s in GROUP_SIZES if all(text_width(g, s, bold=True) + 3 * len(g) < width - 8 for g in groups))
    for number, group in enumerate(groups):
        x = sheet.left + SIDE + number % columns * width
        top = y - number // columns * GROUP_HEIGHT
        sheet.frame(x, top - GROUP_HEIGHT, width, GROUP_HEIGHT, HAIR)
        sheet.text(x + 4, top - 10, str(number + 1), 7, grey=GREY)
        sheet.text(x + width / 2, top - 32, group, size, bold=True, align="center", spacing=3)
    y -= -(-len(groups) // columns) * GROUP_HEIGHT + 16
    sheet.qr((sheet.left + sheet.right - QR) / 2, y - QR, QR, qr)
    return y - QR - 14
