"""操作记录 in the settings: who did what and when, and whether anybody tampered with it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _, format_number, ngettext, sentences
from zhaohu.services.desk import Desk
from zhaohu.services.safety import audit_log
from zhaohu.services.safety.audit_actions import GROUPS
from zhaohu.services.safety.audit_log import AuditPage, AuditQuery, AuditRow, Tamper
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.file_names import file_name
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.date_field import DateField
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import Card, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

PAUSE_MS = 250
AT_ONCE = 2000
_BEFORE_THE_PLACE = 50
_AS_WIDE_AS_MAY_BE = 100
_DAMAGE = {
    "changed": N_("line {no} was changed"),
    "missing": N_("line {no} is missing"),
    "inserted": N_("line {no} was added by force"),
}


class AuditTab(QWidget):
    """Search, groups and days above the list; the marked line in full below it.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the reading.
    """

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self._tamper: Tamper | None = None
        self._total, self._broken = 0, 0
        self.show_place = button(_("Show the place"), self._on_show_place)
        self.notice = Notice(action=self.show_place)
        self.query = TextField(width="search", placeholder=_("What, who, child, file"))
        self.since, self.until = DateField(desk.today), DateField(desk.today)
        self.table = DataTable(
            self._columns(),
            name=_("Audit log"),
            chips=[("", _("All")), *((group.value, _(words)) for group, words in GROUPS.items())],
            empty=EmptyState(_("Nothing found"), _("No line of the log fits. Look for less, or for all days.")),
            export=self._on_export,
        )
        self.more = label("", "note")
        self.line = Card(_("The marked line"))
        self._parts = [label("", kind, wrap=True) for kind in ("strong", "", "soft")]
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._build()

    def _build(self) -> None:
        self.query.setMaximumWidth(theme.size("search"))
        bar = row()
        bar.addWidget(self.query, _AS_WIDE_AS_MAY_BE)
        for one in (label(_("from"), "soft"), self.since, label(_("until"), "soft"), self.until):
            bar.addWidget(one)
        bar.addStretch(1)
        bar.addWidget(self.more)
        named = (
            (self.query, _("Find in this list")),
            (self.since, _("From this day on")),
            (self.until, _("Until this day")),
        )
        for field, name in named:
            field.set_name(name)
            field.changed.connect(self._pause.start)
        for part in self._parts:
            self.line.body.addWidget(part)
        layout = column(self.notice, bar, gap=3)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.line)
        self.setLayout(layout)
        self._on_picked(None)
        self._pause.timeout.connect(self.reload)
        self.table.filtered.connect(self.reload)
        self.table.picked.connect(self._on_picked)

    def showEvent(self, event: QShowEvent) -> None:
        """Lines come by themselves: read anew whenever the tab is opened."""
        super().showEvent(event)
        if not event.spontaneous():
            self.reload()
            self._page.fetch(self._check, self._show_tamper, part="audit chain")

    def reload(self, place: int = 0) -> None:
        """Read what the filters want.

        Args:
            place: A line to begin shortly before, instead of the newest.
        """
        self._pause.stop()
        wanted = self.wanted()
        offset = max(0, self._total - place - _BEFORE_THE_PLACE) if place else 0

        def show(found: AuditPage) -> None:
            self._show(found, wanted, place)

        self._page.fetch(lambda: audit_log.search(self._desk, wanted, AT_ONCE, offset), show, part="audit")

    def wanted(self) -> AuditQuery:
        """What the filters say."""
        return AuditQuery(
            text=self.query.text(),
            group=self.table.chips.current(),
            since=self.since.value(),
            until=self.until.value(),
        )

    def _show(self, found: AuditPage, wanted: AuditQuery, place: int) -> None:
        if wanted == AuditQuery():
            self._total = found.total
        self.table.set_rows(found.rows)
        self._mark_broken()
        cut = found.total > len(found.rows)
        words = _("{shown} of {all} lines; narrow the search to see others")
        shown, everything = format_number(len(found.rows)), format_number(found.total)
        self.more.setText(words.format(shown=shown, all=everything) if cut else "")
        if place:
            at = next((n for n, line in enumerate(self.table.rows()) if line.no == self._broken), 0)
            self.table.view.choose_row(at)
            self.table.view.setFocus()

    def _check(self) -> tuple[Tamper | None, int]:
        return audit_log.first_tampered(self._desk), audit_log.search(self._desk, limit=1).total

    def _show_tamper(self, checked: tuple[Tamper | None, int]) -> None:
        found, lines = checked
        self._tamper = found
        self._mark_broken()
        show_if(self.show_place, found is not None)
        if found is None:
            words = ngettext(
                "The log is whole: {n} line, nothing changed, removed or added.",
                "The log is whole: {n} lines, nothing changed, removed or added.",
                lines,
            )
            self.notice.say(words.format(n=format_number(lines)), "done")
            return
        what = _(_DAMAGE[found.damage]).format(no=format_number(found.no))
        words = _("The log was tampered with: {what}. What follows is not certain. Tell the guidance center.")
        since = _("Certain until {moment}.").format(moment=_moment(found.at)) if found.at else ""
        self.notice.say(sentences((words.format(what=what), since)), "danger")

    def _mark_broken(self) -> None:
        """Find which of the lines shown stands at the broken place; 0 for none."""
        first = self._tamper.no if self._tamper is not None else None
        following = (line.no for line in self.table.rows() if first is not None and line.no >= first)
        self._broken = min(following, default=0)
        self.table.view.viewport().update()

    def _on_show_place(self) -> None:
        if self._tamper is None:
            return
        with self._page.filling():
            for field in (self.query, self.since, self.until):
                field.set_value(None)
            self.table.chips.choose("")
        self.reload(self._tamper.no)

    def _on_picked(self, line: AuditRow | None) -> None:
        if line is None:
            for one, text in zip(self._parts, ("", _("Mark a line to read it in full."), ""), strict=True):
                one.setText(text)
            return
        number = _("No. {n}").format(n=format_number(line.no))
        who = line.person if line.person == line.account else f"{line.person} ({line.account})"
        head = "  ·  ".join((number, line.at[:19].replace("T", " "), who, line.words))
        for one, text in zip(self._parts, (head, line.subject, line.detail), strict=True):
            one.setText(text)

    def _on_export(self, _titles: list[str], _rows: list[list[object]]) -> None:
        """All lines that fit, not only those that are loaded."""
        suggested = file_name(self._desk.site.code, _("Audit log"), self._desk.today, ending=".xlsx")
        title, kinds = _("Save this list as a spreadsheet"), _("Spreadsheets (*.xlsx)")
        place = ask.save_file(self.window(), title, suggested, kinds)
        if place is None:
            return
        wanted = self.wanted()
        self._page.act(
            lambda _context: audit_log.export(self._desk, wanted, place),
            self._on_exported,
            title=_("Writing the spreadsheet"),
        )

    def _on_exported(self, n: int) -> None:
        words = ngettext("{n} line is in the spreadsheet.", "{n} lines are in the spreadsheet.", n)
        self.more.setText(words.format(n=format_number(n)))

    def _columns(self) -> list[Column]:
        return [
            Column(
                _("No."),
                lambda line: line.no,
                text=format_number,
                width=10,
                tone=lambda line: "danger" if line.no == self._broken else "",
                icon=lambda line: "danger" if line.no == self._broken else "",
                hint=lambda line: _("From here on the log is not certain.") if line.no == self._broken else "",
            ),
            Column(_("Time"), lambda line: line.at, text=_moment, width=17),
            Column(_("Who"), lambda line: line.person, width=12, hint=lambda line: line.account),
            Column(_("What"), lambda line: line.words, width=22),
            Column(_("About"), lambda line: line.subject, width=30, hint=lambda line: line.subject),
            Column(_("Details"), lambda line: line.detail, width=0, hint=lambda line: line.detail),
        ]


def _moment(stamp: str) -> str:
    return stamp[:16].replace("T", " ")
