"""A form's own 转诊建议, filled in by one key when the child's growth asks for a referral."""

from __future__ import annotations

from collections.abc import Mapping

from zhaohu.i18n import _
from zhaohu.rules.forms.model import Answer
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.words import show_if

_DECISION = "referral"
_NEXT = "referral_org"


class ReferralOffer:
    """A button, shown while a referral is advised and the form does not say it yet.

    The page sets `answers` to what the form is to say (`growth_trend.referral_fill`) whenever growth is assessed anew.
    """

    def __init__(self) -> None:
        self.answers: Mapping[str, Answer] = {}
        self._record: RecordForm | None = None
        self.button = button(
            _("Fill in the referral"),
            self._take,
            icon="export",
            shortcut="Ctrl+T",
            hint=_("Writes that a referral is advised, and why"),
        )
        self.button.hide()

    def undecided(self) -> frozenset[str]:
        """What 全部正常 must not answer with 无."""
        return frozenset({_DECISION} & set(self.answers))

    def attend(self, record: RecordForm) -> None:
        """Offer it for this form."""
        self._record = record
        record.checked.connect(self._show)
        self._show()

    def _show(self) -> None:
        said = self._record.outcome.values.get(_DECISION) if self._record is not None else None
        show_if(self.button, bool(self.answers) and said != self.answers.get(_DECISION))

    def _take(self) -> None:
        if self._record is not None:
            self._record.fill(self.answers)
            self._record.fields.go_to(_NEXT)
