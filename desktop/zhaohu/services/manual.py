"""The manual: pages in Markdown that ship with the program, with tables made from the rules themselves.

A page lies in `resources/manual/<language>/<name>.md`. `{{name}}` in it stands for what `_FILLED` makes, or for a
reason in words, so that a page cannot say anything else than what the program does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from zhaohu import i18n, paths
from zhaohu.rules.growth.terms import Reason
from zhaohu.rules.growth.velocity import INTERVAL_TOLERANCE, START_TOLERANCE_DAYS
from zhaohu.rules.growth.version import ENGINE
from zhaohu.rules.growth.words import reason_text
from zhaohu.services import manual_rules, manual_visits, reference
from zhaohu.services.follow.referrals import ANSWER_DAYS

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_REASON = "reason_"
"""Before a reason's code: its words, as screens show them."""
_FILLED: Mapping[str, Callable[[], str]] = {
    "engine": lambda: ENGINE,
    "tables": lambda: reference.growth_references().version,
    "trend_rules": lambda: manual_rules.rules_table(reference.trend_rules()),
    "trend_conditions": lambda: manual_rules.conditions_table(reference.trend_rules()),
    "trend_checks": lambda: manual_rules.checks_table(reference.trend_rules()),
    "measuring_errors": lambda: manual_rules.errors_line(reference.trend_rules()),
    "persists_days": lambda: str(reference.trend_rules().persists_days),
    "earliest_days": lambda: str(reference.trend_rules().earliest_days),
    "velocity_percent": lambda: f"{INTERVAL_TOLERANCE:.0%}",
    "velocity_start_days": lambda: str(START_TOLERANCE_DAYS),
    "schedule": lambda: manual_visits.schedule_table(reference.schedule()),
    "forms": lambda: manual_visits.forms_table(reference.forms()),
    "followed": lambda: manual_visits.followed_table(reference.forms()),
    "answer_days": lambda: str(ANSWER_DAYS),
    "extra_overdue_days": lambda: str(reference.schedule().extra_overdue_days),
    "doubt_limits": lambda: manual_rules.limits_table(reference.doubt_rules()),
}


def manual_page(name: str) -> str:
    """A page of the manual in the language in use, as Markdown.

    Args:
        name: The page's file name without its ending.

    Raises:
        FileNotFoundError: There is no such page.
        KeyError: The page has a place that nothing fills.
    """
    text = paths.resource(f"manual/{i18n.language()}/{name}.md").read_text("utf-8")
    return _PLACE.sub(_fill, text)


def _fill(place: re.Match[str]) -> str:
    name = place[1]
    if name.startswith(_REASON):
        return reason_text(Reason(name.removeprefix(_REASON)))
    return _FILLED[name]()
