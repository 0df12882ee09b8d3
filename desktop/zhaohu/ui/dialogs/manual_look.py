"""The program's look for a Markdown document: headings, paragraphs and tables, by the tokens of the theme in use."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCell,
    QTextTableFormat,
)

from zhaohu.ui import theme

CHAPTER = 2
"""The heading level of a chapter, which stands out."""
_LINE_PERCENT = 120
_CELL_LINE_PERCENT = 108
_TABLE_PERCENT = 99
"""Not the whole width: a table's rounded columns may need a pixel or two more than it says."""
_NARROWEST, _WIDEST = 18, 72
"""Between these many narrow characters a column counts when a table's width is shared out."""
_PADDING_CHARACTERS = 3
_MOST_BODY_COLUMNS = 6
"""Tables with more columns are set smaller."""
_UNBREAKABLE = re.compile(r"[!-~÷×√–−]+")
_HEADING_TYPES = {1: "title", 2: "section", 3: "body"}


def dress(document: QTextDocument) -> None:
    """Give headings, paragraphs and tables the look of the program."""
    document.setDefaultFont(theme.font())
    block = document.begin()
    while block.isValid():
        _dress_block(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)


def _dress_block(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    level = block.blockFormat().headingLevel()
    table = cursor.currentTable()
    shape = QTextBlockFormat()
    percent = _CELL_LINE_PERCENT if table else _LINE_PERCENT
    shape.setLineHeight(percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    shape.setTopMargin(theme.space({1: 0, 2: 8, 3: 5}.get(level, 0)))
    shape.setBottomMargin(0 if table else theme.space(2))
    cursor.mergeBlockFormat(shape)
    if table and table.columns() > _MOST_BODY_COLUMNS:
        words = QTextCharFormat()
        words.setFont(theme.font("note"))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(words)
    if level:
        words = QTextCharFormat()  # a new one: the headings of Markdown carry a size that no other can change
        words.setFont(theme.font(_HEADING_TYPES.get(level, "body"), bold=True))
        if level == CHAPTER:
            words.setForeground(theme.colour("accent"))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(words)


def _dress_table(table: QTextTable) -> None:
    shape = QTextTableFormat(table.format())
    shape.setBorder(theme.shape("line"))
    shape.setBorderCollapse(True)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QBrush(theme.colour("line")))
    shape.setCellSpacing(0)
    shape.setCellPadding(theme.space(2))
    shape.setTopMargin(theme.space(1))
    shape.setBottomMargin(theme.space(3))
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, _TABLE_PERCENT))
    shares = _shares(table)
    shape.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, share) for share in shares])
    table.setFormat(shape)
    for at in range(table.columns()):
        _paint_head(table.cellAt(0, at), theme.colour("sunken"))


def _shares(table: QTextTable) -> list[float]:
    """What percentage of the width each column needs, by how much stands in it."""
    needs = []
    for column_at in range(table.columns()):
        texts = [_all_of(table.cellAt(row_at, column_at)).selectedText() for row_at in range(table.rows())]
        widths = [sum(1 + (east_asian_width(one) in "WF") for one in text) for text in texts]
        word = max((len(word) for text in texts for word in _UNBREAKABLE.findall(text)), default=0)
        need = min(max(sum(widths) / len(widths), max(widths) / 2, _NARROWEST), _WIDEST)
        needs.append(max(need, word + _PADDING_CHARACTERS))
    return [100 * need / sum(needs) for need in needs]


def _all_of(cell: QTextTableCell) -> QTextCursor:
    """A cursor with everything in a cell marked."""
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _paint_head(cell: QTextTableCell, colour: QColor) -> None:
    shape = cell.format()
    shape.setBackground(colour)
    cell.setFormat(shape)
    words = QTextCharFormat()
    words.setFontWeight(QFont.Weight.Bold)
    _all_of(cell).mergeCharFormat(words)
