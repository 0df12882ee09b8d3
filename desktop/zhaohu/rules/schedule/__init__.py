"""The schedule of visits and checks: what a child is due for, from when to when, and how each contact stands.

The contacts are data (resources/schedules); these modules only reckon days. A birth date that is corrected gives other
windows at once, because nothing about them is recorded.
"""

from zhaohu.rules.schedule.loading import parse_schedule, schedule_terms, with_plan
from zhaohu.rules.schedule.model import (
    OPEN,
    Contact,
    DueState,
    Schedule,
    Track,
    state_label,
    track_label,
)
from zhaohu.rules.schedule.notes import NOTHING, Noted, Planned, Tried, standing
from zhaohu.rules.schedule.states import (
    CHECKS_ONLY,
    EVERY_TRACK,
    DueItem,
    Left,
    ScheduledChild,
    due_items,
    folded,
    kind_of,
    left_to_do,
    open_state,
    state_while_open,
)
from zhaohu.rules.schedule.windows import (
    LATEST_PLAN_DAYS,
    LONGEST_EXTRA_DAYS,
    Window,
    contact_for,
    extra_window,
    longest_days,
    sooner_until,
)

__all__ = [
    "CHECKS_ONLY",
    "EVERY_TRACK",
    "LATEST_PLAN_DAYS",
    "LONGEST_EXTRA_DAYS",
    "NOTHING",
    "OPEN",
    "Contact",
    "DueItem",
    "DueState",
    "Left",
    "Noted",
    "Planned",
    "Schedule",
    "ScheduledChild",
    "Track",
    "Tried",
    "Window",
    "contact_for",
    "due_items",
    "extra_window",
    "folded",
    "kind_of",
    "left_to_do",
    "longest_days",
    "open_state",
    "parse_schedule",
    "schedule_terms",
    "sooner_until",
    "standing",
    "state_label",
    "state_while_open",
    "track_label",
    "with_plan",
]
