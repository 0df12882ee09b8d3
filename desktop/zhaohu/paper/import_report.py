"""The report of an import (收件报告): lying A4, a row for each file, and why what did not go in did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhaohu.i18n import _, pgettext
from zhaohu.paper.sheet import HAIR, THIN, Imprint, LyingSheet, Sheet, render
from zhaohu.paper.table import Column, cell
from zhaohu.paper.text import wrap

_TITLE = 15.0
_TOP = LyingSheet.top - _TITLE - 34
_HEAD, _ROW, _LINE = 18.0, 20.0, 10.0
_SIZES = (8.5, 7.5, 6.5, 5.5, 5.0)
_FILE, _STATION, _NUMBER, _OUTCOME, _COUNT = 158.0, 136.0, 32.0, 58.0, 38.0
_REMARK = LyingSheet.width - (_FILE + _STATION + _NUMBER + _OUTCOME + 5 * _COUNT)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A file, every part as it is printed; `remark` says why it did not go in, or what to look at."""

    file: str
    station: str
    no: str
    outcome: str
    counts: tuple[str, str, str, str, str]
    remark: str


@dataclass(frozen=True, slots=True)
class ImportPaper:
    """What the report prints."""

    center: str
    summary: str
    lines: tuple[ImportLine, ...]


def import_report(values: ImportPaper, imprint: Imprint) -> bytes:
    """The report as a PDF.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Import report"), imprint, lambda sheet: _draw(sheet, values), page=LyingSheet)


def _draw(sheet: Sheet, values: ImportPaper) -> None:
    columns = _columns()
    for number, lines in enumerate(_paged(values.lines)):
        if number:
            sheet.next_page()
        sheet.heading(_("Import report"), _TITLE)
        sheet.text(sheet.left, _TOP + 8, "　".join((values.center, values.summary)), 9)
        y = _TOP
        sheet.shade(sheet.left, y - _HEAD, sheet.width, _HEAD)
        _cells(sheet, y, _HEAD, columns, [column.title for column in columns], head=True)
        y -= _HEAD
        for line in lines:
            height = _height(line)
            sheet.rule(sheet.left, y, sheet.right, y, HAIR)
            texts = [line.file, line.station, line.no, line.outcome, *line.counts, line.remark]
            _cells(sheet, y, height, columns, texts)
            y -= height
        x = sheet.left
        for column in columns[:-1]:
            x += column.width
            sheet.rule(x, _TOP, x, y, HAIR)
        sheet.frame(sheet.left, y, sheet.width, _TOP - y, THIN)


def _paged(lines: Sequence[ImportLine]) -> list[list[ImportLine]]:
    pages: list[list[ImportLine]] = [[]]
    left = room = _TOP - LyingSheet.bottom - _HEAD
    for line in lines:
        height = _height(line)
        if pages[-1] and height > left:
            pages.append([])
            left = room
        pages[-1].append(line)
        left -= height
    return pages


def _height(line: ImportLine) -> float:
    needed = len(wrap(line.remark, _REMARK - 6, _SIZES[0]))
    return _ROW + _LINE * max(0, needed - 1)


def _cells(
    sheet: Sheet, y: float, height: float, columns: Sequence[Column], texts: Sequence[str], *, head: bool = False
) -> None:
    x = sheet.left
    for column, text in zip(columns, texts, strict=True):
        cell(sheet, x, y, column.width, height, text, align="center" if head else column.align, sizes=_SIZES)
        x += column.width


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("File"), _FILE, "left"),
        Column(_("Station"), _STATION, "left"),
        Column(pgettext("bundle", "No."), _NUMBER),
        Column(_("Result"), _OUTCOME),
        Column(pgettext("records", "New"), _COUNT),
        Column(pgettext("records", "Changed"), _COUNT),
        Column(pgettext("records", "Unchanged"), _COUNT),
        Column(pgettext("records", "Deleted"), _COUNT),
        Column(pgettext("records", "Held"), _COUNT),
        Column(_("Remarks"), _REMARK, "left"),
    )
