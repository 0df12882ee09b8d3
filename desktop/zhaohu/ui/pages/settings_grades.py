"""生长评价版本 in the settings: which rules grade growth, whose grade they would change, and applying them."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.rules.growth.words import standard_title
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth import scores
from zhaohu.services.growth.score_words import grade_words, indicator_words
from zhaohu.services.growth.scores import Change, Recomputed, Standing
from zhaohu.ui.dialogs import ask
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, show_if

_Found = tuple[Standing, list[Change]]


class GradesTab(QWidget):
    """How many grades are of which version, the list of those that would change, and the button that changes them.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.
    """

    def __init__(self, desk: Desk, page: LoadingPage) -> None:
        super().__init__()
        self._desk, self._page = desk, page
        self._standing: Standing | None = None
        self._may_apply = desk.person.role in WRITERS
        self.notice = Notice(closable=True)
        self.version = label("", "strong")
        self.current, self.older = label("", "soft"), label("", "soft")
        self.apply_button = button(_("Grade by the present rules"), self.apply, kind="primary", icon="check-circle")
        show_if(self.apply_button, self._may_apply)
        self.apply_button.setEnabled(False)
        self.table = DataTable(
            _columns(),
            name=_("Grades that would change"),
            empty=EmptyState(
                _("No grade would change"),
                _("A grade stays as a family was told it. When an update grades otherwise, it is listed here first."),
                icon="growth",
            ),
            export=list_export(page, desk, _("Grades that would change")),
        )
        self.table.opened.connect(self._on_opened)
        head = row(column(self.version, row(self.current, self.older, gap=3), gap=1), STRETCH, self.apply_button, gap=4)
        layout = column(head, self.notice, gap=4)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def showEvent(self, event: QShowEvent) -> None:
        """Look anew."""
        super().showEvent(event)
        if not event.spontaneous():
            self.look()

    def look(self) -> None:
        """Count and compare, off the GUI thread."""
        self.apply_button.setEnabled(False)
        self._page.act(self._find, self._show, title=_("Comparing growth grades"), writes=False)

    def apply(self) -> None:
        """Ask, then grade everything by the present rules."""
        if self._standing is None:
            return
        changes = len(self.table.rows())
        asked = ngettext(
            "{n} grade changes. Afterwards only printed papers show what the family was told; save the list first.",
            "{n} grades change. Afterwards only printed papers show what families were told; save the list first.",
            changes,
        )
        text = asked.format(n=format_number(changes)) if changes else _("No grade changes, only decimals of scores.")
        if ask.confirm(self.window(), _("Grade by the present rules?"), text, do=_("Grade anew")):
            self.apply_button.setEnabled(False)
            self._page.act(self._recompute, self._on_applied, title=_("Grading growth"), failed=self._on_failed)

    def _find(self, context: JobContext) -> _Found:
        scores.fill_missing(self._desk, context.advance)
        return scores.standing(self._desk), scores.stale(self._desk, context.advance)

    def _recompute(self, context: JobContext) -> Recomputed:
        return scores.recompute(self._desk, context.advance)

    def _show(self, found: _Found) -> None:
        standing, changes = found
        self._standing = standing
        version = standing.version
        self.version.setText(_("Rules {engine}, tables {tables}").format(engine=version.engine, tables=version.tables))
        self.current.setText(_("Graded by them: {n} measured days").format(n=format_number(standing.current)))
        older = _("As graded by older ones: {n} measured days").format(n=format_number(standing.older))
        self.older.setText(older if standing.older else "")
        self.table.set_rows(changes)
        self.apply_button.setEnabled(standing.older > 0)

    def _on_applied(self, done: Recomputed) -> None:
        text = ngettext("{n} grade was changed.", "{n} grades were changed.", len(done.changes))
        self.notice.say(text.format(n=format_number(len(done.changes))), "done")
        self.look()

    def _on_failed(self, error: Exception) -> None:
        self.apply_button.setEnabled(True)
        raise error

    def _on_opened(self, change: Change) -> None:
        self._page.go.emit(f"child/{change.child_id}")


def _columns() -> list[Column]:
    return [
        Column(_("Child"), lambda change: change.child, width=10),
        Column(_("Date"), lambda change: change.on, width=11),
        Column(_("Indicator"), indicator_words, width=22, hint=indicator_words),
        Column(_("Standard"), _standard, width=24, hint=_standard),
        Column(_("Grade so far"), _before, width=26, hint=_before),
        Column(_("Grade by the present rules"), _after, width=0, hint=_after),
    ]


def _standard(change: Change) -> str:
    return standard_title(change.standard)


def _before(change: Change) -> str:
    return grade_words(change.before)


def _after(change: Change) -> str:
    return grade_words(change.after)
