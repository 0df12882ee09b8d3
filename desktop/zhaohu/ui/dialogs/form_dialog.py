"""A form in a window: it is checked, saved off the GUI thread, and a refusal stands beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.care.drafts import DraftView
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.drafting import DraftKeeper
from zhaohu.ui.jobs import Job, JobContext, Runner
from zhaohu.ui.widgets import form_fields
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import Field
from zhaohu.ui.widgets.file_field import FileField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, Card, column, row, scrolled
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label, set_kind

Save = Callable[[dict[str, Any]], Any]


class SideColumn(Card):
    """A second column that adds to the form's values."""

    def values(self) -> dict[str, Any]:
        """Override: what it adds; plain JSON."""
        raise NotImplementedError

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Override: show what a draft kept of it."""
        raise NotImplementedError


class FormDialog(QDialog):
    """Asks for the values of a form; `FormDialog.ask(...)`.

    Args:
        parent: The window it belongs to.
        runner: Saves in its one-after-another lane.
        form: The fields, already filled in.
        title: What is done here.
        do: The verb on the button that does it.
        save: Called off the GUI thread with the form's values; a `Refused` whose details name a `field` is shown
            there, any other in a banner, and the window stays.
        lead: A sentence above the fields.
        side: A second column; whoever makes it connects it to `touch`.
        draft: Where what is typed is kept until it is saved; `save` makes it go in its transaction.
        scrolls: The form may be higher than the screen.

    Attributes:
        cancelled: For `save`, when it takes long: whether the person wants it to stop. It raises `Cancelled` then.

    Signals:
        saved(result): What `save` returned; the window is closed then.
    """

    saved = Signal(object)

    def __init__(
        self,
        parent: QWidget | None,
        runner: Runner,
        form: Form,
        *,
        title: str,
        do: str,
        save: Save,
        lead: str = "",
        side: SideColumn | None = None,
        draft: DraftPlace | None = None,
        scrolls: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        set_kind(self, "page")
        self.form, self._runner, self._save, self._side = form, runner, save, side
        self._title, self._busy, self._touched = title, False, False
        self._job: Job | None = None
        self.cancelled: Callable[[], bool] = bool
        self.notice = Notice()
        self.do_button = button(do, self.try_save, kind="primary", shortcut="Ctrl+S")
        self._cancel = button(_("Cancel"), self.reject)
        self.keeper = self._make_keeper(draft) if draft is not None else None
        self._build(title, lead, scrolls=scrolls)
        form.changed.connect(self.touch)
        form.completed.connect(self._on_completed)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.try_save)
        if draft is not None and self.keeper is not None:
            self.keeper.begin(draft.find())

    def _make_keeper(self, draft: DraftPlace) -> DraftKeeper:
        parts = [part for part in (self.form, self._side, self.do_button) if part is not None]
        keeper = DraftKeeper(self, self._runner, draft, self._state, parts)
        keeper.taken.connect(self._take_up)
        keeper.decided.connect(self.focus_first)
        return keeper

    def _build(self, title: str, lead: str, *, scrolls: bool) -> None:
        body = row(scrolled(self.form) if scrolls or self._side is not None else self.form, gap=4)
        if self._side is not None:
            body.addWidget(self._side, 1)
        keeper = self.keeper
        head = [label(title, "title"), *([label(lead, "soft", wrap=True)] if lead else [])]
        outer = column(*head, *([keeper.offer, keeper.fault] if keeper else []), self.notice, gap=4, margin=6)
        outer.addLayout(body, 1)
        outer.addLayout(row(*([keeper.note] if keeper else []), STRETCH, self._cancel, self.do_button))
        self.setLayout(outer)
        self.setMinimumWidth(max(theme.size("dialog"), outer.minimumSize().width()))
        if self._side is not None:
            self.resize(self._fitting(2 * theme.size("detail")))
        elif scrolls:
            self.resize(self._fitting(theme.space(24)))

    @classmethod
    def ask(
        cls,
        parent: QWidget | None,
        runner: Runner,
        form: Form,
        *,
        title: str,
        do: str,
        save: Save,
        lead: str = "",
        side: SideColumn | None = None,
        draft: DraftPlace | None = None,
    ) -> FormDialog:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, runner, form, title=title, do=do, save=save, lead=lead, side=side, draft=draft)
        dialog.open()
        dialog.focus_first()
        return dialog

    def focus_first(self) -> None:
        """Give the keyboard to the offer of a draft, else to the first open field."""
        if self.keeper is not None and self.keeper.is_offering():
            self.keeper.focus()
        else:
            self.form.go_to(next(name for name, field in self.form.fields.items() if not field.is_read_only()))

    def event(self, event: QEvent) -> bool:
        """Grow for words and options that take more lines than a window of its first width was given room for."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize) and (layout := self.layout()) is not None:
            high = self.screen().availableGeometry().height() * 9 // 10
            needs = min(layout.totalHeightForWidth(self.width()), high)
            if self.height() < needs:
                self.resize(self.width(), needs)
        return done

    def make_room(self) -> None:
        """Of a form that scrolls: grow for what was added to it, as far as the screen has room."""
        if (layout := self.form.layout()) is not None:
            layout.activate()
        self.resize(self._fitting(theme.space(24)).expandedTo(self.size()))

    def _fitting(self, beside: int) -> QSize:
        """Room for the form and what stands beside and around it, as far as the screen has it."""
        needs, screen = self.form.sizeHint(), self.screen().availableGeometry().size()
        spare = theme.size("tile") + 2 * theme.size("option")  # what stands around, and options in further lines
        wide = QSize(needs.width() + beside, needs.height() + spare)
        return wide.boundedTo(QSize(screen.width() * 9 // 10, screen.height() * 9 // 10))

    def try_save(self) -> None:
        """Save what was entered, or say what is wrong with it."""
        if self._busy or (self.keeper is not None and self.keeper.is_offering()) or not self.may_save():
            return
        self._set_busy(True)
        if self.keeper is not None:
            self.keeper.stop()
        values = {**self.form.values(), **(self._side.values() if self._side is not None else {})}
        self._job = self._runner.run(
            lambda context: self._save_in(context, values),
            title=self._title,
            on_result=self._on_saved,
            on_error=self._on_error,
            on_cancelled=self._stay_open,
            writes=True,
        )

    def _save_in(self, context: JobContext, values: dict[str, Any]) -> Any:
        self.cancelled = context.cancelled
        return self._save(values)

    def may_save(self) -> bool:
        """Say what is missing or wrong; override to ask for more."""
        return self.form.check()

    def answered(self, refusal: Refused) -> bool:
        """Override: a refusal that asks something; True when the person's answer dealt with it."""
        return False

    def reject(self) -> None:
        """Escape and Cancel: ask before entered values are lost; ask what is being saved to stop, if it can."""
        if self._busy:
            if self._job is not None:
                self._job.cancel()
            return
        if self._touched:
            answer = ask.unsaved(self, _("What you have entered here is not saved yet."), self.keeper is not None)
            if answer == "save":
                self.try_save()
            if answer in ("save", "stay"):
                return
            if self.keeper is not None and not self._leave_draft(self.keeper, answer):
                return
        super().reject()

    def _leave_draft(self, keeper: DraftKeeper, answer: str) -> bool:
        if answer == "discard":
            keeper.discard()
            return True
        try:
            keeper.keep_now()
        except Refused as error:
            self.notice.say(error.message, "danger")
            return False
        return True

    def done(self, result: int) -> None:
        """Nothing more is kept when the window goes."""
        if self.keeper is not None:
            self.keeper.stop()
        super().done(result)

    def touch(self) -> None:
        """Something was entered: closing asks first. Connect the second column here."""
        self._touched = True
        if self.keeper is not None:
            self.keeper.note_change()

    def _state(self) -> dict[str, Any]:
        answers = {name: form_fields.raw(field) for name, field in self.form.fields.items() if _is_kept(field)}
        typed = {name: value for name, value in answers.items() if value is not None}
        return {"answers": typed, "more": self._side.values() if self._side is not None else {}}

    def _take_up(self, draft: DraftView) -> None:
        assert self.keeper is not None
        kept = {name: field for name, field in self.form.fields.items() if _is_kept(field)}
        answers = self.keeper.fitting(draft, kept)
        for name, field in kept.items():
            field.set_value(answers.get(name))
        if self._side is not None:
            self._side.set_values(draft.content.get("more", {}))

    def _on_completed(self) -> None:
        """Enter in the last field goes on to the second column, else saves."""
        if self._side is not None:
            self._side.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.try_save()

    def _on_saved(self, result: object) -> None:
        self._busy = False
        self.saved.emit(result)
        self.accept()

    def _stay_open(self) -> None:
        self._set_busy(False)
        if self.keeper is not None:
            self.keeper.resume()

    def _on_error(self, error: Exception) -> None:
        self._stay_open()
        if not isinstance(error, Refused):
            raise error
        if self.answered(error):
            return
        field = error.details.get("field")
        known = isinstance(field, str) and field in self.form.fields
        self.form.show_problems({str(field): error.message} if known else {})
        self.notice.say("" if known else error.message, "danger")

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.do_button.setEnabled(not busy)
        self.notice.say("")


def _is_kept(field: Field) -> bool:
    """Files are chosen anew: where one lies on a stick today says nothing about tomorrow."""
    return not isinstance(field, FileField)
