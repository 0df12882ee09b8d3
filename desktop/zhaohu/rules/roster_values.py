"""All the ways in which people write dates, weights, lengths, gestation, names and numbers in a roster.

Every reader takes a cell that is not empty and gives a `Reading`: the value, a remark, or both. Nothing is guessed:
where two meanings are possible the value is left out and the likely one is only named in `meant`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from zhaohu.i18n import _
from zhaohu.rules import identity
from zhaohu.rules.identity import CitizenId, Problem
from zhaohu.rules.roster_cells import Cell, Formula, cell_text

T = TypeVar("T")


class Level(StrEnum):
    """How much a remark weighs."""

    REFUSED = "refused"
    """The row cannot be a child."""
    DOUBTFUL = "doubtful"
    """Not taken in unless a person says so; an omittable value may be left out instead."""
    NOTE = "note"
    """Taken in, but worth a look."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about one cell.

    Args:
        code: Stable word for scripts.
        reason: Translated sentence.
        level: How much it weighs.
        omittable: Whether the row may be taken in without this value.
        meant: What was likely meant, for people: 49.0 cm; empty when nothing is likely.
    """

    code: str
    reason: str
    level: Level
    omittable: bool = True
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a cell says: a clean value, a remark, or both."""

    value: T | None = None
    remark: Remark | None = None


def doubtful(code: str, reason: str, meant: str = "") -> Remark:
    """A remark on an optional value that is left out."""
    return Remark(code, reason, Level.DOUBTFUL, meant=meant)


def note(code: str, reason: str) -> Remark:
    """A remark on a value that is taken in."""
    return Remark(code, reason, Level.NOTE)


def refused(code: str, reason: str) -> Remark:
    """A remark without which there is no child."""
    return Remark(code, reason, Level.REFUSED, omittable=False)


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", cell_text(cell)).strip()


# --- names ---

_HAN = re.compile("[〇㐀-鿿豈-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff]")
_NAME = re.compile("[〇㐀-鿿豈-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff·．•・‧A-Za-z .'-]+")
_LONGEST_NAME = 50


def read_name(cell: Cell) -> Reading[str]:
    """A child's name: kept as written, but for blanks around it and between Chinese characters."""
    if isinstance(cell, Formula):
        return Reading(remark=refused("formula", _("This is a formula, not a name.")))
    written = str(cell) if isinstance(cell, str) else cell_text(cell)
    name = re.sub(r"\s+", " " if not _HAN.search(written) else "", written.strip())
    if not re.search(r"[^\W\d_]", name):
        return Reading(remark=refused("no_name", _("This is no name: it has no character of a name.")))
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        reason = _("The name holds characters that no name has, or is too long.")
        return Reading(remark=Remark("odd_name", reason, Level.DOUBTFUL, omittable=False))
    if not _HAN.search(name):
        reason = _("The name has no Chinese character.")
        return Reading(remark=Remark("not_chinese", reason, Level.DOUBTFUL, omittable=False))
    if name != written:
        return Reading(name, note("spaces_removed", _("Blanks were removed from the name.")))
    return Reading(name)


# --- dates ---

_DAY = r"(\d{4})\s*[年./\-、]\s*(\d{1,2})\s*[月./\-、]\s*(\d{1,2})\s*[日号]?(?:[T\s]+\d{1,2}[:时].*)?"
_FULL_DATE = re.compile(_DAY, re.ASCII)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{2}\s*[年./\-、]\s*\d{1,2}\s*[月./\-、]\s*\d{1,2}\s*[日号]?", re.ASCII)
_NO_DAY = re.compile(r"\d{4}\s*[年./\-、]\s*\d{1,2}\s*月?|(?:19|20)\d{4}", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?", re.ASCII)
_SERIAL_START = date(1899, 12, 30)
"""Day 0 of the spreadsheet programs' day numbers (with their leap year 1900)."""


def read_date(cell: Cell) -> Reading[date]:
    """A day: 2025/05/27, 2024年10月14日, 2024.10.2, 20241204, 2024-07-26, a date cell, or a day number."""
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, datetime):
        return Reading(value.date())
    if isinstance(value, date):
        return Reading(value)
    text = _plain(cell)
    if found := _FULL_DATE.fullmatch(text) or _DIGITS.fullmatch(text):
        try:
            return Reading(date(*map(int, found.groups())))
        except ValueError:
            return Reading(remark=doubtful("impossible_date", _("The calendar has no such day.")))
    if _SERIAL.fullmatch(text):
        return Reading(_SERIAL_START + timedelta(days=int(float(text))))
    if _SHORT_YEAR.fullmatch(text):
        return Reading(remark=doubtful("short_year", _("The year must have four digits.")))
    if _NO_DAY.fullmatch(text):
        return Reading(remark=doubtful("no_day", _("The day is missing.")))
    reason = _("This cannot be read as a date; write it as 2026-03-05.")
    return Reading(remark=doubtful("unreadable", reason))


