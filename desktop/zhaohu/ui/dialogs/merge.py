"""Two children side by side who may be one: choose field by field and merge them, or say that they are two."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_date, ngettext
from zhaohu.records.codes import label as code_label
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.duplicates import duplicates, merging
from zhaohu.services.duplicates.duplicate_rows import OneChild
from zhaohu.services.duplicates.duplicates import LONGEST_REASON, Pair
from zhaohu.services.duplicates.merging import Comparison, FieldPair
from zhaohu.ui import theme
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel, row, scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.side_by_side import SideBySide
from zhaohu.ui.widgets.words import label, mark, set_kind, show_if

GRADE_TONES = {"sure": "danger", "likely": "attention", "possible": ""}


class MergeDialog(QDialog):
    """Asks what becomes of two children who are alike; `MergeDialog.ask(...)`.

    Args:
        parent: The window it belongs to.
        desk: Who decides.
        runner: Merges in its one-after-another lane.
        pair: The two, and why they are thought to be one.
        found: What is known of both.

    Signals:
        decided(words): They were merged or told apart, said in a sentence; the window is closed then.
    """

    decided = Signal(str)

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, pair: Pair, found: Comparison) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_kind(self, "page")
        self._desk, self._runner, self._pair, self._found = desk, runner, pair, found
        self._busy = False
        self.setWindowTitle(_("One child or two?"))
        self.notice = Notice()
        self.merge_button = button(_("Merge"), self.merge, kind="primary", shortcut="Ctrl+S")
        self.apart_button = button(_("They are two children"), self.tell_apart)
        self._cancel = button(_("Cancel"), self.reject)
        differing = [one for one in found.fields if one.differs]
        self.choices = SideBySide(
            (_heading(pair.one), _heading(pair.other)),
            [(one.field, one.title, one.kept, one.other, one.proposed) for one in differing],
        )
        self._same = panel(_lines([(one.title, one.kept) for one in _same(found.fields)]))
        self._fold = button("", self._toggle, kind="link")
        self._build()
        may = desk.person.role in WRITERS
        self.merge_button.setEnabled(may and not found.problem)
        self.apart_button.setEnabled(may)
        self.notice.say(found.problem, "attention")
        self.choices.completed.connect(self._on_completed)

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        desk: Desk,
        runner: Runner,
        pair: Pair,
        found: Comparison,
        decided: Callable[[str], object],
    ) -> MergeDialog:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, desk, runner, pair, found)
        dialog.decided.connect(decided)
        dialog.open()
        dialog.choices.focus_first()
        return dialog

    def _build(self) -> None:
        grade = self._pair.grade
        why = row(mark(duplicates.grade_label(grade), GRADE_TONES[grade]), gap=2)
        why.addWidget(label(_("Why: {reason}").format(reason=self._pair.reason), "soft", wrap=True), 1)
        sheet = column(self.choices, row(self._fold, STRETCH), self._same, gap=3)
        if self._found.counts:
            lines = [(title, f"{mine} + {theirs}") for title, mine, theirs in self._found.counts]
            sheet.addWidget(Card(_("Records of the two"), _lines(lines)))
        for words in self._found.notes:
            sheet.addWidget(Notice(words, "accent"))
        sheet.addStretch(1)
        said = _(
            "Merging keeps one record with what is chosen above. All visits, measurements, classes, consents and "
            "caregivers of both stand in it, the other record is hidden, and its old links lead here. It can be undone."
        )
        outer = column(label(self.windowTitle(), "title"), why, self.notice, gap=3, margin=6)
        outer.addWidget(scrolled(panel(sheet)), 1)
        outer.addWidget(label(said, "note", wrap=True))
        outer.addLayout(row(self.apart_button, STRETCH, self._cancel, self.merge_button))
        self.setLayout(outer)
        self._same.hide()
        self._say_fold()
        screen = self.screen().availableGeometry().size()
        wanted = self.sizeHint().expandedTo(self.minimumSizeHint())
        wide = max(wanted.width(), 2 * theme.size("field_long"))
        tall = wanted.height() + sheet.sizeHint().height()
        self.resize(min(wide, screen.width() * 9 // 10), min(tall, screen.height() * 9 // 10))

    def merge(self) -> None:
        """Merge them as chosen."""
        if self._busy or not self.merge_button.isEnabled():
            return
        self._set_busy(True)
        taken, found = self.choices.chosen(), self._found
        self._runner.run(
            lambda _context: merging.merge(self._desk, found.kept_id, found.other_id, taken),
            title=self.windowTitle(),
            on_result=self._on_merged,
            on_error=self._on_error,
            writes=True,
        )

    def tell_apart(self) -> None:
        """Ask why they are two, and remember it."""
        form = Form()
        form.section()
        form.add("reason", _("Reason"), TextField(width="field_long", max_length=LONGEST_REASON))
        asked = FormDialog.ask(
            self,
            self._runner,
            form.finish(),
            title=_("They are two children"),
            lead=_("The two are not shown again unless a name, sex, birth date or number of one of them changes."),
            do=_("Remember"),
            save=lambda values: duplicates.tell_apart(
                self._desk, self._pair.one.id, self._pair.other.id, str(values["reason"] or "")
            ),
        )
        asked.saved.connect(self._on_told_apart)

    def reject(self) -> None:
        """Escape and Cancel; not while it is being saved."""
        if not self._busy:
            super().reject()

    def _on_completed(self) -> None:
        self.merge_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_merged(self, _merge_id: object) -> None:
        self._busy = False
        words = _("The two records of {name} are one now. It can be undone under “Earlier decisions”.")
        named = self._pair.other if self.choices.chosen().get("name") == "other" else self._pair.one
        self.decided.emit(words.format(name=named.name))
        self.accept()

    def _on_told_apart(self, _remark_id: object) -> None:
        words = _("{one} and {other} are remembered as two children.")
        self.decided.emit(words.format(one=self._pair.one.name, other=self._pair.other.name))
        self.accept()

    def _on_error(self, error: Exception) -> None:
        self._set_busy(False)
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        for one in (self.merge_button, self.apart_button, self._cancel):
            one.setEnabled(not busy)
        self.notice.say("")

    def _toggle(self) -> None:
        show_if(self._same, self._same.isHidden())
        self._say_fold()

    def _say_fold(self) -> None:
        n = len(_same(self._found.fields))
        words = ngettext("Show {n} particular that is the same", "Show {n} particulars that are the same", n)
        self._fold.setText(words.format(n=n) if self._same.isHidden() else _("Hide what is the same"))


def _heading(child: OneChild) -> tuple[str, str]:
    """Who it is, and what else tells one from the other."""
    parts = (
        code_label(child.status),
        _("registered {day}").format(day=format_date(child.registered_on)),
        child.village,
        f"{child.caregiver} {child.phone}".strip(),
    )
    return child.name, " · ".join(part for part in parts if part)


def _same(fields: tuple[FieldPair, ...]) -> list[FieldPair]:
    """What both say; what neither knows says nothing."""
    return [one for one in fields if not one.differs and one.kept]


def _lines(pairs: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(theme.space(2))
    grid.setColumnStretch(1, 1)
    for at, (title, words) in enumerate(pairs):
        grid.addWidget(label(title, "soft"), at, 0)
        grid.addWidget(label(words, wrap=True), at, 1)
    return grid
