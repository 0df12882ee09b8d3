"""The window: sidebar, top bar, the pages, status line. It routes and shows, and knows no page's business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from zhaohu import __version__
from zhaohu.i18n import _
from zhaohu.ui import icons, theme
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.job_bar import JobBar
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.search_box import Suggestion
from zhaohu.ui.widgets.sidebar import Sidebar
from zhaohu.ui.widgets.top_bar import TopBar
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_tone


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page the shell can open.

    Args:
        key: Its address; `key/argument` says which child, or narrows a list.
        title: What the top bar and the sidebar say.
        icon: Icon name.
        factory: Makes the page when it is first opened. A page with `under` is made anew at each opening, and its
            factory gets the argument of the address, such as a child's id.
        under: The key of the page it lies under; such a page is not in the sidebar and has a way back.
    """

    key: str
    title: str
    icon: str
    factory: Callable[..., Page]
    under: str = ""


class Shell(QMainWindow):
    """The main window.

    Args:
        pages: All pages; the first is opened by `open_first`.
        title: The window's title, such as the station's name.
        user: The name of the person who is logged in.
        role: Their role in words.
        search: Finds children for the box at the top; none, no box. A chosen key is emitted as `chosen`.
        runner: Runs long work; its progress is shown above the status line.

    Signals:
        chosen(key): A suggestion of the search box was taken.
        lock_wanted, log_out_wanted, about_wanted: Asked for by the person.
        language_wanted(code), look_wanted(theme), scale_wanted(percent): Chosen by the person; whoever made the
            window applies and remembers them (language and type size need a new window).
        idle_wanted(minutes): After how long without input the screen is to be locked.
        restore_wanted(file): A backup is to be brought back, an empty path for one that is chosen then; whoever made
            the window closes it and the database first.
        key_change_wanted: The database key is to be changed; likewise.
        help_wanted(key): F1 on a page.
        closed: The window was closed.
    """

    chosen = Signal(str)
    lock_wanted = Signal()
    log_out_wanted = Signal()
    about_wanted = Signal()
    language_wanted = Signal(str)
    look_wanted = Signal(str)
    scale_wanted = Signal(int)
    idle_wanted = Signal(int)
    restore_wanted = Signal(str)
    key_change_wanted = Signal()
    help_wanted = Signal(str)
    closed = Signal()

    def __init__(
        self,
        pages: Sequence[PageSpec],
        *,
        title: str,
        user: str,
        role: str = "",
        search: Callable[[str], Sequence[Suggestion]] | None = None,
        runner: Runner | None = None,
    ) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setMinimumSize(theme.frame("minimum_width"), theme.frame("minimum_height"))
        self.resize(theme.frame("start_width"), theme.frame("start_height"))
        self._specs = {spec.key: spec for spec in pages}
        self._made: dict[str, Page] = {}
        self._address = ""
        self._top_address = next(iter(self._specs))
        self.runner = runner or Runner(self)
        top = [(spec.key, spec.title, spec.icon) for spec in pages if not spec.under]
        self.sidebar = Sidebar(top, _("Zhaohu"))
        self.top_bar = TopBar(user, role, search)
        self._stack = QStackedWidget()
        self._status = label()
        self._passing = label()
        self._asks_page = True
        self.alert = button("", self._on_alert, kind="link")
        self._alert_address = ""
        self._build()
        self._connect()

    def _build(self) -> None:
        foot = row(self._status, self.alert, STRETCH, self._passing, label(f"v{__version__}  ·  F1"), gap=2)
        self.alert.hide()
        foot.setContentsMargins(theme.space(6), 0, theme.space(4), 0)
        status_line = panel(foot)
        status_line.setObjectName("statusLine")
        status_line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        status_line.setFixedHeight(theme.size("status_line"))
        right = column(self.top_bar, gap=0)
        right.addWidget(self._stack, 1)
        right.addWidget(JobBar(self.runner))
        right.addWidget(status_line)
        whole = row(self.sidebar, gap=0)
        whole.addLayout(right, 1)
        self.setCentralWidget(panel(whole))

    def _connect(self) -> None:
        bar = self.top_bar
        self.sidebar.picked.connect(self.open)
        bar.search.chosen.connect(self.chosen)
        bar.back.connect(self.back)
        bar.lock.connect(self.lock_wanted)
        bar.log_out.connect(self.log_out_wanted)
        bar.about.connect(self.about_wanted)
        bar.language.connect(self.language_wanted)
        bar.look.connect(self.look_wanted)
        bar.scale.connect(self.scale_wanted)
        for keys, slot in (
            ("Ctrl+K", self.focus_search),
            ("Ctrl+L", self.lock_wanted.emit),
            ("F1", self._on_help),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # -- pages

    def open_first(self) -> None:
        """Open the first page of the sidebar."""
        self.open(next(iter(self._specs)))

    def open(self, address: str) -> bool:
        """Open a page by `key` or `key/argument`, unless the present one holds the person back.

        Returns:
            Whether it is open now.

        Raises:
            KeyError: There is no such page.
        """
        key, _slash, argument = address.partition("/")
        spec = self._specs[key]
        before = self.page()
        if before is not None and address != self._address and not before.may_leave():
            self.sidebar.mark(self._top_key(self._address))
            return False
        page = self._page_for(spec, argument, fresh=address != self._address)
        self._address = address
        if not spec.under:
            self._top_address = address
            page.take_argument(argument)
        self._stack.setCurrentWidget(page)
        self._drop_left_pages(page)
        self.sidebar.mark(self._top_key(address))
        self.top_bar.set_title(spec.title, back=bool(spec.under))
        page.focus_first()
        return True

    def page(self) -> Page | None:
        """The page that is open."""
        page = self._stack.currentWidget()
        return page if isinstance(page, Page) else None

    def address(self) -> str:
        """The address of the open page."""
        return self._address

    def back(self) -> None:
        """From a page to where it says it belongs, else to the sidebar's page that was open last."""
        page = self.page()
        if page is not None and self._specs[self._address.partition("/")[0]].under:
            self.open(page.way_back() or self._top_address.partition("/")[0])

    def _page_for(self, spec: PageSpec, argument: str, *, fresh: bool) -> Page:
        page = self._made.get(spec.key)
        if page is None or (spec.under and fresh):
            page = spec.factory(argument) if spec.under else spec.factory()
            page.go.connect(self.open)
            self._made[spec.key] = page
            self._stack.addWidget(page)
        return page

    def _drop_left_pages(self, current: Page) -> None:
        """Pages that lie under another are made anew each time; the ones left behind go."""
        kept = {id(current)} | {id(page) for key, page in self._made.items() if not self._specs[key].under}
        for widget in [self._stack.widget(at) for at in range(self._stack.count())]:
            if id(widget) not in kept and isinstance(widget, Page):
                self._made = {key: page for key, page in self._made.items() if page is not widget}
                self._stack.removeWidget(widget)
                widget.release()
                widget.deleteLater()

    def _top_key(self, address: str) -> str:
        key = address.partition("/")[0]
        while key and self._specs[key].under:
            key = self._specs[key].under
        return key

    # -- frame

    def set_status(self, *parts: str) -> None:
        """The words of the status line, joined by dots."""
        self._status.setText("  ·  ".join(part for part in parts if part))

    def set_alert(self, text: str, tone: str, address: str) -> None:
        """Behind the status line's words, a few more on something to be seen to, which lead there; empty hides them."""
        self._alert_address = address
        self.alert.setText(text)
        set_tone(self.alert, tone)
        self.alert.setIcon(icons.icon(TONE_ICONS[tone], tone or "quiet"))
        self.alert.setVisible(bool(text))

    def set_passing(self, text: str) -> None:
        """At the right of the status line, what holds for a minute or so; empty takes it away."""
        self._passing.setText(text)

    def set_badge(self, key: str, n: int) -> None:
        """A number behind a page's name in the sidebar, 0 for none."""
        self.sidebar.set_badge(key, n)

    def focus_search(self) -> None:
        """Go to the search box with its text marked."""
        self.top_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top_bar.search.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the sidebar in a narrow window."""
        super().resizeEvent(event)
        self.sidebar.fold(event.size().width() < theme.scaled(theme.frame("fold_under")))

    def draw_curtain(self, text: str) -> None:
        """Hide everything behind a sentence; for the moment before the window is closed."""
        self.centralWidget().hide()
        curtain = panel(row(STRETCH, IconLabel("lock"), label(text, "section"), STRETCH, gap=3), self)
        curtain.setGeometry(self.rect())
        curtain.show()

    def close_now(self) -> None:
        """Close without asking the page; what was typed on it is kept or lost before."""
        self._asks_page = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask the page, stop the work, then close."""
        page = self.page()
        if self._asks_page and page is not None and not page.may_leave():
            event.ignore()
            return
        self.hide()  # what is under way may take a while to stop
        for made in self._made.values():
            made.release()
        self.runner.close()
        self.closed.emit()
        super().closeEvent(event)

    def _on_alert(self) -> None:
        self.open(self._alert_address)

    def _on_help(self) -> None:
        self.help_wanted.emit(self._address.partition("/")[0])


__all__ = ["PageSpec", "Shell", "Suggestion"]
