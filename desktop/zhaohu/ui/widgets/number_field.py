"""Typed numbers: whole or with decimals, exact, full-width digits welcome."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Qt

from zhaohu.i18n import _, ngettext
from zhaohu.ui.widgets.fields import LineField, halfwidth

_NUMBER = re.compile(r"[-−]?(\d+\.?\d*|\.\d+)")


def read_number(text: str) -> Decimal | None:
    """A number from digits with at most one point, full-width or grouped by commas; None when it is none."""
    plain = halfwidth(text).strip().replace(",", "")
    return Decimal(plain.replace("−", "-")) if _NUMBER.fullmatch(plain) else None


class NumberField(LineField):
    """A number with its unit behind it. `value()` is an int for `decimals=0`, else a Decimal; never a float.

    Args:
        unit: Written behind the field.
        decimals: How many digits may stand behind the point.
        width: A `[size]` token.
        without_point: Reads digits that were typed without their point (675 for 6.75), where only one reading is
            possible; gives None else. How they are read is said below the field at once.
    """

    def __init__(
        self,
        unit: str = "",
        *,
        decimals: int = 0,
        width: str = "field_short",
        without_point: Callable[[str], Decimal | None] | None = None,
    ) -> None:
        super().__init__(unit, width=width)
        self._decimals = decimals
        self._without_point = without_point
        self.edit.setMaxLength(16)
        self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.edit.editingFinished.connect(self._tidy)
        if without_point is not None:
            self.edit.textEdited.connect(self._say_reading)

    def value(self) -> int | Decimal | None:
        """The number; None when empty or not to be understood."""
        number = self._number()
        if number is None or self._too_precise(number):
            return None
        return number if self._decimals else int(number)

    def set_value(self, value: object) -> None:
        """Show a number (int, Decimal or text) with the field's decimals; other text as it is, to be mended."""
        text = "" if value is None else str(value)
        self.set_echo("")
        number = read_number(text)
        if number is None or self._too_precise(number):  # never hide digits that somebody entered elsewhere
            self.edit.setText(text)
        else:
            self.edit.setText(f"{number:.{self._decimals}f}")

    def unread(self) -> str:
        """Why what was typed is not a number of this field."""
        if self.is_empty():
            return ""
        number = self._number()
        if number is None:
            return _("This is not a number.")
        if self._too_precise(number):
            if not self._decimals:
                return _("Whole numbers only.")
            n = self._decimals
            return ngettext("At most {n} digit after the point.", "At most {n} digits after the point.", n).format(n=n)
        return ""

    def _too_precise(self, number: Decimal) -> bool:
        exponent = number.normalize().as_tuple().exponent
        return isinstance(exponent, int) and -exponent > self._decimals

    def _number(self) -> Decimal | None:
        pointed = self._pointed()
        return read_number(self.text()) if pointed is None else pointed

    def _pointed(self) -> Decimal | None:
        """What digits without their point are read as."""
        return self._without_point(halfwidth(self.text())) if self._without_point else None

    def _say_reading(self) -> None:
        pointed = self._pointed()
        words = _("{typed} is read as {value}.")
        value = f"{pointed} {self._unit}".strip()
        self.set_echo("" if pointed is None else words.format(typed=self.text(), value=value))

    def _tidy(self) -> None:
        pointed = self._pointed()
        plain = halfwidth(self.text()) if pointed is None else f"{pointed:.{self._decimals}f}"
        if plain != self.edit.text():
            self.edit.setText(plain)
