"""A button that opens a list of choices to tick: "Village", and in it one or several villages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QWidget

from zhaohu.i18n import _
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import PushButton
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.words import set_kind

_KEY = Qt.ItemDataRole.UserRole
_FIND_FROM = 12
_MOST_LINES = 10


class PickButton(PushButton):
    """The button; Down or Space opens the list, Space or Enter ticks, Escape closes it.

    Args:
        title: What is chosen here.
        several: Any number can be ticked; else one, and ticking it again takes it away.
        usual: What is ticked when nobody chose: the button does not look pressed then.

    Signals:
        changed: A person ticked.
    """

    changed = Signal()

    def __init__(self, title: str, *, several: bool = True, usual: Sequence[str] = ()) -> None:
        super().__init__()
        self._title, self._several, self._usual = title, several, tuple(usual)
        self._options: dict[str, str] = {}
        self._wanted: tuple[str, ...] = self._usual
        self._chosen: list[str] = []
        self._popup: _Choices | None = None
        set_kind(self, "chip")
        self.setCheckable(True)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the word
        self.setIcon(icons.icon("chevron-down", "quiet"))
        self.setIconSize(QSize(theme.size("icon_small"), theme.size("icon_small")))
        self.clicked.connect(self.open_list)
        self._show_words()

    def title(self) -> str:
        """What is chosen here."""
        return self._title

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """The choices as (key, words); what was to be ticked before they were known is ticked now."""
        self._options = dict(options)
        self.choose(*self._wanted)

    def options(self) -> dict[str, str]:
        """The choices: words by key."""
        return dict(self._options)

    def chosen(self) -> tuple[str, ...]:
        """The keys that are ticked, in the order of the choices."""
        return tuple(key for key in self._options if key in self._chosen)

    def choose(self, *keys: str) -> None:
        """Tick exactly these, as far as they are among the choices; does not emit `changed`."""
        self._wanted = keys
        self._chosen = [key for key in self._options if key in keys]
        self._show_words()

    def reset(self) -> None:
        """Tick what is usual; does not emit `changed`."""
        self.choose(*self._usual)

    def is_usual(self) -> bool:
        """Whether what is ticked is what is usual."""
        return self.chosen() == self._usual

    def words(self, key: str) -> str:
        """The words of a choice."""
        return self._options.get(key, "")

    def open_list(self) -> None:
        """Show the choices under the button."""
        self._show_words()
        if self._popup is None:
            self._popup = _Choices(self)
            self._popup.ticked.connect(self._tick)
        self._popup.show_under(self, self._options, self._chosen)

    def choices(self) -> QListWidget | None:
        """The list that is open, None while none is."""
        return self._popup.list if self._popup is not None and self._popup.isVisible() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list, as in a field of choices."""
        if event.key() == Qt.Key.Key_Down:
            self.open_list()
        else:
            super().keyPressEvent(event)

    def _tick(self, key: str) -> None:
        chosen = set(self._chosen) ^ {key} if self._several else {key} - set(self._chosen)
        self.choose(*chosen)
        if self._popup is not None:
            self._popup.show_ticks(self._chosen)
            if not self._several:
                self._popup.close()
        self.changed.emit()

    def _show_words(self) -> None:
        n = len(self._chosen)
        one = self._options[self._chosen[0]] if n == 1 else ""
        self.setText((one or (f"{self._title} · {n}" if n else self._title)).replace("&", "&&"))
        self.setChecked(not self.is_usual())
        self.setAccessibleName(f"{self._title}: {', '.join(map(self.words, self._chosen))}" if n else self._title)


class _Choices(QFrame):
    """The list under the button, with a line to find in when it is long."""

    ticked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_kind(self, "popup")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Find"))
        self.line.setAccessibleName(_("Find"))
        self.line.textChanged.connect(self._narrow)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        set_kind(self.list, "bare")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._on_item)
        self.list.installEventFilter(self)
        self.setLayout(column(self.line, self.list, gap=1, margin=1))

    def show_under(self, button: QWidget, options: dict[str, str], chosen: Sequence[str]) -> None:
        """Open it below the button and inside the window."""
        self.list.clear()
        for key, words in options.items():
            item = QListWidgetItem(words, self.list)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)  # the whole line ticks
            item.setData(_KEY, key)
            item.setSizeHint(QSize(theme.size("field_short"), theme.size("option")))
        self.list.setAccessibleName(button.accessibleName())
        self.show_ticks(chosen)
        self.line.clear()
        self.line.setVisible(len(options) >= _FIND_FROM)
        self.list.setCurrentRow(0)
        lines = max(1, min(len(options), _MOST_LINES))
        self.list.setFixedHeight(lines * theme.size("option") + theme.space(1))
        widest = max((self.fontMetrics().horizontalAdvance(words) for words in options.values()), default=0)
        width = widest + theme.size("icon_large") + theme.space(6)
        self.list.setFixedWidth(min(max(width, theme.size("tile")), theme.size("detail")))
        self.adjustSize()
        window = button.window()
        corner = button.mapTo(window, QPoint(0, button.height() + theme.space(1)))
        corner.setX(max(0, min(corner.x(), window.width() - self.width() - theme.space(2))))
        self.move(window.mapToGlobal(corner))
        self.show()
        (self.line if self.line.isVisible() else self.list).setFocus()

    def show_ticks(self, chosen: Sequence[str]) -> None:
        """Tick exactly these."""
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setCheckState(Qt.CheckState.Checked if item.data(_KEY) in chosen else Qt.CheckState.Unchecked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space and Enter tick; from the line the arrows go into the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            ticks = (Qt.Key.Key_Return, Qt.Key.Key_Enter, *([Qt.Key.Key_Space] if watched is self.list else []))
            if key in ticks and self.list.currentItem() is not None:
                self._on_item(self.list.currentItem())
                return True
            if watched is self.line and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self.list.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _on_item(self, item: QListWidgetItem) -> None:
        if not item.isHidden():
            self.ticked.emit(item.data(_KEY))

    def _narrow(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        items = [self.list.item(at) for at in range(self.list.count())]
        for item in items:
            item.setHidden(wanted not in item.text().casefold())
        first = next((item for item in items if not item.isHidden()), None)
        if first is not None:
            self.list.setCurrentItem(first)
