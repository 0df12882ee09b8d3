"""What is odd in what was entered is asked about once, and stands beside its field meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.rules.child_checks import Finding
from zhaohu.ui.dialogs import ask
from zhaohu.ui.widgets.fields import ATTENTION
from zhaohu.ui.widgets.form import Form


class DoubtQuestion:
    """Asks whether the odd is so; what a person said once is not asked again.

    Args:
        window: Over which it is asked.
        form: Its fields show what is odd.
        do: The verb that goes on.
        field_of: The input that a finding is about.
    """

    def __init__(self, window: QWidget, form: Form, do: str, field_of: Callable[[Finding], str]) -> None:
        self._window, self._form, self._do, self._field_of = window, form, do, field_of
        self._confirmed: frozenset[str] = frozenset()

    def is_so(self, doubts: Sequence[Finding]) -> bool:
        """Whether there is nothing odd, or a person says that it is so."""
        new = frozenset(one.message for one in doubts) - self._confirmed
        if not new:
            return True
        self._form.show_problems({self._field_of(one): one.message for one in doubts}, ATTENTION)
        text = "\n".join(f"· {one.message}" for one in doubts)
        if not ask.confirm(self._window, _("Is this right?"), text, do=self._do):
            self._form.go_to(self._field_of(doubts[0]))
            return False
        self._confirmed |= new
        return True
