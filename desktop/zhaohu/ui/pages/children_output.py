"""The list of children on paper and in files: a menu of what can be made of the list shown, or of the marked ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exports import EXPORTERS
from zhaohu.services.register import child_exports, child_list
from zhaohu.services.register.child_list import ChildFilter, ChildRow, Sort
from zhaohu.ui import icons, theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.label_sheets import ask_labels
from zhaohu.ui.file_names import file_name
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_long_paper
from zhaohu.ui.widgets.buttons import PushButton
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import set_kind, show_if

_MANY_LABELS = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the list: the question behind it, all numbers and the marked ones, and the columns."""

    filter: ChildFilter
    sort: Sort
    descending: bool
    numbers: Sequence[int]
    chosen: Sequence[int]
    columns: Sequence[Column]


class OutputButton(PushButton):
    """The button with the menu.

    Args:
        page: Runs the work, and whose keys reach the menu.
        desk: Who asks.
        shown: Gives the list as it stands.
    """

    def __init__(self, page: LoadingPage, desk: Desk, shown: Callable[[], Shown]) -> None:
        super().__init__(_("Export and print"))
        self._page, self._desk, self._shown = page, desk, shown
        set_kind(self, "flat")
        self.setIcon(icons.icon("export"))
        self.setIconSize(QSize(theme.size("icon"), theme.size("icon")))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)
        self._print = QAction(_("Print the register"), page)
        self._print.setShortcut(QKeySequence("Ctrl+P"))
        self._print.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._print.triggered.connect(self.print_register)
        if desk.person.role in WRITERS:
            page.addAction(self._print)
        show_if(self, desk.person.role in EXPORTERS)

    def fill(self) -> None:
        """Offer what can be made now."""
        shown, menu = self._shown(), self._menu
        menu.clear()
        for numbers, words in self._parts(shown):
            menu.addAction(
                icons.icon("spreadsheet"),
                _("Spreadsheet: {children}").format(children=words),
                partial(self.export, numbers),
            )
        if self._desk.person.role not in WRITERS:
            return
        menu.addSeparator()
        self._print.setIcon(icons.icon("print"))
        menu.addAction(self._print)
        for numbers, words in self._parts(shown):
            text = _("QR labels for the handbooks: {children}").format(children=words)
            menu.addAction(icons.icon("print"), text, partial(self.print_labels, numbers))

    def actions_by_text(self) -> dict[str, QAction]:
        """What the menu offered last."""
        return {action.text(): action for action in self._menu.actions() if action.text()}

    @staticmethod
    def _parts(shown: Shown) -> list[tuple[Sequence[int], str]]:
        n, chosen = len(shown.numbers), len(shown.chosen)
        marked = ngettext("the {n} marked", "the {n} marked", chosen).format(n=format_number(chosen))
        whole = ngettext("the one shown", "all {n} shown", n).format(n=format_number(n))
        return [*([(shown.chosen, marked)] if chosen > 1 else []), (shown.numbers, whole)]

    # -- what is made

    def export(self, numbers: Sequence[int]) -> None:
        """Save these children as a spreadsheet, with the columns as they are shown."""
        name, columns, desk = _("Children"), tuple(self._shown().columns), self._desk
        title, kinds = _("Save this list as a spreadsheet"), _("Spreadsheets (*.xlsx)")
        suggested = file_name(desk.site.code, name, desk.today, ending=".xlsx")
        place = ask.save_file(self._page.window(), title, suggested, kinds)
        if place is None:
            return

        def cells(child: ChildRow) -> list[Any]:
            return [column.value(child) for column in columns]

        def work(context: JobContext) -> int:
            return child_exports.export_children(
                desk,
                numbers,
                name=name,
                headings=[column.title for column in columns],
                cells=cells,
                place=place,
                progress=context.advance,
            )

        self._page.act(work, self._on_exported, title=_("Writing the spreadsheet"))

    def _on_exported(self, withheld: int) -> None:
        if withheld:
            words = ngettext(
                "{n} family refused that its data are handed on: its names and numbers are not in the file.",
                "{n} families refused that their data are handed on: their names and numbers are not in the file.",
                withheld,
            )
            ask.message(self._page.window(), _("Saved"), words.format(n=format_number(withheld)))

    def print_register(self) -> None:
        """Show the register of the children shown, ready to print."""
        shown, desk = self._shown(), self._desk

        def make(context: JobContext) -> bytes:
            from zhaohu.services.register.register_papers import print_register

            return print_register(desk, shown.filter, shown.sort, shown.descending, progress=context.advance)

        if shown.numbers:
            self._show(make, _("Register of children"))

    def print_labels(self, numbers: Sequence[int]) -> None:
        """Show QR labels of these children, ready to print."""
        desk, n = self._desk, format_number(len(numbers))
        if len(numbers) > _MANY_LABELS:
            text = _("These are labels for {n} children. Narrow the list to print fewer.").format(n=n)
            if not ask.confirm(self._page.window(), _("Print so many labels?"), text, do=_("Prepare them")):
                return

        ask_labels(
            self._page, desk, lambda: [child.id for child in child_list.rows(desk, numbers)], title=_("QR labels")
        )

    def _show(self, make: Callable[[JobContext], bytes], title: str) -> None:
        name = file_name(self._desk.site.code, title, self._desk.today, ending=".pdf")
        show_long_paper(self._page, make, title=title, file_name=name)
