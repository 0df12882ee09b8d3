"""Forms keep what is typed into them by themselves, and offer it when they are opened again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _, format_date, pgettext
from zhaohu.rules.identity import mask_numbers
from zhaohu.services.care import drafts
from zhaohu.services.care.drafts import DraftView
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import panel, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import label

PAUSE_MS = 2_000
LONGEST_MS = 10_000


class DraftKeeper(QObject):
    """Keeps the draft of one form: two seconds after the last key, at least every ten, and when a field is left.

    It writes off the GUI thread, never twice at once, and what is newest wins. While a draft is offered, the form's
    parts are off: nothing can be typed that would take its place.

    Args:
        parent: The page or dialog; it shows `offer` and `fault` above the form and `note` beside its button.
        runner: Writes.
        place: Where the draft is kept.
        read: Gives the form's state: `answers`, field name to value as typed, and what else it keeps; plain JSON.
        parts: What is off while a draft is offered.

    Signals:
        taken(draft): The form shows it now.
        decided: The person may fill in the form.
    """

    taken = Signal(object)
    decided = Signal()

    def __init__(
        self,
        parent: QWidget,
        runner: Runner,
        place: DraftPlace,
        read: Callable[[], dict[str, Any]],
        parts: Sequence[QWidget],
    ) -> None:
        super().__init__(parent)
        self._runner, self._place, self._read, self._parts = runner, place, read, tuple(parts)
        self._go_on = button(_("Go on with it"), self._on_go_on, icon="edit")
        self._throw = button(_("Throw it away"), self._on_throw)
        self.offer = Notice(action=panel(row(self._go_on, self._throw)))
        self.fault = Notice(closable=True)
        self.note = label("", "note")
        self._offered: DraftView | None = None
        self._aside: dict[str, Any] = {}
        self._dirty = self._running = self._stopped = self._told = self._exists = False
        self._turn = 0
        self._writing = threading.Lock()
        self._pause, self._longest = self._timer(PAUSE_MS), self._timer(LONGEST_MS)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def _timer(self, after_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(self.keep)
        return timer

    # -- a draft that was found

    def begin(self, draft: DraftView | None) -> None:
        """Offer a draft that was found, or take it up at once when only a lock came between."""
        handed_over = self._place.taken_over()
        if draft is None:
            return
        self._offered, self._exists = draft, True
        if handed_over:
            self._take()
            return
        kept = datetime.fromisoformat(draft.saved_at)
        text = _("You filled in this form on {day} at {time} and did not save it.")
        self.offer.say(text.format(day=format_date(kept.date()), time=f"{kept:%H:%M}"), "accent")
        for part in self._parts:
            part.setEnabled(False)

    def is_offering(self) -> bool:
        """Whether the person has yet to say what becomes of a draft."""
        return self._offered is not None

    def focus(self) -> None:
        """Give the keyboard to the offer."""
        self._go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def fitting(self, draft: DraftView, fields: Collection[str]) -> dict[str, Any]:
        """The draft's answers that the form has fields for; the others are named, and kept aside."""
        answers, self._aside = draft.sorted_out(fields)
        if self._aside:
            words = _("This form changed since. Of the draft, these entries have no place in it any more: {entries}")
            parts = (f"{name} {mask_numbers(str(value))}" for name, value in self._aside.items())
            entries = pgettext("between parts of a list", ", ").join(parts)
            self.fault.say(words.format(entries=entries), "attention")
        return answers

    def _on_go_on(self) -> None:
        self._take()
        self.decided.emit()

    def _take(self) -> None:
        draft = self._offered
        if draft is not None:
            self._open_form()
            self.taken.emit(draft)
            self._say_kept(draft)

    def _on_throw(self) -> None:
        self._throw.setEnabled(False)
        place = self._place
        self._runner.run(
            lambda _context: drafts.drop(place.desk, place.key),
            title=_("Throwing the draft away"),
            on_result=self._on_thrown,
            on_error=self._on_not_thrown,
            writes=True,
        )

    def _on_thrown(self, _nothing: object) -> None:
        if self._stopped:
            return
        self._exists = False
        self._open_form()
        self.decided.emit()

    def _on_not_thrown(self, error: Exception) -> None:
        if isinstance(error, NotFound):
            self._on_thrown(None)
            return
        if not isinstance(error, Refused):
            raise error
        if not self._stopped:
            self._throw.setEnabled(True)
            self.fault.say(error.message, "danger")

    def _open_form(self) -> None:
        self._offered = None
        self.offer.say("")
        for part in self._parts:
            part.setEnabled(True)

    # -- while it is filled in

    def note_change(self) -> None:
        """Something was typed."""
        if self._stopped or self.is_offering():
            return
        self._dirty = True
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def keep(self) -> None:
        """Keep what is typed now, unless nothing is new; while it is being written, it is done once more after."""
        if not self._dirty or self._running or self._stopped:
            return
        content, turn = self._begin_writing(), self._turn

        def work(_context: JobContext) -> DraftView | None:
            with self._writing:
                return self._write(content) if turn == self._turn else None

        self._running = True
        self._runner.run(
            work,
            title=_("Keeping the draft"),
            on_result=lambda draft: self._on_kept(draft, turn),
            on_error=lambda error: self._on_not_kept(error, turn),
            writes=True,
        )

    def keep_now(self) -> None:
        """Keep what is typed before this returns.

        Raises:
            Refused: It could not be written.
        """
        if (self._dirty or self._running) and not self._stopped:
            content = self._begin_writing()
            with self._writing:
                self._turn += 1  # what is still to be written in the background is older
                self._running = False
                try:
                    draft = self._write(content)
                except Refused:
                    self.note_change()
                    raise
            self._say_kept(draft)

    def hand_over(self) -> None:
        """Keep what is typed; when the same person opens the form next in this run, it goes on unasked.

        Raises:
            Refused: It could not be written.
        """
        self.keep_now()
        if self._exists and not self.is_offering():
            self._place.hand_over()

    def stop(self) -> None:
        """Keep nothing from now on: the form is being saved, or goes. What is being written is waited for."""
        self._stopped = True
        self._pause.stop()
        self._longest.stop()
        with self._writing:
            self._turn += 1
            self._running = False

    def resume(self) -> None:
        """Go on after a saving that was refused."""
        self._stopped = False
        self.note_change()

    def discard(self) -> None:
        """The person does not want what is typed: stop, and throw away what was kept of it."""
        self.stop()
        if self._exists:
            with suppress(Refused):  # then it is offered once more: nothing is lost
                drafts.drop(self._place.desk, self._place.key)

    def _begin_writing(self) -> dict[str, Any]:
        self._pause.stop()
        self._longest.stop()
        self._dirty = False
        return {**self._read(), **({"aside": self._aside} if self._aside else {})}

    def _write(self, content: dict[str, Any]) -> DraftView:
        draft = drafts.keep(self._place.desk, self._place.key, content, self._place.child_id)
        self._exists = True
        return draft

    def _on_kept(self, draft: DraftView | None, turn: int) -> None:
        if draft is None or turn != self._turn:
            return
        self._running = False
        if self._told:
            self._told = False
            self.fault.say("")
        self._say_kept(draft)
        if self._dirty and not self._longest.isActive():
            self.note_change()

    def _on_not_kept(self, error: Exception, turn: int) -> None:
        if not isinstance(error, Refused):
            raise error
        if turn != self._turn:
            return
        self._running, self._dirty = False, True
        self._longest.start()
        if not self._told:
            self._told = True
            words = _("What you typed could not be kept as a draft. {reason}")
            self.fault.say(words.format(reason=error.message), "danger")

    def _say_kept(self, draft: DraftView) -> None:
        self.note.setText(_("Draft kept {time}").format(time=f"{datetime.fromisoformat(draft.saved_at):%H:%M}"))

    def _on_focus(self, old: QWidget | None, _now: QWidget | None) -> None:
        if self._dirty and old is not None and any(part is old or part.isAncestorOf(old) for part in self._parts):
            self.keep()


def keep_drafts(window: QWidget) -> None:
    """Keep all drafts of a window and of the dialogs over it, before it goes without asking.

    Raises:
        Refused: One could not be written; the others are.
    """
    failed: Refused | None = None
    for keeper in window.findChildren(DraftKeeper):
        try:
            keeper.hand_over()
        except Refused as error:
            failed = error
        else:
            keeper.stop()
    if failed is not None:
        raise failed
