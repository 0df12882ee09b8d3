"""The PDF on screen, the very one that is printed: pages one below the other, sharp at every zoom."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from zhaohu.i18n import _
from zhaohu.ui import theme

POINTS_PER_INCH = 72
SCREEN_DPI = 96
ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
_KEPT_PAGES = 12


class Pdf:
    """An open PDF: sizes of its pages, and pages as pictures."""

    def __init__(self, data: bytes) -> None:
        import pypdfium2  # type: ignore[import-untyped]  # heavy: only once somebody looks at paper

        self._document: Any = pypdfium2.PdfDocument(data)
        self.sizes: list[tuple[float, float]] = [self._document.get_page_size(at) for at in range(len(self._document))]

    def render(self, page: int, scale: float) -> QImage:
        """A page as a picture, `scale` pixels to the point."""
        sheet = self._document[page]
        bitmap = sheet.render(scale=scale, prefer_bgrx=True)
        image = QImage(bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32).copy()
        bitmap.close()
        sheet.close()
        return image

    def close(self) -> None:
        """Let go of the document; it cannot be used afterwards."""
        self._document.close()


class _Sheets(QWidget):
    """All pages at one zoom; draws those in sight."""

    def __init__(self, pdf: Pdf) -> None:
        super().__init__()
        self.setObjectName("sheets")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._pdf = pdf
        self._zoom = 1.0
        self._cache: OrderedDict[tuple[int, float], QImage] = OrderedDict()

    def set_zoom(self, zoom: float) -> None:
        self._zoom = zoom
        self._cache.clear()
        gap = theme.space(4)
        rects = self.page_rects()
        widest = max((rect.width() for rect in rects), default=0)
        self.setMinimumSize(QSize(widest + 2 * gap, (rects[-1].bottom() + gap) if rects else 0))
        self.update()

    def page_rects(self) -> list[QRect]:
        gap, top = theme.space(4), theme.space(4)
        pixels = self._zoom * SCREEN_DPI / POINTS_PER_INCH
        rects = []
        for width, height in self._pdf.sizes:
            size = QSize(round(width * pixels), round(height * pixels))
            rects.append(QRect(max(gap, (self.width() - size.width()) // 2), top, size.width(), size.height()))
            top += size.height() + gap
        return rects

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for page, rect in enumerate(self.page_rects()):
            if rect.intersects(event.rect()):
                painter.drawImage(rect, self._image(page))
                painter.setPen(theme.colour("line_strong"))
                painter.drawRect(rect.adjusted(-1, -1, 0, 0))

    def _image(self, page: int) -> QImage:
        ratio = self.devicePixelRatioF()
        key = (page, ratio)
        if key not in self._cache:
            self._cache[key] = self._pdf.render(page, self._zoom * ratio * SCREEN_DPI / POINTS_PER_INCH)
            if len(self._cache) > _KEPT_PAGES:
                self._cache.popitem(last=False)
        self._cache.move_to_end(key)
        return self._cache[key]


class PdfView(QScrollArea):
    """Pages of a PDF: Page Up and Page Down walk page by page, Ctrl+plus and Ctrl+minus zoom, Ctrl+0 fits the width.

    Signals:
        moved: Another page is in sight, or the zoom changed.
    """

    moved = Signal()

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.pdf = Pdf(data)
        self.zoom = 1.0
        self._fit = True
        self._sheets = _Sheets(self.pdf)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(self._sheets)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Pages"))
        self._sheets.set_zoom(1.0)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def page_count(self) -> int:
        """How many pages there are."""
        return len(self.pdf.sizes)

    def current_page(self) -> int:
        """The page at the upper third of the view, from 0."""
        line = self.verticalScrollBar().value() + self.viewport().height() // 3
        return next(
            (at for at, rect in enumerate(self._sheets.page_rects()) if rect.bottom() >= line), self.page_count() - 1
        )

    def go_to_page(self, page: int) -> None:
        """Bring a page to the top."""
        page = max(0, min(page, self.page_count() - 1))
        self.verticalScrollBar().setValue(self._sheets.page_rects()[page].top() - theme.space(4))

    def set_zoom(self, zoom: float) -> None:
        """Show at 1.0 for life size on a usual screen, 2.0 for double."""
        self._fit = False
        self._apply(zoom)

    def zoom_in(self) -> None:
        """The next larger zoom."""
        self.set_zoom(next((zoom for zoom in ZOOMS if zoom > self.zoom + 0.01), ZOOMS[-1]))

    def zoom_out(self) -> None:
        """The next smaller zoom."""
        self.set_zoom(next((zoom for zoom in reversed(ZOOMS) if zoom < self.zoom - 0.01), ZOOMS[0]))

    def fit_width(self) -> None:
        """As wide as the view, and so it stays when the window grows."""
        self._fit = True
        widest = max((width for width, _height in self.pdf.sizes), default=1.0)
        room = self.viewport().width() - theme.space(8)
        self._apply(max(0.2, min(2.0, room / (widest * SCREEN_DPI / POINTS_PER_INCH))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages and zoom by keyboard."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        zooms = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit_width,
        }
        if event.key() in steps:
            self.go_to_page(self.current_page() + steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to_page(0 if event.key() == Qt.Key.Key_Home else self.page_count() - 1)
        elif control and event.key() in zooms:
            zooms[Qt.Key(event.key())]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the width fitted."""
        super().resizeEvent(event)
        if self._fit:
            self.fit_width()

    def _apply(self, zoom: float) -> None:
        page = self.current_page()
        self.zoom = zoom
        self._sheets.set_zoom(zoom)
        self.go_to_page(page)
        self.moved.emit()

    def _on_scrolled(self) -> None:
        self.moved.emit()


def paint_pages(pdf: Pdf, painter: QPainter, new_page, dpi: int) -> None:
    """Draw all pages onto a printer's painter, `new_page()` between them."""
    for page, (width, height) in enumerate(pdf.sizes):
        if page:
            new_page()
        size = QPointF(width * dpi / POINTS_PER_INCH, height * dpi / POINTS_PER_INCH)
        painter.drawImage(QRectF(0, 0, size.x(), size.y()), pdf.render(page, dpi / POINTS_PER_INCH))
