"""A sentence that stands in a form and asks nothing."""

from __future__ import annotations

from zhaohu.ui.widgets.fields import Field
from zhaohu.ui.widgets.words import label


class NoteField(Field):
    """Words between the questions."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._build(label(text, "soft", wrap=True), stretch=True)
        self.editor().setEnabled(False)

    def value(self) -> None:
        """A note has no answer."""
        return

    def set_value(self, value: object) -> None:
        """A note shows nothing else."""
