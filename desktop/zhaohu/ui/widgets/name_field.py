"""A person's name, to be filled in: what no font of ours draws is said beneath it at once."""

from __future__ import annotations

from zhaohu.ui.widgets.fields import ATTENTION, TextField
from zhaohu.ui.widgets.glyphs import glyph_notice

_LONGEST = 50


class NameField(TextField):
    """One line of text for a name. A character that the fonts lack is kept as it is, and named."""

    def __init__(self) -> None:
        super().__init__(max_length=_LONGEST)

    def set_value(self, value: object) -> None:
        """Show a name."""
        super().set_value(value)
        self._say_missing()

    def _on_edited(self) -> None:
        super()._on_edited()  # a form takes away what was said before
        self._say_missing()

    def _say_missing(self) -> None:
        self.set_problem(glyph_notice(self.text()), ATTENTION)
