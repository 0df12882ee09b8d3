"""Where a form's draft is kept, and who goes on with it without being asked."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.services.care import drafts
from zhaohu.services.care.drafts import DraftView
from zhaohu.services.desk import Desk

GO_ON = "draft"
"""What follows the key of a page's address to open its dialog on the draft that was begun."""

_handed_over: set[tuple[str, str, str]] = set()


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """The draft of one form of the person at a desk."""

    desk: Desk
    key: str
    child_id: str | None = None

    def find(self) -> DraftView | None:
        """What is kept there."""
        return drafts.find(self.desk, self.key)

    def hand_over(self) -> None:
        """In this run of the program the same person goes on with it unasked: it was locked away, or chosen."""
        _handed_over.add(self._mark())

    def taken_over(self) -> bool:
        """Whether it was handed over; answers yes once."""
        handed_over = self._mark() in _handed_over
        _handed_over.discard(self._mark())
        return handed_over

    def _mark(self) -> tuple[str, str, str]:
        return str(self.desk.profile), self.desk.person.name, self.key
