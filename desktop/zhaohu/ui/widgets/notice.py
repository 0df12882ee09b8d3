"""A banner across a page: something the person should know, with an icon, words and perhaps one thing to do."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from zhaohu.i18n import _
from zhaohu.ui.widgets.buttons import icon_button
from zhaohu.ui.widgets.layout import row
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_kind, set_tone, show_if


class Notice(QFrame):
    """A banner; hidden while it has nothing to say.

    Args:
        text: The sentence.
        tone: Empty, accent, done, attention or danger.
        action: A button at its right end, or several in a panel.
        closable: The person may put it away.
    """

    def __init__(
        self, text: str = "", tone: str = "", *, action: QWidget | None = None, closable: bool = False
    ) -> None:
        super().__init__()
        set_kind(self, "notice")
        self._icon = IconLabel("info")
        self._text = label("", wrap=True)
        layout = row(self._icon, gap=2, margin=2)
        layout.addWidget(self._text, 1)
        if action is not None:
            layout.addWidget(action)
        if closable:
            layout.addWidget(icon_button("close", _("Close"), self.hide))
        self.setLayout(layout)
        self.say(text, tone)

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence; an empty one hides the banner."""
        self._text.setText(text)
        set_tone(self, tone)
        self._icon.set_icon(TONE_ICONS[tone], tone or "quiet")
        self.setAccessibleName(text)
        show_if(self, bool(text))

    def text(self) -> str:
        """The sentence; empty when hidden by `say("")`."""
        return self._text.text()
