"""When a station is late: judged by how often it sends, so that a weekly one is missed sooner than a monthly one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

USUAL_DAYS = 7
"""Between bundles, as long as a station has sent too few to tell."""
LONGEST_USUAL_DAYS = 31
"""Whoever sends less often is late all the same."""

_LAST, _FEWEST = 8, 3
_GRACE_DAYS = 7


def usual_days(received: Sequence[date]) -> int:
    """Days between a station's bundles as a rule: the middle of the last ones; several on a day count once.

    Args:
        received: When bundles came, in any order.
    """
    days = sorted(set(received))[-_LAST:]
    if len(days) < _FEWEST:
        return USUAL_DAYS
    between = median((later - earlier).days for earlier, later in pairwise(days))
    return min(max(round(between), 1), LONGEST_USUAL_DAYS)


def is_late(days_since: int, usual: int) -> bool:
    """Whether a station should have sent by now: twice its usual time is over, and a week at least."""
    return days_since > max(2 * usual, _GRACE_DAYS)
