"""All the ways in which people write a day or a time of the day in a roster."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Cell, Formula
from zhaohu.rules.roster_values import Reading, doubtful, note, plain_text

_BREAK = r"\s*[年./\\\-、,_]\s*"
_MONTH = r"\s*[月./\\\-、,_]\s*"
_CLOCK = r"(?:上午|下午|早上|凌晨|中午|傍晚|晚上|晚|夜间)?\s*\d{1,2}\s*[:时点].*"
_AFTER = rf"(?:\s*[日号]?\s*(?:出?生)?[。.]?|(?:\s*[日号]\s*|\s+|\s*T\s*){_CLOCK})"
_FULL_DATE = re.compile(rf"(\d{{4}}){_BREAK}(\d{{1,2}}){_MONTH}(\d{{1,2}}){_AFTER}", re.ASCII)
_SPACED = re.compile(r"(\d{4})\s+(\d{1,2})\s+(\d{1,2})", re.ASCII)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SHORT_YEAR = re.compile(rf"['’]?(\d{{2}}){_BREAK}(\d{{1,2}}){_MONTH}(\d{{1,2}})\s*[日号]?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./\-]\s*(\d{1,2})\s*[./\-]\s*(\d{4})", re.ASCII)
_NO_DAY = re.compile(r"\d{4}\s*[年./\-、]\s*\d{1,2}\s*月?|(?:19|20)\d{4}", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?", re.ASCII)
_SERIAL_START = date(1899, 12, 30)
"""Day 0 of the spreadsheet programs' day numbers (with their leap year 1900); a workbook may count from 1904 instead,
which a bare number does not say: therefore the remark."""

_CHINESE = re.compile(
    "([〇零○0一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]?"
)
_CHINESE_DIGITS = {**{digit: place for place, digit in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "0": 0}
_LUNAR = re.compile("农历|阴历|旧历|正月|腊月|冬月|闰|初[一二三四五六七八九十]|廿")
_LUNAR_BESIDE = re.compile(r"\s*[(（\[【].*?(?:农历|阴历|旧历).*?[)）\]】]\s*$")
"""A day of the common calendar with the lunar one in brackets behind it."""
_SOLAR = re.compile("^(?:公历|阳历|新历)[:：]?\\s*")

_TIME = re.compile(r"(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?)?(?:[:]\d{2})?", re.ASCII)


def read_date(cell: Cell) -> Reading[date]:
    """A day: 2025/05/27, 2024年10月14日, 2024.10.2, 20241204, 二〇二四年三月二日, a date cell, or a day number.

    Two-digit years, lunar days and orders such as 3/5/2024 have more than one meaning and are not taken.
    """
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, datetime):
        return Reading(value.date())
    if isinstance(value, date):
        return Reading(value)
    text = _SOLAR.sub("", _LUNAR_BESIDE.sub("", plain_text(cell)))
    if found := _FULL_DATE.fullmatch(text) or _SPACED.fullmatch(text) or _DIGITS.fullmatch(text):
        return _day(*map(int, found.groups()))
    if found := _CHINESE.fullmatch(text):
        year = int("".join(str(_CHINESE_DIGITS[digit]) for digit in found[1]))
        month, day = _chinese_number(found[2]), _chinese_number(found[3])
        if month and day:
            return _day(year, month, day)
    if _SERIAL.fullmatch(text):
        counted = _SERIAL_START + timedelta(days=int(float(text)))
        words = _("A bare day number of the spreadsheet, read as {day}; compare it with the certificate.")
        return Reading(counted, note("day_number", words.format(day=counted.isoformat())))
    return _no_day(text)


def _day(year: int, month: int, day: int) -> Reading[date]:
    try:
        return Reading(date(year, month, day))
    except ValueError:
        return Reading(remark=doubtful("impossible_date", _("The calendar has no such day.")))


def _no_day(text: str) -> Reading[date]:
    if _LUNAR.search(text):
        reason = _("This is a day of the lunar calendar: write the day of the common calendar (公历).")
        return Reading(remark=doubtful("lunar", reason))
    if found := _SHORT_YEAR.fullmatch(text):
        meant = _day(2000 + int(found[1]), int(found[2]), int(found[3])).value
        return Reading(remark=doubtful("short_year", _("The year must have four digits."), _iso(meant)))
    if _NO_DAY.fullmatch(text):
        return Reading(remark=doubtful("no_day", _("The day is missing.")))
    reason = _("This cannot be read as a date; write it as 2026-03-05.")
    meant = None
    if found := _DAY_FIRST.fullmatch(text):
        first, second, year = map(int, found.groups())
        both = {_day(year, first, second).value, _day(year, second, first).value} - {None}
        meant = both.pop() if len(both) == 1 else None
    return Reading(remark=doubtful("unreadable", reason, _iso(meant)))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _chinese_number(text: str) -> int:
    """一 to 九十九; 0 for what is none."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE_DIGITS[text] if len(text) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    return (_CHINESE_DIGITS[tens] if tens else 1) * 10 + (_CHINESE_DIGITS[ones] if ones else 0)


def read_time(cell: Cell) -> Reading[str]:
    """A time of the day as HH:MM: 8:05, 8时5分, 20点, or a time cell."""
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, (time, datetime)):
        return Reading(f"{value:%H:%M}")
    found = _TIME.fullmatch(plain_text(cell))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return Reading(remark=doubtful("unreadable", _("This cannot be read as a time; write it as 08:30.")))
    return Reading(f"{int(found[1]):02d}:{int(found[2] or 0):02d}")
