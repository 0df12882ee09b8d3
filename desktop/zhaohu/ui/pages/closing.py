"""满三岁结案: the children whose records can be closed, ticked, and closed together."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_date, format_number, ngettext
from zhaohu.records.codes import SiteKind
from zhaohu.records.codes import label as code_label
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.duties import state_label
from zhaohu.services.register import closing
from zhaohu.services.register.closing import ToClose
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.child_head import STATE_LOOKS
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.check_table import CheckTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if


def closing_page(desk: Desk, hub: Hub, runner: Runner, _argument: str) -> Page:
    """The page, for the shell."""
    return ClosingPage(desk, hub, runner)


def ready_words(n: int) -> str:
    """How many records can be closed, as other pages offer it."""
    return ngettext(
        "{n} child is three years old; the record can be closed.",
        "{n} children are three years old; the records can be closed.",
        n,
    ).format(n=format_number(n))


class ClosingPage(LoadingPage):
    """All of whom nothing is followed any more are ticked at first; Space takes one out or in."""

    tables = frozenset({"child", "visit", "status_change", "transfer", "follow_up"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._shown: set[str] = set()
        self._writes = desk.site.kind is SiteKind.STATION and desk.person.role in WRITERS
        lead = _("Three years old, and the last check is done or its time is over. Nothing is due after the closing.")
        self.set_heading("", lead)
        self.notice = Notice(closable=True)
        self._count = label("", "soft")
        self._all = button(_("Tick all"), self._on_all, kind="flat", icon="check")
        self._none = button(_("Tick none"), self._on_none, kind="flat")
        self.open_button = button(_("Open the child"), self._on_open, kind="flat", icon="children", shortcut="Ctrl+O")
        hint = label(_("Space ticks a child, a double click opens it.") if self._writes else "", "note")
        self.table = CheckTable(_columns(), name=_("Records that can be closed"), key=lambda one: one.child_id)
        self.table.check_model.locked = not self._writes
        self.empty = EmptyState(
            _("No record can be closed now"),
            _("Children appear here when they are three years old and the last check is done or its time is over."),
            icon="check-circle",
        )
        self.close_button = button(_("Close the records"), self._on_close, kind="primary", icon="check")
        self.close_button.setEnabled(False)
        self.set_primary(self.close_button)
        for one in (self._all, self._none, self.close_button):
            show_if(one, self._writes)
        self.body.addWidget(self.notice)
        self.body.addLayout(row(self._count, hint, STRETCH, self.open_button, self._all, self._none, gap=4))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.table.check_model.toggled.connect(self._show_count)
        self.table.opened.connect(self._on_opened)

    def refresh(self) -> None:
        """Read the list anew."""
        self.fetch(lambda: closing.to_close(self._desk), self._take)

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table

    def way_back(self) -> str:
        """The children's list."""
        return "children"

    def _take(self, rows: list[ToClose]) -> None:
        model, before = self.table.check_model, self._shown
        untouched = before - model.ticked()
        model.set_rows(rows)
        self._shown = {one.child_id for one in rows}
        followed = {one.child_id for one in rows if one.followed} - before  # closing would end what is followed
        model.set_ticked(self._shown - untouched - followed)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.open_button.setEnabled(bool(rows))
        self._show_count()
        if rows and not self.table.currentIndex().isValid():
            self.table.choose_row(0)

    def _show_count(self, _row: object = None) -> None:
        n, ticked = len(self._shown), len(self.table.check_model.ticked())
        words = _("{ticked} of {n} ticked").format(ticked=format_number(ticked), n=format_number(n)) if n else ""
        self._count.setText(words)
        self.close_button.setEnabled(bool(ticked))

    def _on_all(self) -> None:
        self.table.check_model.set_ticked(self._shown)
        self._show_count()

    def _on_none(self) -> None:
        self.table.check_model.set_ticked(())
        self._show_count()

    def _on_open(self) -> None:
        marked = self.table.current_row()
        if marked is not None:
            self._on_opened(marked)

    def _on_opened(self, one: ToClose) -> None:
        self.go.emit(f"child/{one.child_id}")

    def _on_close(self) -> None:
        chosen = sorted(self.table.check_model.ticked())
        n, day = len(chosen), self._desk.today
        title = ngettext("Close {n} record?", "Close {n} records?", n).format(n=format_number(n))
        text = _(
            "Closed on {day}: nothing is due any more, and the records can be read and printed. Each can be opened "
            "again on the child's page."
        ).format(day=format_date(day))
        if ask.confirm(self.window(), title, text, do=_("Close the records")):
            self.act(
                lambda _context: closing.close_all(self._desk, chosen, day), self._on_closed, title=_("Closing records")
            )

    def _on_closed(self, n: int) -> None:
        words = ngettext("{n} record is closed.", "{n} records are closed.", n).format(n=format_number(n))
        self.notice.say(words, "done")
        self.reload()


def _columns() -> list[Column]:
    return [
        Column(_("Child"), lambda one: one.name, width=12),
        Column(_("Sex"), lambda one: code_label(one.sex), width=6),
        Column(_("Born"), lambda one: one.birth_date, width=12),
        Column(_("Three years old on"), lambda one: one.three_on, width=14),
        Column(_("Village"), lambda one: one.village or None, width=0),
        Column(
            _("Last check"),
            lambda one: state_label(one.last_check),
            width=14,
            icon=lambda one: STATE_LOOKS[one.last_check][0],
            tone=lambda one: STATE_LOOKS[one.last_check][1],
        ),
        Column(_("Done on"), lambda one: one.checked_on, width=12),
        Column(
            _("Still followed"),
            lambda one: one.followed or None,
            text=lambda n: ngettext("{n} without outcome", "{n} without outcome", n).format(n=n),
            width=18,
            icon=lambda one: "attention" if one.followed else "",
            tone=lambda one: "attention" if one.followed else "",
        ),
    ]