# --- measures ---

_WEIGHT = re.compile(
    r"(\d{1,9}(?:\.\d{1,9})?)\s*(kg|公斤|千克|g|克|市斤|斤)?(?:\s*(\d(?:\.\d+)?)\s*两)?", re.ASCII | re.IGNORECASE
)
_GRAMS = {"kg": 1000, "公斤": 1000, "千克": 1000, "g": 1, "克": 1, "斤": 500, "市斤": 500}
_GRAMS_OF_LIANG = 50
LOWEST_WEIGHT_G, HIGHEST_WEIGHT_G = 400, 7000
_LIKELY_KG = (Decimal("0.4"), Decimal(5))
_MAYBE_JIN = Decimal(14)


def read_weight_g(cell: Cell, unit: str = "") -> Reading[int]:
    """A birth weight in grams: 3295, 3.2kg, 5.1斤, 6斤3两.

    Args:
        cell: The cell.
        unit: The unit in the column's heading; it counts when the cell names none.
    """
    found = _WEIGHT.fullmatch(_plain(cell))
    if found is None:
        return Reading(remark=doubtful("unreadable", _("This cannot be read as a weight.")))
    number, written, liang = Decimal(found[1]), (found[2] or "").lower(), Decimal(found[3] or 0)
    unit = written or (unit if unit in _GRAMS else "")
    if unit:
        grams = number * _GRAMS[unit] + liang * _GRAMS_OF_LIANG
        return _weight_in_range(grams, number)
    if number >= LOWEST_WEIGHT_G:
        return _weight_in_range(number, number)
    if _LIKELY_KG[0] <= number <= _LIKELY_KG[1]:
        reading = _weight_in_range(number * 1000, number)
        return Reading(reading.value, note("read_as_kg", _("There is no unit: read as kilograms.")))
    meant = f"{_whole(number * 500)} g" if _LIKELY_KG[1] < number <= _MAYBE_JIN else ""
    return Reading(remark=doubtful("no_unit", _("The unit is missing: g, kg or jin?"), meant))


def _weight_in_range(grams: Decimal, number: Decimal) -> Reading[int]:
    whole = _whole(grams)
    if LOWEST_WEIGHT_G <= whole <= HIGHEST_WEIGHT_G:
        return Reading(whole)
    likely = (grams / 10, grams * 10, number * 1000, number)
    meant = next((_whole(one) for one in likely if 1500 <= one <= 5500), None)
    reason = _("A birth weight of {grams} g is not possible.").format(grams=whole)
    return Reading(remark=doubtful("weight_range", reason, f"{meant} g" if meant else ""))


_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(cm|厘米|公分|mm|毫米)?", re.ASCII | re.IGNORECASE)
_MILLIMETRES = {"cm": 10, "厘米": 10, "公分": 10, "mm": 1, "毫米": 1}
LOWEST_LENGTH_MM, HIGHEST_LENGTH_MM = 250, 650


