"""Many documents in one file: each with its own imprint, page numbers and bookmark; fonts are in it once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zhaohu.paper.sheet import Imprint, Sheet


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a volume: its bookmark, its imprint, and what draws it."""

    title: str
    imprint: Imprint
    draw: Callable[[Sheet], None]


class _Volume(Sheet):
    """How many pages a document has is known when it is drawn: earlier pages get their number then."""

    def __init__(self, kind: str, imprint: Imprint) -> None:
        super().__init__(kind, imprint, 0)
        self._numbers: list[tuple[str, float, float]] = []

    def begin(self, part: Part) -> None:
        self.imprint, self.page, self.pages = part.imprint, 1, 0
        key = f"part-{self._canvas.getPageNumber()}"
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(part.title, key)

    def end(self) -> None:
        self.pages = self.page
        for number, (name, right, y) in enumerate(self._numbers, 1):
            self.page = number
            self._canvas.beginForm(name)
            super()._page_number(right, y)
            self._canvas.endForm()
        self._numbers, self.page = [], self.pages
        self.next_page()

    def finish(self) -> bytes:
        """The whole PDF; the last document has ended."""
        return self._saved()

    def _page_number(self, right: float, y: float) -> None:
        if self.pages:
            super()._page_number(right, y)
            return
        name = f"page-{self._canvas.getPageNumber()}"
        self._canvas.doForm(name)
        self._numbers.append((name, right, y))


def volume(kind: str, parts: Iterable[Part]) -> bytes:
    """Draw documents one after another into one file.

    Args:
        kind: What kind of documents they are: the PDF's title, which never names a person.
        parts: The documents; each is drawn before the next is asked for, so they may be made as they are needed.

    Raises:
        ValueError: There is none.
    """
    sheet: _Volume | None = None
    for part in parts:
        if sheet is None:
            sheet = _Volume(kind, part.imprint)
        sheet.begin(part)
        part.draw(sheet)
        sheet.end()
    if sheet is None:
        raise ValueError("a volume without documents")
    return sheet.finish()
