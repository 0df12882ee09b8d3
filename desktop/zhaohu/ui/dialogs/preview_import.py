"""What files of stations would bring, before they are taken in: one look, and Enter takes them in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.i18n import _, format_date, format_number, pgettext, sentences
from zhaohu.services.duplicates.duplicate_rows import OneChild
from zhaohu.services.duplicates.duplicates import grade_label
from zhaohu.services.exchange.preview import Preview
from zhaohu.ui import theme
from zhaohu.ui.dialogs.merge import GRADE_TONES
from zhaohu.ui.pages import inbox_words
from zhaohu.ui.pages.exchange_words import held_columns
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import STRETCH, column, panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.words import TONE_ICONS, label, set_kind

_GOES_IN = ("accepted", "held")


class PreviewDialog(QDialog):
    """Shows what would happen; `PreviewDialog.ask(...)`.

    Args:
        parent: The window it belongs to.
        preview: What an import of these files would do now.

    Signals:
        wanted: Take them in; the window is closed then.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None, preview: Preview) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_kind(self, "page")
        self.setWindowTitle(_("Before the import"))
        self.take_button = button(_("Take in"), self._on_take, kind="primary", shortcut="Ctrl+S")
        self.notice = Notice()
        self.files = DataTable(inbox_words.report_columns(rehearsed=True), name=_("Files"))
        self._reason = label("", wrap=True)
        self.held = DataTable(
            held_columns(with_station=True),
            name=_("Would be held"),
            empty=EmptyState(_("No record would be held"), icon="check-circle"),
        )
        self.duplicates = DataTable(
            _pair_columns(),
            name=_("Possible duplicates"),
            empty=EmptyState(_("No child seems to be at another station as well"), icon="check-circle"),
        )
        self.tabs = Tabs(self.windowTitle())
        self.tabs.add(panel(column(self.files, self._reason)), _counted(_("Files"), len(preview.reports)))
        self.tabs.add(self.held, _counted(_("Would be held"), len(preview.held)))
        self.tabs.add(self.duplicates, _counted(_("Possible duplicates"), len(preview.duplicates)))
        self._build()
        self.files.picked.connect(self._on_file)
        self._fill(preview)

    @classmethod
    def ask(cls, parent: QWidget | None, preview: Preview, wanted: Callable[[], object]) -> PreviewDialog:
        """Open the window over its parent and go on; `wanted` is called when the files are to be taken in."""
        dialog = cls(parent, preview)
        dialog.wanted.connect(wanted)
        dialog.open()
        (dialog.take_button if dialog.take_button.isEnabled() else dialog.files.view).setFocus()
        return dialog

    def _build(self) -> None:
        lead = _("Nothing is taken in yet. This is what these files would bring.")
        outer = column(label(self.windowTitle(), "title"), label(lead, "soft", wrap=True), self.notice, gap=3, margin=6)
        outer.addWidget(self.tabs, 1)
        outer.addLayout(row(STRETCH, button(_("Cancel"), self.reject), self.take_button))
        self.setLayout(outer)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self._on_take)
        screen = self.screen().availableGeometry().size()
        self.resize(
            min(5 * theme.size("field_long") // 2, screen.width() * 9 // 10),
            min(theme.size("field_long") * 6 // 5, screen.height() * 9 // 10),
        )

    def _fill(self, preview: Preview) -> None:
        self.files.set_rows(preview.reports)
        self.held.set_rows(preview.held)
        self.duplicates.set_rows(preview.duplicates)
        wrong = next((at for at, one in enumerate(preview.reports) if one.status not in ("accepted", "already_had")), 0)
        if preview.reports:
            self.files.view.choose_row(wrong)
        goes_in = any(one.status in _GOES_IN for one in preview.reports)
        self.take_button.setEnabled(goes_in)
        text, tone = inbox_words.summary(preview.reports, rehearsed=True)
        brought = sum(one.new + one.changed + one.deleted for one in preview.reports)
        more = _("They would bring {n} records that are new, changed or deleted.").format(n=format_number(brought))
        self.notice.say(sentences([text, more] if goes_in else [text]), tone)

    def _on_file(self, report) -> None:
        self._reason.setText("" if report is None else inbox_words.outcome(report))

    def _on_take(self) -> None:
        if self.take_button.isEnabled():
            self.wanted.emit()
            self.accept()


def _counted(words: str, n: int) -> str:
    return words + (f" ({format_number(n)})" if n else "")


def _pair_columns() -> list[Column]:
    return [
        Column(
            _("How sure"),
            lambda pair: grade_label(pair.grade),
            width=12,
            tone=lambda pair: GRADE_TONES[pair.grade],
            icon=lambda pair: TONE_ICONS[GRADE_TONES[pair.grade]],
        ),
        Column(_("Registered first"), lambda pair: _child(pair.one), width=30, hint=lambda pair: _child(pair.one)),
        Column(_("Registered later"), lambda pair: _child(pair.other), width=30, hint=lambda pair: _child(pair.other)),
        Column(_("Why"), lambda pair: pair.reason, width=0, hint=lambda pair: pair.reason),
    ]


def _child(child: OneChild) -> str:
    parts = [child.name, format_date(child.birth_date), child.station]
    return pgettext("between parts of a list", ", ").join(parts)
