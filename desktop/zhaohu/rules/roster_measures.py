"""All the ways in which people write a birth weight, a length, a gestation and an order of birth in a roster."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from zhaohu.i18n import _
from zhaohu.rules.roster_cells import Cell
from zhaohu.rules.roster_values import Reading, doubtful, note, plain_text

_DIGITS = {digit: place for place, digit in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 0}
_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?|\d{1,3}(?:,\d{3})+(?:\.\d+)?)"

_WEIGHT = re.compile(rf"{_NUMBER}\s*(kg|公斤|千克|g|克|市斤|斤)?", re.ASCII | re.IGNORECASE)
_JIN_LIANG = re.compile(
    r"(\d{1,2}|[一二三四五六七八九十两])\s*市?斤\s*(?:零\s*)?(?:(\d(?:\.\d+)?|[一二三四五六七八九])\s*两(半)?|(半))?",
    re.ASCII,
)
_JIN_BARE = re.compile(r"(\d{1,2})\s*市?斤\s*(\d)", re.ASCII)
_KG_AND_G = re.compile(r"(\d)\s*(?:kg|公斤|千克)\s*(\d{2,3})\s*(?:g|克)", re.ASCII | re.IGNORECASE)
GRAMS = {"kg": 1000, "公斤": 1000, "千克": 1000, "g": 1, "克": 1, "斤": 500, "市斤": 500}
_GRAMS_OF_LIANG = 50
LOWEST_WEIGHT_G, HIGHEST_WEIGHT_G = 400, 7000
_LIKELY_KG = (Decimal("0.4"), Decimal(5))
_MAYBE_JIN = Decimal(14)


def read_weight_g(cell: Cell, unit: str = "") -> Reading[int]:
    """A birth weight in grams: 3295, 3.2kg, 5.1斤, 6斤3两, 六斤半, 3kg200g.

    Args:
        cell: The cell.
        unit: The unit in the column's heading; it counts when the cell names none.
    """
    text = plain_text(cell)
    if found := _JIN_LIANG.fullmatch(text):
        jin, liang = _small(found[1]), _small(found[2]) if found[2] else Decimal(5 if found[4] else 0)
        half = Decimal("0.5") if found[3] else Decimal(0)
        return _weight_in_range(jin * 500 + (liang + half) * _GRAMS_OF_LIANG, jin)
    if found := _KG_AND_G.fullmatch(text):
        return _weight_in_range(Decimal(found[1]) * 1000 + Decimal(found[2]), Decimal(found[1]))
    found = _WEIGHT.fullmatch(text)
    if found is None:
        bare = _JIN_BARE.fullmatch(text)
        meant = f"{bare[1]}斤{bare[2]}两" if bare else ""
        return Reading(remark=doubtful("unreadable", _("This cannot be read as a weight."), meant))
    number, written = Decimal(found[1].replace(",", "")), (found[2] or "").lower()
    unit = written or (unit if unit in GRAMS else "")
    if unit:
        return _weight_in_range(number * GRAMS[unit], number)
    if number >= LOWEST_WEIGHT_G:
        return _weight_in_range(number, number)
    if _LIKELY_KG[0] <= number <= _LIKELY_KG[1]:
        reading = _weight_in_range(number * 1000, number)
        return Reading(reading.value, note("read_as_kg", _("There is no unit: read as kilograms.")))
    meant = f"{_whole(number * 500)} g" if _LIKELY_KG[1] < number <= _MAYBE_JIN else ""
    return Reading(remark=doubtful("no_unit", _("The unit is missing: g, kg or jin?"), meant))


def _small(text: str) -> Decimal:
    return Decimal(_DIGITS[text]) if text in _DIGITS else Decimal(text)


def _weight_in_range(grams: Decimal, number: Decimal) -> Reading[int]:
    whole = _whole(grams)
    if LOWEST_WEIGHT_G <= whole <= HIGHEST_WEIGHT_G:
        return Reading(whole)
    likely = (grams / 10, grams * 10, number * 1000, number)
    meant = next((_whole(one) for one in likely if 1500 <= one <= 5500), None)
    reason = _("A birth weight of {grams} g is not possible.").format(grams=whole)
    return Reading(remark=doubtful("weight_range", reason, f"{meant} g" if meant else ""))


_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(cm|厘米|公分|mm|毫米|m|米)?", re.ASCII | re.IGNORECASE)
MILLIMETRES = {"cm": 10, "厘米": 10, "公分": 10, "mm": 1, "毫米": 1, "m": 1000, "米": 1000}
LOWEST_LENGTH_MM, HIGHEST_LENGTH_MM = 250, 650


def read_length_mm(cell: Cell, unit: str = "") -> Reading[int]:
    """A birth length in millimetres: 50.2, 50cm, 502mm; centimetres unless the cell or the heading says otherwise."""
    found = _LENGTH.fullmatch(plain_text(cell))
    if found is None:
        return Reading(remark=doubtful("unreadable", _("This cannot be read as a length.")))
    number = Decimal(found[1])
    unit = (found[2] or "").lower() or (unit if unit in MILLIMETRES else "cm")
    millimetres = number * MILLIMETRES[unit]
    if LOWEST_LENGTH_MM <= millimetres <= HIGHEST_LENGTH_MM:
        return Reading(_whole(millimetres))
    likely = next((one for one in (millimetres / 10, millimetres * 10) if 400 <= one <= 600), None)
    reason = _("A birth length of {length} cm is not possible.").format(length=f"{millimetres / 10:f}")
    return Reading(remark=doubtful("length_range", reason, f"{likely / 10:.1f} cm" if likely else ""))


_WEEKS = re.compile(r"(?:孕周?|胎龄)?(\d{2})(?:孕?周|w|wk|weeks)?", re.ASCII | re.IGNORECASE)
_WEEKS_DAYS = re.compile(
    r"(?:孕周?|胎龄)?(\d{2})(?:(?:孕?周|w)\+?零?又?|\+)([0-6])(?:/7)?(?:天|日|d|days)?(?:周|w)?",
    re.ASCII | re.IGNORECASE,
)
_DAYS = re.compile(r"(\d{3})(?:天|d|days)", re.ASCII | re.IGNORECASE)
LOWEST_WEEKS, HIGHEST_WEEKS = 20, 45


def read_gestation_days(cell: Cell) -> Reading[int]:
    """Completed days of a pregnancy: 38+2, 38周, 38周+2天, 38周零2天, 38W2D, 38, 270天."""
    text = re.sub(r"\s+", "", plain_text(cell))
    if found := _DAYS.fullmatch(text):
        return _gestation_in_range(int(found[1]))
    if found := _WEEKS_DAYS.fullmatch(text):
        return _gestation_in_range(int(found[1]) * 7 + int(found[2]))
    if found := _WEEKS.fullmatch(text):
        return _gestation_in_range(int(found[1]) * 7)
    meant = ""
    if found := re.fullmatch(r"(\d{2})\.([1-6])周?", text, re.ASCII):
        meant = f"{found[1]}+{found[2]}"
    reason = _("Write weeks and days as 38+2.")
    if text in ("足月", "足月产", "早产", "早产儿", "过期产"):
        reason = _("This says no weeks: write weeks and days as 38+2.")
    return Reading(remark=doubtful("unreadable", reason, meant))


def _gestation_in_range(completed_days: int) -> Reading[int]:
    if LOWEST_WEEKS * 7 <= completed_days <= HIGHEST_WEEKS * 7:
        return Reading(completed_days)
    reason = _("A birth at {weeks} weeks is not possible.").format(weeks=completed_days // 7)
    return Reading(remark=doubtful("weeks_range", reason))


_ORDER = re.compile(r"第?([1-9]|1\d|[一二三四五六七八九十])(?:孩|胎|次|产)?", re.ASCII)
_FIRST = ("头胎", "首胎", "头孩", "首孩")


def read_order(cell: Cell) -> Reading[int]:
    """The order of birth: 2, 二孩, 第2胎, 头胎."""
    text = plain_text(cell)
    found = _ORDER.fullmatch(text)
    if text in _FIRST:
        return Reading(1)
    if found is None:
        return Reading(remark=doubtful("unreadable", _("This cannot be read as the order of birth.")))
    return Reading(_DIGITS[found[1]] if found[1] in _DIGITS else int(found[1]))


def _whole(number: Decimal) -> int:
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))
