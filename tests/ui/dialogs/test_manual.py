"""The manual's window: contents, finding, keyboard; one window per page, in the look in use."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from zhaohu import i18n
from zhaohu.ui import theme
from zhaohu.ui.dialogs.about import About
from zhaohu.ui.dialogs.manual import Manual, show_manual


@pytest.fixture
def manual(shown):
    return shown(Manual(None, "growth"), 1366, 768)


def tables(manual):
    return [one for one in manual.text.document().rootFrame().childFrames() if isinstance(one, QTextTable)]


def type_in(manual, words):
    QTest.keyClick(manual, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    manual.search.setText(words)


def top_block(manual):
    """The heading that stands at the top of what is seen."""
    return manual.text.cursorForPosition(manual.text.viewport().rect().topLeft() + theme_gap()).block().text()


def theme_gap():
    from PySide6.QtCore import QPoint

    return QPoint(theme.space(8), theme.space(6))


def test_it_bears_the_pages_title_and_its_chapters(manual, assert_nothing_clipped, missing_glyphs):
    assert manual.windowTitle() == "生长评价方法"
    titles = [manual.contents.item(at).text() for at in range(manual.contents.count())]
    assert len(titles) > 10
    assert "z 值" in titles
    assert manual.contents.accessibleName()
    assert manual.text.accessibleName()
    assert_nothing_clipped(manual)
    assert not missing_glyphs(manual.text.toPlainText())


def test_a_chapter_brings_its_heading_to_the_top(manual):
    for at in (3, 8, 0):
        manual.contents.setCurrentRow(at)
        assert top_block(manual) == manual.contents.item(at).text()


def test_the_contents_follow_the_reader(manual):
    bar = manual.text.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert manual.contents.currentItem().text() == "例子"
    bar.setValue(0)
    assert manual.contents.currentItem() is None


def test_nothing_scrolls_sideways(manual, qtbot):
    for width in (960, 1366):
        manual.resize(width, 700)
        qtbot.waitUntil(lambda: manual.text.horizontalScrollBar().maximum() == 0)


def test_finding_goes_round_and_counts(manual):
    type_in(manual, "头围")
    assert manual.search.hasFocus()
    count = manual.text.document().toPlainText().count("头围")
    assert count > 5
    assert manual.found.text() == f"1／{count}"
    assert manual.text.textCursor().selectedText() == "头围"
    first = manual.text.textCursor().position()
    QTest.keyClick(manual, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert manual.found.text() == f"{count}／{count}"
    QTest.keyClick(manual.search, Qt.Key.Key_Return)
    assert manual.text.textCursor().position() == first
    assert len(manual.text.extraSelections()) == count
    assert manual.text.viewport().rect().contains(manual.text.cursorRect())
    manual.search.setText("没有这样的字")
    assert manual.found.text() == "没有找到"
    assert manual.text.extraSelections() == []


def test_escape_first_ends_the_search_then_closes(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    manual = show_manual(window, "growth")
    qtbot.waitUntil(manual.isActiveWindow)
    closed = []
    manual.rejected.connect(lambda: closed.append(1))
    type_in(manual, "矫正")
    QTest.keyClick(manual.search, Qt.Key.Key_Escape)
    assert manual.isVisible()
    assert manual.search.text() == ""
    assert manual.text.hasFocus()
    QTest.keyClick(manual, Qt.Key.Key_Escape)
    assert closed == [1]


def test_return_in_the_search_does_not_close(manual):
    type_in(manual, "水肿")
    QTest.keyClick(manual.search, Qt.Key.Key_Return)
    assert manual.isVisible()


def test_headings_and_tables_have_the_look(manual):
    block = manual.text.document().firstBlock()
    assert block.begin().fragment().charFormat().font().pixelSize() == theme.type_size("title")
    assert len(tables(manual)) > 15
    for table in tables(manual):
        assert table.cellAt(0, 0).format().background().color() == theme.colour("sunken")
        assert table.format().borderBrush().color() == theme.colour("line")


def test_another_theme_draws_it_anew_where_it_was(manual, qapp):
    manual.contents.setCurrentRow(6)
    where = top_block(manual)
    try:
        theme.apply(qapp, "dark")
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        assert tables(manual)[0].cellAt(0, 0).format().background().color() == theme.colour("sunken")
        assert top_block(manual) == where
    finally:
        theme.apply(qapp, "light")


def test_one_window_for_a_page(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    first = show_manual(window, "growth")
    assert show_manual(window, "growth") is first
    assert not first.isModal()
    first.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(Manual) == []


def test_the_english_page(shown):
    i18n.set_language("en")
    try:
        manual = shown(Manual(None, "growth"), 1366, 768)
        assert manual.windowTitle() == "How growth is assessed"
    finally:
        i18n.set_language(i18n.DEFAULT)


def test_about_leads_to_it(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    about = About(window, "/somewhere")
    about.show()
    link = next(one for one in about.findChildren(QWidget) if getattr(one, "text", str)() == "生长评价方法")
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert not about.isVisible()
    shown = window.findChildren(Manual)
    assert len(shown) == 1
    shown[0].reject()
