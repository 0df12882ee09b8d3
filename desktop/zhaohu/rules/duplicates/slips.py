"""Slips of the pen in birth dates: one day, day and month changed about, one digit, two digits changed about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_DIGITS = "0123456789"


def is_slip(one: date, other: date) -> bool:
    """Whether two different dates may be one that was miswritten."""
    return one != other and (abs((one - other).days) == 1 or _miswritten(one, other))


@lru_cache(maxsize=256)
def slipped_days(day: date) -> tuple[date, ...]:
    """All dates that `is_slip` holds to be slips of this one."""
    one_day = timedelta(days=1)
    found = {day - one_day, day + one_day, *_written(day)} - {day}
    return tuple(sorted(found))


def _miswritten(one: date, other: date) -> bool:
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    a, b = _digits(one), _digits(other)
    places = [place for place in range(8) if a[place] != b[place]]
    if len(places) == 1:
        return True
    return len(places) == 2 and places[1] == places[0] + 1 and _turned(a, places[0]) == b


def _written(day: date) -> Iterator[date]:
    text = _digits(day)
    texts = [text[:4] + text[6:] + text[4:6]]
    texts += [text[:place] + digit + text[place + 1 :] for place in range(8) for digit in _DIGITS]
    texts += [_turned(text, place) for place in range(7)]
    for one in texts:
        try:
            yield date(int(one[:4]), int(one[4:6]), int(one[6:]))
        except ValueError:
            continue


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def _turned(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
