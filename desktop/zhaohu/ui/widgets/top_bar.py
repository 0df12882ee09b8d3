"""The bar above a page: way back, title, search, the person who is logged in, lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from zhaohu import i18n
from zhaohu.i18n import _
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import icon_button, press_by
from zhaohu.ui.widgets.layout import STRETCH, row
from zhaohu.ui.widgets.search_box import SearchBox, Suggestion
from zhaohu.ui.widgets.words import label, set_kind, show_if


class TopBar(QWidget):
    """Only shows and tells.

    Signals:
        back, lock, log_out, about: Asked for by the person.
        language(code), look(theme), scale(percent): Chosen in the person's menu.
    """

    back = Signal()
    lock = Signal()
    log_out = Signal()
    about = Signal()
    language = Signal(str)
    look = Signal(str)
    scale = Signal(int)

    def __init__(self, user: str, role: str, search: Callable[[str], Sequence[Suggestion]] | None) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.size("top_bar"))
        self._back = icon_button("arrow-left", _("Back"), self.back.emit)
        press_by(self._back, "Alt+Left")
        self._title = label("", "title")
        self.search = SearchBox(search or _nothing, _("Find a child  Ctrl+K"))
        show_if(self.search, search is not None)
        self._user = QToolButton()
        set_kind(self._user, "flat")
        self._user.setText(f"{user} ▼")
        self._user.setIcon(icons.icon("user"))
        self._user.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
        self._user.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._user.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._user.setAccessibleName(_("{user}: language, look, log out").format(user=user))
        self.menu = self._make_menu(role)
        self._user.setMenu(self.menu)
        self._lock = icon_button("lock", _("Lock the screen  Ctrl+L"), self.lock.emit)
        layout = row(self._back, self._title, STRETCH, self.search, self._user, self._lock, gap=2)
        layout.setContentsMargins(theme.space(6), 0, theme.space(4), 0)
        self.setLayout(layout)
        self._back.hide()

    def set_title(self, title: str, *, back: bool = False) -> None:
        """The page's title, with a way back on pages that lie under another."""
        self._title.setText(title)
        show_if(self._back, back)

    def title(self) -> str:
        """The title that is shown."""
        return self._title.text()

    def _make_menu(self, role: str) -> QMenu:
        menu = QMenu(self)
        who = menu.addAction(role)
        who.setEnabled(False)
        menu.addSeparator()
        languages = [(code, words) for code, words in i18n.LANGUAGES.items()]
        self._choices(menu, _("Language"), languages, i18n.language(), self._on_language)
        looks = [(key, _(words)) for key, words in theme.THEMES.items()]
        self._choices(menu, _("Look"), looks, theme.name(), self._on_look)
        scales = [(str(percent), f"{percent}%") for percent in theme.SCALES]
        self._choices(menu, _("Type size"), scales, str(theme.scale_percent()), self._on_scale)
        menu.addSeparator()
        menu.addAction(_("About Zhaohu"), self.about.emit)
        menu.addAction(icons.icon("log-out"), _("Log out"), self.log_out.emit)
        return menu

    def _choices(
        self, menu: QMenu, title: str, choices: Sequence[tuple[str, str]], current: str, slot: Callable
    ) -> None:
        inner = menu.addMenu(title)
        group = QActionGroup(inner)
        for key, words in choices:
            action = inner.addAction(words)
            action.setCheckable(True)
            action.setChecked(key == current)
            action.setData(key)
            group.addAction(action)
        group.triggered.connect(slot)

    def _on_language(self, action: QAction) -> None:
        self.language.emit(action.data())

    def _on_look(self, action: QAction) -> None:
        self.look.emit(action.data())

    def _on_scale(self, action: QAction) -> None:
        self.scale.emit(int(action.data()))


def _nothing(text: str) -> Sequence[Suggestion]:
    return ()
