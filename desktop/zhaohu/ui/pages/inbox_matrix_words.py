"""How the matrix of stations and weeks is told: signs, sentences, tones, and which stations a filter shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from zhaohu.i18n import N_, _, format_date, format_number, ngettext, pgettext, sentences
from zhaohu.services.exchange.inbox import Cell, Matrix, StationWeeks
from zhaohu.ui.pages.exchange_words import station_state
from zhaohu.ui.widgets.week_matrix import MatrixRow, WeekCell
from zhaohu.ui.widgets.words import TONE_ICONS

_ACTIVE = "active"
_LATE, _MISSING, _WAITING, _OTHER = "late", "missing", "waiting", "other"

FILTERS: dict[str, tuple[str, Callable[[StationWeeks], bool]]] = {
    "": (N_("All"), lambda row: True),
    _LATE: (N_("Late"), lambda row: row.late),
    _MISSING: (N_("Bundles missing"), lambda row: bool(lost(row))),
    _WAITING: (N_("Set aside"), lambda row: bool(row.waiting)),
    _OTHER: (N_("Something else"), lambda row: bool(_other_signs(row))),
}
"""Filter chips: their words, and whom they show."""


class _Sign(NamedTuple):
    """Something that is wrong with a station: in a few words, and in a sentence; `filter` shows stations with it."""

    sign: str
    words: str
    tone: str
    filter: str = _OTHER


def lost(row: StationWeeks) -> list[int]:
    """Numbers that never came and that no later bundle holds."""
    return [one.no for one in row.missing if not one.contained]


def week_headings(matrix: Matrix) -> list[tuple[str, str]]:
    """A short heading for each week, and its days in words."""
    last = len(matrix.weeks) - 1
    return [
        (
            pgettext("heading of a narrow column", "now") if at == last else monday.strftime("%m-%d"),
            _("week from {day}").format(day=format_date(monday)),
        )
        for at, monday in enumerate(matrix.weeks)
    ]


def matrix_row(row: StationWeeks, *, decide: bool, shown_for: str = "") -> MatrixRow:
    """A station as the matrix shows it under a filter; `decide` when a person must decide about a bundle of it."""
    last = len(row.cells) - 1
    cells = tuple(_week(cell, overdue=row.late and at == last) for at, cell in enumerate(row.cells))
    return MatrixRow(row.code, row.name, cells, _state(row, decide, shown_for))


def all_words(row: StationWeeks, *, decide: bool) -> str:
    """Everything there is to say about a station, in sentences; `decide` as in `matrix_row`."""
    contained = [one.no for one in row.missing if one.contained]
    signs = [sign.words for sign in _signs(row, decide)]
    if contained:
        words = _("Bundle {numbers} never came; a later one holds all of it, nothing is to be done.")
        signs.append(words.format(numbers=_numbers(contained)))
    return sentences([_when(row), *signs])


def week_words(row: StationWeeks, week: int, monday: date) -> str:
    """A week of a station in a sentence."""
    text = _("{station}, week from {day}: {what}")
    return text.format(station=row.name, day=format_date(monday), what=_came(row.cells[week]))


def _week(cell: Cell, *, overdue: bool) -> WeekCell:
    if not cell.bundles:
        if overdue:
            return WeekCell(
                pgettext("in a narrow cell", "late"), _("nothing yet, and it is late"), "attention", "clock"
            )
        return WeekCell("—", _came(cell))
    figure = format_number(cell.records)
    if cell.held:
        return WeekCell(figure, _came(cell), "attention", "attention")
    return WeekCell(figure, _came(cell), "done", "check")


def _came(cell: Cell) -> str:
    if not cell.bundles:
        return _("no bundle")
    parts = [
        ngettext("{n} bundle", "{n} bundles", cell.bundles).format(n=format_number(cell.bundles)),
        ngettext("with {n} record", "with {n} records", cell.records).format(n=format_number(cell.records)),
    ]
    if cell.held:
        parts.append(ngettext("{n} record held", "{n} records held", cell.held).format(n=format_number(cell.held)))
    return pgettext("between parts of a list", ", ").join(parts)


def _state(row: StationWeeks, decide: bool, shown_for: str) -> WeekCell:
    signs = _signs(row, decide)
    if signs:
        first = next((one for one in signs if one.filter == shown_for), signs[0])
        return WeekCell(first.sign, all_words(row, decide=decide), first.tone, TONE_ICONS[first.tone])
    if row.last_received is None:
        return WeekCell(_("nothing came yet"), all_words(row, decide=decide))
    return WeekCell(_ago(row.days_since or 0), all_words(row, decide=decide), "done", TONE_ICONS["done"])


def _ago(days: int) -> str:
    if days == 0:
        return _("received today")
    return ngettext("received {n} day ago", "received {n} days ago", days).format(n=format_number(days))


def _when(row: StationWeeks) -> str:
    if row.last_received is None:
        return _("No bundle of {station} has come yet.").format(station=row.name)
    usual = ngettext(
        "{station}: {when}, as a rule every {n} day.", "{station}: {when}, as a rule every {n} days.", row.usual_days
    )
    return usual.format(station=row.name, when=_ago(row.days_since or 0), n=format_number(row.usual_days))


def _signs(row: StationWeeks, decide: bool) -> list[_Sign]:
    """What is wrong, the gravest first."""
    if row.status != _ACTIVE:
        words = station_state(row.status)
        tone = "danger" if row.status == "revoked" else "attention"
        return [_Sign(words, _("It is {state}.").format(state=words), tone)]
    found: list[_Sign] = []
    if row.waiting:
        n = row.waiting
        words = ngettext("{n} bundle is set aside.", "{n} bundles are set aside.", n).format(n=format_number(n))
        if decide:
            words = sentences([words, _("Decide about it under “Set aside”.")])
            found.append(_Sign(_("to be decided"), words, "danger", _WAITING))
        else:
            sign = ngettext("{n} set aside", "{n} set aside", n).format(n=format_number(n))
            found.append(_Sign(sign, words, "attention", _WAITING))
    gone = lost(row)
    if gone:
        words = _("Bundle {numbers} is missing; with the next receipt the station sends its content again.")
        numbers = _numbers(gone)
        sign = _("bundle {no} missing").format(no=numbers)
        found.append(_Sign(sign, words.format(numbers=numbers), "danger", _MISSING))
    if row.late:
        n = row.days_since or 0
        sign = ngettext("late, {n} day", "late, {n} days", n) if row.last_received else _("late, nothing yet")
        found.append(_Sign(sign.format(n=format_number(n)), _("It should have sent by now."), "attention", _LATE))
    return found + _other_signs(row)


def _other_signs(row: StationWeeks) -> list[_Sign]:
    found: list[_Sign] = []
    if row.differs:
        words = _("Its records are not those kept here; the next receipt asks it to send everything again.")
        found.append(_Sign(_("records differ"), words, "attention"))
    if row.held:
        text = ngettext("{n} record is held.", "{n} records are held.", row.held)
        sign = ngettext("{n} record held", "{n} records held", row.held)
        found.append(_Sign(sign.format(n=format_number(row.held)), text.format(n=format_number(row.held)), "attention"))
    if row.must_update:
        words = _("Its program is older than this one and cannot read everything yet; update it there.")
        found.append(_Sign(_("program to be updated"), words, "attention"))
    if row.clock_suspect:
        words = _("The clock of its PC was in doubt when the newest bundle was made.")
        found.append(_Sign(_("clock in doubt"), words, "attention"))
    if row.asked_for_all and not row.differs:
        words = _("The next receipt asks it to send everything again.")
        found.append(_Sign(_("asked for everything"), words, "accent"))
    return found


def _numbers(numbers: list[int]) -> str:
    return pgettext("between parts of a list", ", ").join(str(no) for no in numbers)
