"""Everything that a child's page shows, read at once off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.services.care import screening, timeline
from zhaohu.services.care.screening import ScreeningRow
from zhaohu.services.care.timeline import TimelineItem, VisitRow
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.due.duties import DueRow
from zhaohu.services.follow import follow_ups, referrals
from zhaohu.services.follow.follow_ups import FollowUpRow
from zhaohu.services.register import child_overview, child_tabs, corrections
from zhaohu.services.register.child_overview import ChildOverview
from zhaohu.services.register.child_tabs import ChildClass, PaperRow
from zhaohu.services.register.corrections import CorrectionView

_IN_FOLLOW_UP = (referrals.REFERRAL_FORM, referrals.ANSWER_FORM)
"""Forms whose records stand on the tab of what is followed."""


@dataclass(frozen=True, slots=True)
class ChildRead:
    """What is read of one child."""

    child: ChildOverview
    duties: list[DueRow]
    events: list[TimelineItem]
    visits: list[VisitRow]
    screening: list[ScreeningRow]
    classes: list[ChildClass]
    follow_ups: list[FollowUpRow]
    papers: list[PaperRow]
    corrections: list[CorrectionView]


def read_child(desk: Desk, child_id: str) -> ChildRead:
    """Read everything about a child.

    Raises:
        NotFound: There is no such child.
    """
    return ChildRead(
        child_overview.overview(desk, child_id),
        duties.child_duties(desk, child_id),
        timeline.timeline(desk, child_id),
        [row for row in timeline.list_visits(desk, child_id) if row.form not in _IN_FOLLOW_UP],
        screening.results(desk, child_id),
        child_tabs.list_classes(desk, child_id),
        follow_ups.of_child(desk, child_id),
        child_tabs.list_papers(desk, child_id),
        corrections.corrections(desk, child_id),
    )
