"""What to note while a form is filled in: each hint with its rule and source, to be followed or turned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from zhaohu.i18n import _
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_kind, set_tone, show_if

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint as it stands beside a form.

    Args:
        name: Stable; what was turned down is kept under it.
        text: The advice.
        tone: "", accent, attention or danger.
        rule: The rule in words.
        source: Where the rule comes from.
        may_decline: Whether it is followed up unless it is turned down.
    """

    name: str
    text: str
    tone: str = ""
    rule: str = ""
    source: str = ""
    may_decline: bool = False

    @property
    def grounds(self) -> str:
        """Rule and source in small print."""
        rule = self.rule if self.rule != self.text else ""
        return "\n".join(part for part in (rule, self.source) if part)


class HintCard(QFrame):
    """One hint.

    Signals:
        decided(name, reason): It was turned down with a reason; an empty one takes that back.
        left: Escape was pressed where nothing is being typed.
    """

    decided = Signal(str, str)
    left = Signal()

    def __init__(self, advice: Advice) -> None:
        super().__init__()
        self.advice = advice
        set_kind(self, "notice")
        self._icon = IconLabel("info", size="icon_small")
        self._text = label(advice.text, wrap=True)
        self._grounds = label(advice.grounds, "note", wrap=True)
        self._declined = label("", "note", wrap=True)
        self.why_button = button(_("Grounds"), self._on_why, kind="link", hint=_("The rule and where it stands"))
        self.decline_button = button(_("Turn down…"), self._on_decline, kind="link", hint=_("Not followed, and why"))
        self.restore_button = button(_("Take back"), self._on_restore, kind="link")
        self.reason = TextField(width="", max_length=LONGEST_REASON, placeholder=_("Reason, then Enter; Esc leaves it"))
        self.reason.set_name(_("Why this advice is turned down"))
        self.reason.edit.installEventFilter(self)
        self.reason.entered.connect(self._on_reason)
        for one in (self.why_button, self.decline_button, self.restore_button):
            one.setAccessibleDescription(advice.text)
            one.installEventFilter(self)
        head = row(gap=2)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._text, 1)
        acts = row(self.why_button, STRETCH, self.decline_button, self.restore_button, gap=2)
        self.setLayout(column(head, self._declined, self._grounds, self.reason, acts, gap=1, margin=2))
        self.reason.hide()
        self._grounds.hide()
        self.show_declined("")

    def show_declined(self, reason: str) -> None:
        """Show it as turned down for a reason, or as it stands."""
        tone = "" if reason else self.advice.tone
        set_tone(self, tone)
        set_tone(self._text, "quiet" if reason else tone)
        set_kind(self._text, "strong" if tone == "danger" else "")
        self._icon.set_icon("close" if reason else TONE_ICONS.get(tone, "info"), tone or "quiet")
        self._declined.setText(_("Turned down: {reason}").format(reason=reason))
        show_if(self._declined, bool(reason))
        show_if(self.restore_button, bool(reason))
        show_if(self.decline_button, self.advice.may_decline and not reason)
        show_if(self.why_button, bool(self.advice.grounds))

    def take_keyboard(self) -> None:
        """Give the keyboard to what can be done about it."""
        for one in (self.decline_button, self.restore_button, self.why_button):
            if not one.isHidden():
                one.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the reason, then the hints."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._on_escape()
            return True
        return super().eventFilter(watched, event)

    def _on_escape(self) -> None:
        if self.reason.isHidden():
            self.left.emit()
        else:
            self.reason.hide()
            self.take_keyboard()

    def _on_why(self) -> None:
        show_if(self._grounds, self._grounds.isHidden())

    def _on_decline(self) -> None:
        self.reason.set_problem("")
        self.reason.show()
        self.reason.editor().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_reason(self) -> None:
        reason = str(self.reason.value() or "")
        if not reason:
            self.reason.set_problem(_("Say why the advice is turned down."))
            return
        self.reason.hide()
        self.decided.emit(self.advice.name, reason)
        self.take_keyboard()

    def _on_restore(self) -> None:
        self.decided.emit(self.advice.name, "")
        self.take_keyboard()


class HintsPanel(QWidget):
    """All hints of a form, the most urgent first; hidden while there are none.

    Signals:
        changed: One was turned down, or that was taken back.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[HintCard] = []
        self._declined: dict[str, str] = {}
        self._came_from: QWidget | None = None
        self._column = column(gap=2)
        self.setLayout(column(label(_("Please note (F6)"), "strong"), self._column, gap=2))
        self.hide()

    def show_hints(self, hints: Sequence[Advice]) -> None:
        """Show these instead of the former; what is unchanged stays as it is, with the keyboard."""
        if [card.advice for card in self.cards] == list(hints):
            return
        kept = {card.advice: card for card in self.cards}
        cards = [kept.pop(one) if one in kept else self._made(one) for one in hints]
        for card in kept.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, card in enumerate(cards):
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
        self.cards = cards
        self._say()
        show_if(self, bool(cards))

    def hints(self) -> tuple[Advice, ...]:
        """What is shown."""
        return tuple(card.advice for card in self.cards)

    def declined(self) -> dict[str, str]:
        """The hints that are shown and turned down, with the reasons."""
        shown = {card.advice.name for card in self.cards if card.advice.may_decline}
        return {name: reason for name, reason in self._declined.items() if name in shown}

    def set_declined(self, declined: Mapping[str, str]) -> None:
        """Show these as turned down: a draft's, or those of the record that is corrected."""
        self._declined = dict(declined)
        self._say()

    def take_keyboard(self) -> None:
        """Give the keyboard to the first hint that nothing is decided about; Escape gives it back."""
        open_ = [card for card in self.cards if card.advice.name not in self._declined]
        for card in (open_ or self.cards)[:1]:
            self._came_from = QApplication.focusWidget()
            card.take_keyboard()

    def _made(self, advice: Advice) -> HintCard:
        card = HintCard(advice)
        card.decided.connect(self._on_decided)
        card.left.connect(self._on_left)
        return card

    def _say(self) -> None:
        for card in self.cards:
            card.show_declined(self._declined.get(card.advice.name, ""))

    def _on_decided(self, name: str, reason: str) -> None:
        if reason:
            self._declined[name] = reason
        else:
            self._declined.pop(name, None)
        self._say()
        self.changed.emit()

    def _on_left(self) -> None:
        if self._came_from is not None and self._came_from.isVisible():
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