def read_length_mm(cell: Cell, unit: str = "") -> Reading[int]:
    """A birth length in millimetres: 50.2, 50cm; centimetres unless the cell or the heading says otherwise."""
    found = _LENGTH.fullmatch(_plain(cell))
    if found is None:
        return Reading(remark=doubtful("unreadable", _("This cannot be read as a length.")))
    number = Decimal(found[1])
    unit = (found[2] or "").lower() or (unit if unit in _MILLIMETRES else "cm")
    millimetres = number * _MILLIMETRES[unit]
    if LOWEST_LENGTH_MM <= millimetres <= HIGHEST_LENGTH_MM:
        return Reading(_whole(millimetres))
    likely = next((one for one in (millimetres / 10, millimetres * 10) if 400 <= one <= 600), None)
    reason = _("A birth length of {length} cm is not possible.").format(length=f"{millimetres / 10:f}")
    return Reading(remark=doubtful("length_range", reason, f"{likely / 10:.1f} cm" if likely else ""))


_GESTATION = re.compile(
    r"(?:孕|孕周)?(\d{2})\s*(?:周|w|W|\+|周\+)?\s*(?:\+?\s*([0-6])\s*(?:天|d|D)?)?(?:天|周)?", re.ASCII
)
LOWEST_WEEKS, HIGHEST_WEEKS = 20, 45


def read_gestation_days(cell: Cell) -> Reading[int]:
    """Completed days of a pregnancy: 38+2, 38周, 38周+2天, 38周2天, 38."""
    text = re.sub(r"\s+", "", _plain(cell)).removesuffix("孕周")
    found = _GESTATION.fullmatch(text) if not re.fullmatch(r"\d{3}", text) else None
    if found is None:
        meant = ""
        if decimals := re.fullmatch(r"(\d{2})\.([1-6])", text, re.ASCII):
            meant = f"{decimals[1]}+{decimals[2]}"
        return Reading(remark=doubtful("unreadable", _("Write weeks and days as 38+2."), meant))
    weeks = int(found[1])
    completed_days = weeks * 7 + int(found[2] or 0)
    if not LOWEST_WEEKS * 7 <= completed_days <= HIGHEST_WEEKS * 7:
        reason = _("A birth at {weeks} weeks is not possible.").format(weeks=weeks)
        return Reading(remark=doubtful("weeks_range", reason))
    return Reading(completed_days)


_ORDER = re.compile(r"第?([1-9]|1\d|[一二三四五六七八九])(?:孩|胎|次|产)?", re.ASCII)
_CHINESE_DIGITS = {digit: place for place, digit in enumerate("一二三四五六七八九", 1)}


def read_order(cell: Cell) -> Reading[int]:
    """The order of birth: 2, 二孩, 第2胎."""
    found = _ORDER.fullmatch(_plain(cell))
    if found is None:
        return Reading(remark=doubtful("unreadable", _("This cannot be read as the order of birth.")))
    return Reading(_CHINESE_DIGITS[found[1]] if found[1] in _CHINESE_DIGITS else int(found[1]))


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


# --- numbers that name ---

_SAFE_DIGITS = 15
"""A spreadsheet keeps 15 digits of a number: of a longer one the last digits are lost."""


def read_id(cell: Cell) -> Reading[CitizenId]:
    """A citizen id; one that a spreadsheet keeps as a number has lost its last digits and is not taken."""
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, (int, float)) and len(cell_text(value)) > _SAFE_DIGITS:
        reason = _("The id is kept as a number, so its last digits are lost; type it as text.")
        return Reading(remark=doubtful("id_as_number", reason))
    result = identity.read_citizen_id(cell_text(cell))
    if isinstance(result, Problem):
        return Reading(remark=doubtful(result.code, result.message))
    if result.number != cell_text(cell):
        return Reading(result, note("rewritten", _("Rewritten as {value}.").format(value=result.number)))
    return Reading(result)


def read_phone(cell: Cell) -> Reading[str]:
    """A telephone number; one that cannot be right is kept as typed, with a note."""
    text = cell_text(cell)
    numbers = [identity.read_phone(part) for part in re.split(r"[/、,，;；]+|\s{2,}", text) if part.strip()]
    good = [number for number in numbers if not isinstance(number, Problem)]
    if not good:
        result = identity.read_phone(text)
        reason = result.message if isinstance(result, Problem) else ""
        return Reading(text[:30], note("phone_format", reason))
    if len(numbers) > 1:
        reason = _("There are several numbers: {value} is taken.").format(value=good[0])
        return Reading(good[0], note("several_phones", reason))
    return Reading(good[0])
