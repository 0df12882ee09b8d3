"""What a person entered on an entry page: kept as a draft, taken up again, saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zhaohu.i18n import _
from zhaohu.services.care import visits
from zhaohu.services.care.drafts import DraftView
from zhaohu.services.care.visits import VisitView
from zhaohu.services.desk import Desk
from zhaohu.ui.pages.entry_start import Wanted
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Typed:
    """All of it.

    Args:
        answers: By field, as typed.
        reason: Of a correction.
        declined: The hints that were turned down, with the reasons.
        sheet: Number of the printed sheet; 0 for none.
        form_version: The version of the form that was on the screen: another may have come into effect meanwhile.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    declined: dict[str, str] = field(default_factory=dict)
    sheet: int = 0
    form_version: str = ""

    @classmethod
    def kept_in(cls, draft: DraftView, answers: dict[str, Any]) -> Typed:
        """What a draft kept, with those of its answers that the form has fields for."""
        content = draft.content
        sheet = int(content.get("sheet") or 0)
        return cls(answers, content.get("reason") or "", dict(content.get("declined") or {}), sheet)

    def content(self) -> dict[str, Any]:
        """As a draft keeps it."""
        kept: dict[str, Any] = {"answers": self.answers, "reason": self.reason, "declined": self.declined}
        return {**kept, "sheet": self.sheet} if self.sheet else kept

    def save(self, desk: Desk, wanted: Wanted) -> VisitView:
        """Make the record, or its next version.

        Raises:
            Refused: It cannot be saved so; the message says why.
        """
        if wanted.visit_id:
            return visits.correct_visit(
                desk, wanted.visit_id, answers=self.answers, reason=self.reason, declined=self.declined
            )
        return visits.record_visit(
            desk,
            child_id=wanted.child_id,
            form_id=wanted.form_id,
            form_version=self.form_version,
            answers=self.answers,
            declined=self.declined,
            sheet=self.sheet,
        )


class Why(Form):
    """Asks for the reason of a correction; hidden until one is begun."""

    def __init__(self) -> None:
        super().__init__()
        self.reason = self.add(
            "reason",
            _("Reason for the correction"),
            TextField(width="field_long", max_length=_LONGEST_REASON),
            required=True,
        )
        self.hide()

    def begin(self, version: int) -> None:
        """Ask why that version is corrected."""
        text = _("You correct version {n}. It stays as it is; what you save becomes version {next}.")
        self.reason.set_hint(text.format(n=version, next=version + 1))
        self.show()
