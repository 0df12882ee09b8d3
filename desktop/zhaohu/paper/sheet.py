"""The A4 page: frame, foot with page number, record and QR code, and the few things that every document draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any, Literal

from zhaohu.i18n import _
from zhaohu.paper.fonts import REGULAR, faces, ready, text_width
from zhaohu.paper.imprint import Imprint as Imprint
from zhaohu.paper.lacking import Lacking, lacking_places, to_keywords
from zhaohu.paper.text import LEADING, Line

WIDTH, HEIGHT = 595.28, 841.89
MARGIN = 20.0
FOOT = 50.0
"""Height of the foot, above the lower margin."""
BOX = 9.5
"""Side of an option box."""
QR_SIDE = 44.0
HAIR, THIN, THICK = 0.4, 0.6, 1.1
BLACK, GREY, HINT, PALE = 0.0, 0.35, 0.5, 0.93
Align = Literal["left", "center", "right"]


def qr_matrix(content: str) -> list[list[bool]]:
    """The modules of the QR code for a text, dark is true, without the quiet border."""
    import segno

    code = segno.make(content, error="m", micro=False)
    return [[bool(module) for module in row] for row in code.matrix]


class Sheet:
    """The pages of one document; y grows upwards, all measures are points.

    Args:
        kind: What kind of document it is: the PDF's title, which never names a person.
        imprint: What stands at the foot.
        pages: How many pages there will be.
    """

    size = (WIDTH, HEIGHT)
    left, right = MARGIN, WIDTH - MARGIN
    width = WIDTH - 2 * MARGIN
    top, bottom = HEIGHT - MARGIN, MARGIN + FOOT

    def __init__(self, kind: str, imprint: Imprint, pages: int) -> None:
        from reportlab.pdfgen.canvas import Canvas

        faces()
        self.imprint, self.pages, self.page = imprint, pages, 1
        self._lacking: dict[Lacking, None] = {}
        self._out = BytesIO()
        self._canvas: Any = Canvas(self._out, pagesize=self.size, invariant=1, initialFontName=REGULAR, lang="zh-CN")
        self._canvas.setTitle(kind)
        self._canvas.setAuthor("")
        self._canvas.setSubject("")
        self._canvas.setCreator("Zhaohu")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: Align = "left",
        grey: float = BLACK,
        spacing: float = 0.0,
    ) -> None:
        """Draw one line of text with its baseline at y; x is its left end, middle or right end.

        `spacing` points are added between characters, without spaces in the text that is copied.
        """
        drawn = ready(text, bold)
        if not drawn.text:
            return
        if drawn.lacking:
            page = self._canvas.getPageNumber()
            self._lacking |= dict.fromkeys(lacking_places(drawn.text, set(drawn.lacking), page))
        shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        if shift:
            whole = "".join(run.text for run in drawn.runs)
            x -= shift * (text_width(whole, size, bold=bold) + spacing * (len(whole) - 1))
        out = self._canvas.beginText(x, y)
        out.setFillGray(grey)
        out.setCharSpace(spacing)
        for run in drawn.runs:
            out.setFont(run.font, size)
            out.textOut(run.text)
        self._canvas.drawText(out)

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float, *, bold: bool = False, grey: float = BLACK
    ) -> None:
        """Draw lines of text, the first with its baseline at y."""
        for number, line in enumerate(lines):
            self.text(x, y - number * size * LEADING, line, size, bold=bold, grey=grey)

    def flowed(self, x: float, y: float, lines: Sequence[Line], size: float) -> None:
        """Draw lines of pieces, the first with its baseline at y; blanks are underlined."""
        for number, line in enumerate(lines):
            baseline = y - number * size * LEADING
            for placed in line:
                start = x + placed.x
                inset = 2 if placed.piece.least else 0
                grey = HINT if placed.piece.grey else BLACK
                self.text(start + inset, baseline, placed.piece.text, size, bold=placed.piece.bold, grey=grey)
                if placed.piece.underline:
                    self.rule(start, baseline - 2, start + placed.width, baseline - 2, HAIR)

    def rule(self, x1: float, y1: float, x2: float, y2: float, width: float = THIN, grey: float = BLACK) -> None:
        """Draw a straight line."""
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeGray(grey)
        self._canvas.line(x1, y1, x2, y2)

    def frame(self, x: float, y: float, width: float, height: float, line: float = THIN) -> None:
        """Draw a rectangle whose lower left corner is at x, y."""
        self._canvas.setLineWidth(line)
        self._canvas.setStrokeGray(BLACK)
        self._canvas.rect(x, y, width, height, stroke=1, fill=0)

    def shade(self, x: float, y: float, width: float, height: float, grey: float = PALE) -> None:
        """Fill a rectangle, for the heads of tables."""
        self._canvas.setFillGray(grey)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def path(
        self,
        points: Sequence[tuple[float, float]],
        width: float,
        colour: tuple[float, float, float],
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw a line through points, red, green and blue each from 0 to 1."""
        path = self._canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        self._canvas.saveState()
        self._canvas.setLineJoin(1)
        self._canvas.setDash(list(dash))
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.drawPath(path, stroke=1, fill=0)
        self._canvas.restoreState()

    def dot(self, x: float, y: float, radius: float, *, filled: bool = True) -> None:
        """Draw a small black circle; a hollow one is white inside."""
        self._canvas.setLineWidth(THIN)
        self._canvas.setStrokeGray(BLACK)
        self._canvas.setFillGray(BLACK if filled else 1.0)
        self._canvas.circle(x, y, radius, stroke=1, fill=1)

    def polygon(self, points: Sequence[tuple[float, float]], *, filled: bool = False) -> None:
        """Draw a closed shape with a thin black outline, white inside or filled."""
        path = self._canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        self._canvas.setLineWidth(THIN)
        self._canvas.setStrokeGray(BLACK)
        self._canvas.setFillGray(BLACK if filled else 1.0)
        self._canvas.drawPath(path, stroke=1, fill=1)

    def boxes(self, right: float, baseline: float, marks: Sequence[str], between: str = "/") -> None:
        """Draw a row of option boxes that ends at `right`, each with its mark, `between` them a sign."""
        x = right - boxes_width(len(marks), between)
        y = baseline - 1.6
        for number, mark in enumerate(marks):
            if number and between:
                self.text(x + 1, baseline, between, BOX)
                x += 2 + text_width(between, BOX)
            self.frame(x, y, BOX, BOX)
            self.text(x + BOX / 2, y + 1.9, mark, 8, bold=True, align="center")
            x += BOX

    def qr(self, x: float, y: float, side: float, content: str) -> None:
        """Draw a QR code as squares, lower left corner at x, y, `side` points wide without a border."""
        matrix = qr_matrix(content)
        step = side / len(matrix)
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.scale(step, step)
        path = self._canvas.beginPath()
        for row, modules in enumerate(reversed(matrix)):
            column = 0
            for dark, run in groupby(modules):
                length = len(list(run))
                if dark:
                    path.rect(column, row, length, 1)
                column += length
        self._canvas.setFillGray(BLACK)
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.restoreState()

    def heading(self, title: str, size: float = 17.0) -> float:
        """Draw the document's title centred at the top; returns the y below it."""
        self.text((self.left + self.right) / 2, self.top - size - 2, title, size, bold=True, align="center")
        return self.top - size - 12

    def signature(self, x: float, y: float, label: str, width: float, name: str = "") -> None:
        """Draw a label and a line to sign on by hand, `width` points in all; `name` is printed before the line."""
        self.text(x, y, label, 9)
        start = x + text_width(label, 9) + 4
        if name:
            self.text(start, y, name, 9, bold=True)
            start += text_width(name, 9, bold=True) + 6
        self.rule(start, y - 2, x + width, y - 2, HAIR)

    def next_page(self) -> None:
        """Finish this page and begin another."""
        self._foot()
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """Finish the last page; the whole PDF."""
        self._foot()
        self._canvas.showPage()
        return self._saved()

    def _saved(self) -> bytes:
        self._canvas.setKeywords(to_keywords(self._lacking))
        self._canvas.save()
        return self._out.getvalue()

    def _foot(self) -> None:
        y = MARGIN + FOOT - 6
        self.rule(self.left, y, self.right, y, HAIR, GREY)
        room = self.right
        if self.imprint.qr:
            self.qr(self.right - QR_SIDE, MARGIN - 4, QR_SIDE, self.imprint.qr)
            room -= QR_SIDE + 10
        for number, line in enumerate(self.imprint.lines()):
            self.text(self.left, y - 13 - 12 * number, line, 8, grey=GREY)
        self._page_number(room, y - 13)
        number = self._canvas.getPageNumber()
        here = dict.fromkeys(one.code for one in self._lacking if one.page == number)
        if here:
            note = _("〓 stands for characters that the fonts lack, to be written by hand: {characters}")
            self.text(self.left, y - 37, note.format(characters="、".join(here)), 7)

    def _page_number(self, right: float, y: float) -> None:
        page = _("Page {page} of {pages}").format(page=self.page, pages=self.pages)
        self.text(right, y, page, 8, align="right", grey=GREY)


def boxes_width(count: int, between: str = "/") -> float:
    """How wide a row of option boxes is."""
    gap = 2 + text_width(between, BOX) if between else 0.0
    return count * BOX + max(0, count - 1) * gap


class LyingSheet(Sheet):
    """A page of A4 that lies on its long side."""

    size = (HEIGHT, WIDTH)
    right = HEIGHT - MARGIN
    width = HEIGHT - 2 * MARGIN
    top = WIDTH - MARGIN


def render(
    kind: str, imprint: Imprint, draw: Callable[[Sheet], None], *, page: type[Sheet] = Sheet, pages: int = 1
) -> bytes:
    """Draw a document; once more when it turned out to have other pages than expected, since each names their number.

    Args:
        kind: What kind of document it is.
        imprint: What stands at the foot.
        draw: Draws it.
        page: What its pages are like.
        pages: How many there will be, where that is known before.
    """
    while True:
        sheet = page(kind, imprint, pages)
        draw(sheet)
        data = sheet.finish()
        if sheet.page == pages:
            return data
        pages = sheet.page
