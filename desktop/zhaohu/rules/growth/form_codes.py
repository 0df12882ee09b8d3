"""How growth is written on the official check forms: 上 中 下 of WS/T 423, and 体格发育评价 at three years."""

from __future__ import annotations

from collections.abc import Iterable

from zhaohu.rules.growth.terms import Level, Status

_LEVELS = {Level.UPPER: "1", Level.LOWER: "3"}
_MIDDLE = "2"
_STATUSES = {
    Status.UNDERWEIGHT: "2",
    Status.SEVERE_UNDERWEIGHT: "2",
    Status.WASTING: "3",
    Status.SEVERE_WASTING: "3",
    Status.STUNTING: "4",
    Status.SEVERE_STUNTING: "4",
    Status.OVERWEIGHT: "5",
    Status.OBESITY: "5",
    Status.SEVERE_OBESITY: "5",
}
_NOTHING_FOUND = "1"


def level_code(level: Level) -> str:
    """The code of 上, 中 or 下."""
    return _LEVELS.get(level, _MIDDLE)


def status_codes(statuses: Iterable[Status | None]) -> list[str]:
    """The codes of 体格发育评价, each once and in order; 正常 when there is nothing that the form has a word for."""
    return sorted({_STATUSES[one] for one in statuses if one in _STATUSES}) or [_NOTHING_FOUND]
