"""A form's own 转诊建议, filled in by one key when the child's growth or a finding asks for a referral."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhaohu.i18n import _, form_term
from zhaohu.rules.findings import GROWTH_NAMES
from zhaohu.rules.forms.model import Answer, Answers, FieldType, Form, HintKind
from zhaohu.rules.growth.trend import Trend
from zhaohu.services.follow.findings import FoundHint
from zhaohu.services.growth import growth_trend
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.form_fields import words_of
from zhaohu.ui.widgets.record_form import RecordForm
from zhaohu.ui.widgets.words import show_if

DECISION, _REASON = "referral", "referral_reason"
"""The field that says whether a referral is advised, and the one that says why."""
_NEXT = "referral_org"
_HAS = "2"
_REFERS = (HintKind.REFER_NOW, HintKind.REFER)
_MEASURED = (FieldType.INTEGER, FieldType.DECIMAL)
_ENDS = "。."


def referral_answers(
    form: Form, answers: Answers, trend: Trend, found: Sequence[FoundHint], declined: Mapping[str, str]
) -> dict[str, Answer]:
    """What 转诊建议 is to say: growth, then what else asks for a referral and was not turned down, with its figures."""
    if not {DECISION, _REASON} <= {one.name for one in form.fields()}:
        return {}
    fill = growth_trend.referral_fill(form, trend)
    open_ = [one for one in found if one.kind in _REFERS and one.name not in declined]
    others = [_with_figures(form, answers, one) for one in open_ if one.name not in GROWTH_NAMES]
    if not fill and not others:
        return {}
    reason = _("; ").join(words.rstrip(_ENDS) for words in [*([str(fill[_REASON])] if fill else []), *others])
    most = form.field(_REASON).max_length
    return {DECISION: _HAS, _REASON: reason if len(reason) <= most else reason[: most - 1] + "…"}


def _with_figures(form: Form, answers: Answers, found: FoundHint) -> str:
    """The advice names a limit; whoever takes the child over wants to know what was measured."""
    figures = [
        f"{form_term(one.label)} {words_of(one, answers[one.name])}"
        for one in form.fields()
        if one.type in _MEASURED and one.name in answers and any(hint.name == found.name for hint in one.hints)
    ]
    if not figures:
        return found.message
    return _("{label}: {value}").format(label=_(", ").join(figures), value=found.message)


class ReferralOffer:
    """A button, shown while a referral is advised and the form does not say it yet.

    The page sets `answers` to what the form is to say (`referral_answers`) whenever it is assessed anew.
    """

    def __init__(self) -> None:
        self.answers: Mapping[str, Answer] = {}
        self._record: RecordForm | None = None
        self.button = button(
            _("Fill in the referral (Ctrl+T)"),
            self._take,
            icon="export",
            shortcut="Ctrl+T",
            hint=_("Writes that a referral is advised, and why"),
        )
        self.button.hide()

    def attend(self, record: RecordForm) -> None:
        """Offer it for this form."""
        self._record = record
        record.checked.connect(self._show)
        self._show()

    def _show(self) -> None:
        said = self._record.outcome.values.get(DECISION) if self._record is not None else None
        show_if(self.button, bool(self.answers) and said != self.answers.get(DECISION))

    def _take(self) -> None:
        if self._record is not None:
            self._record.fill(self.answers)
            self._record.fields.go_to(_NEXT)
