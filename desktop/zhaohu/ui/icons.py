"""The line-icon family of `resources/icons`, drawn in token colours that follow the theme by themselves."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from zhaohu import paths
from zhaohu.ui import theme


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return paths.resource(f"icons/{name}.svg").read_text(encoding="utf-8")


def paint(painter: QPainter, rect: QRectF, name: str, ink: str = "text") -> None:
    """Draw an icon into a rectangle of a painter in a token's colour."""
    from PySide6.QtSvg import QSvgRenderer

    svg = _source(name).replace("currentColor", theme.colour(ink).name())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, rect)


class _Engine(QIconEngine):
    def __init__(self, name: str, ink: str, checked: str) -> None:
        super().__init__()
        self._name, self._ink, self._checked = name, ink, checked

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ink = self._checked if state == QIcon.State.On else self._ink
        paint(painter, QRectF(rect), self._name, "disabled" if mode == QIcon.Mode.Disabled else ink)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        result = QPixmap(size)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return result

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._ink, self._checked)


def icon(name: str, ink: str = "text", *, checked: str | None = None) -> QIcon:
    """An icon by its file name without ending.

    Args:
        name: The icon, `resources/icons/<name>.svg`.
        ink: The colour token it is drawn in.
        checked: The token for the checked state of a button; the same when not given.

    Raises:
        FileNotFoundError: There is no such icon.
    """
    _source(name)
    return QIcon(_Engine(name, ink, checked or ink))


def pixmap(name: str, ink: str = "text", *, pixels: int | None = None, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture for a label, sharp at the screen's pixel ratio."""
    side = pixels or theme.size("icon")
    result = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    paint(painter, QRectF(0, 0, side, side), name, ink)
    painter.end()
    return result
