"""The guidance hand-out before it is printed: which lines stand on it, the teacher's own words, what room is left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _, form_term, ngettext
from zhaohu.rules.guidance.library import Mark
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import hand_outs
from zhaohu.services.guidance.hand_outs import LONGEST_OWN, LONGEST_PHONE, DraftLine, HandOutDraft
from zhaohu.ui import theme
from zhaohu.ui.jobs import Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.check_table import CheckTable
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.pdf_dialog import PdfDialog
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label, set_kind

MARKS = {
    Mark.VERIFIED: N_("documents"),
    Mark.BACKGROUND: N_("to be reviewed"),
    Mark.DISTRICT: N_("district"),
}
"""How well a line is founded, in a word."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line in the list."""

    block: str
    line: DraftLine


def offer_hand_out(parent: QWidget, desk: Desk, runner: Runner, child_id: str, visit_id: str = "") -> None:
    """Open the window for a child's hand-out after a visit, or without one; what it rests on is read off the GUI."""
    opener = _Opener(parent, desk, runner, visit_id)
    runner.run(
        lambda _context: hand_outs.offer(desk, child_id, visit_id),
        title=_("Preparing the hand-out"),
        on_result=opener.open,
        on_error=opener.fail,
    )


class _Opener(QWidget):
    """Waits for the offer; goes with the window that asked."""

    def __init__(self, parent: QWidget, desk: Desk, runner: Runner, visit_id: str) -> None:
        super().__init__(parent)
        self.hide()
        self._over, self._desk, self._runner = parent, desk, runner

    @Slot(object)
    def open(self, draft: HandOutDraft) -> None:
        dialog = HandOutDialog(self._over.window(), self._desk, self._runner, draft)
        dialog.open()
        dialog.print_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()

    @Slot(object)
    def fail(self, error: Exception) -> None:
        self.deleteLater()
        raise error


class HandOutDialog(QDialog):
    """Chooses the lines of a hand-out; Enter prints the page as it is offered.

    Args:
        parent: The window it belongs to.
        desk: Who prints.
        runner: Makes the paper.
        draft: What is offered.
    """

    def __init__(self, parent: QWidget | None, desk: Desk, runner: Runner, draft: HandOutDraft) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Guidance for the family"))
        set_kind(self, "page")
        self._desk, self._runner, self._draft, self._busy = desk, runner, draft, False
        self.table = CheckTable(_columns(), name=_("Lines of the hand-out"), key=_key)
        self.own = TextField(width="field_long", max_length=LONGEST_OWN)
        self.phone = TextField(max_length=LONGEST_PHONE)
        self.room = Notice()
        self.print_button = button(_("Preview and print"), self.prepare, kind="primary", shortcut="Ctrl+P")
        self._build()
        self.table.check_model.set_rows([_Row(b.title, line) for b in draft.blocks for line in b.lines])
        self.table.check_model.set_ticked(draft.ticked)
        self.phone.set_value(draft.phone)
        self.table.check_model.toggled.connect(self._on_changed)
        self.own.changed.connect(self._on_changed)
        self.phone.changed.connect(self._on_changed)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.prepare)
        self._on_changed()

    def _build(self) -> None:
        draft = self._draft
        told = [draft.band]
        if draft.topics:
            told.append(_("guided at the visit: {topics}").format(topics=_(", ").join(map(form_term, draft.topics))))
        self.own.edit.setAccessibleName(_("Your own words"))
        self.phone.edit.setAccessibleName(_("Telephone of the station"))
        outer = column(
            label(_("Guidance for {name}").format(name=draft.page.who.child_name), "title"),
            label("  ·  ".join(told), "soft", wrap=True),
            self._head_notice(),
            gap=3,
            margin=6,
        )
        outer.addWidget(self.table, 1)
        words = row(label(_("Your own words")), gap=2)
        words.addWidget(self.own, 1)
        outer.addLayout(row(words, label(_("Telephone of the station")), self.phone, STRETCH, gap=2))
        outer.addWidget(self.room)
        outer.addLayout(row(STRETCH, button(_("Cancel"), self.reject), self.print_button))
        self.setLayout(outer)
        screen = self.screen().availableGeometry().size()
        wide = QSize(4 * theme.size("detail"), theme.size("detail") * 2)
        self.resize(wide.boundedTo(QSize(screen.width() * 9 // 10, screen.height() * 9 // 10)))

    def _head_notice(self) -> Notice:
        draft = self._draft
        if draft.refused:
            return Notice(
                _("The family refused guidance. The page tells only what the check found and when the next one is."),
                "attention",
            )
        if draft.left_out:
            text = ngettext(
                "{n} line found no room on the page and is not ticked.",
                "{n} lines found no room on the page and are not ticked.",
                draft.left_out,
            )
            return Notice(text.format(n=draft.left_out))
        return Notice()

    def ticked(self) -> list[str]:
        """Ids of the lines that are ticked, in the order of the list."""
        ticked = self.table.check_model.ticked()
        return [line.id for block in self._draft.blocks for line in block.lines if line.id in ticked]

    def _on_changed(self) -> None:
        own, phone = self.own.value() or "", self.phone.value() or ""
        free = hand_outs.spare(self._draft, self.ticked(), " ".join(own.split()), phone)
        self.print_button.setEnabled(free >= 0 and not self._busy)
        if free >= 0:
            text = ngettext("The page has room for {n} more line.", "The page has room for {n} more lines.", free)
            self.room.say(text.format(n=free), "")
        else:
            text = ngettext(
                "This is {n} line more than the page holds. Take a line off.",
                "These are {n} lines more than the page holds. Take some lines off.",
                -free,
            )
            self.room.say(text.format(n=-free), "danger")

    def prepare(self) -> None:
        """Make the page and show it before it is printed."""
        if self._busy or not self.print_button.isEnabled():
            return
        self._busy = True
        draft, lines = self._draft, self.ticked()
        own, phone = self.own.value() or "", self.phone.value() or ""
        self._runner.run(
            lambda _context: hand_outs.print_hand_out(
                self._desk, draft.child_id, draft.visit_id, lines, own_words=own, phone=phone
            ),
            title=_("Preparing the paper"),
            on_result=self._show,
            on_error=self._on_error,
            writes=True,
        )

    def _show(self, pdf: bytes) -> None:
        title, parent = _("Guidance for the family"), self.parentWidget()
        self.accept()
        PdfDialog.show_pdf(parent or self, pdf, title=title, file_name=f"{title}.pdf")

    def _on_error(self, error: Exception) -> None:
        self._busy = False
        if not isinstance(error, Refused):
            raise error
        self.room.say(error.message, "danger")


def _columns() -> list[Column]:
    return [
        Column(_("Block"), lambda one: one.block, width=18),
        Column(_("Line"), lambda one: one.line.words, width=0, hint=lambda one: one.line.words),
        Column(_("Founded on"), lambda one: _(MARKS[one.line.mark]), width=14, tone=_mark_tone),
    ]


def _mark_tone(one: _Row) -> str:
    return "quiet" if one.line.mark is Mark.BACKGROUND else ""


def _key(one: _Row) -> str:
    return one.line.id
