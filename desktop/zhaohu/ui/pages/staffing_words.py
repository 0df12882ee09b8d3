"""How staffing and certificates are told: columns, words and tones."""

from __future__ import annotations

from datetime import date

from zhaohu.i18n import _, format_number, format_percent, ngettext
from zhaohu.rules.staffing import Staffing
from zhaohu.services.guidance.staffing import TeacherRow
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import TONE_ICONS

WARN_DAYS = 90
"""A certificate that ends within so many days is to be renewed."""


def number(n: int | None) -> str:
    """A number, or a dash while it is unknown."""
    return "—" if n is None else format_number(n)


def gap_tone(figures: Staffing) -> str:
    """Red while teachers are missing, amber while the need is unknown."""
    return "attention" if figures.gap is None else "danger" if figures.gap else "done"


def gap_words(figures: Staffing) -> str:
    """The gap in words."""
    if figures.gap is None:
        return _("population not entered")
    if figures.gap:
        return ngettext("{n} missing", "{n} missing", figures.gap).format(n=format_number(figures.gap))
    return _("complete")


def gap_icon(figures: Staffing) -> str:
    """The icon that goes with the words."""
    return TONE_ICONS[gap_tone(figures)]


def gap_order(figures: Staffing) -> int:
    """By how many are missing; those of unknown need before all."""
    return -1 if figures.gap is None else figures.gap


def in_post(row: TeacherRow, today: date) -> bool:
    """Whether somebody is employed on a day."""
    return row.employed_from <= today and (row.employed_to is None or row.employed_to >= today)


def to_renew(row: TeacherRow, today: date) -> bool:
    """Whether there is no certificate, or it ends soon or has ended."""
    return row.certified_until is None or (row.certified_until - today).days <= WARN_DAYS


def certificate_words(row: TeacherRow, today: date) -> str:
    """Until when the certificate holds, with a warning in words."""
    if row.certified_until is None:
        return _("no certificate")
    days = (row.certified_until - today).days
    if days < 0:
        text = ngettext("{day}, expired {n} day ago", "{day}, expired {n} days ago", -days)
    elif days <= WARN_DAYS:
        text = ngettext("{day}, {n} day left", "{day}, {n} days left", days)
    else:
        return row.certified_until.isoformat()
    return text.format(day=row.certified_until.isoformat(), n=abs(days))


def station_columns() -> list[Column]:
    """The stations' staffing."""
    return [
        Column(_("Code"), lambda line: line.station, width=6),
        Column(_("Station"), lambda line: line.name, width=0),
        Column(_("Township"), lambda line: line.township, width=14),
        Column(_("Population"), lambda line: line.figures.population, text=format_number, width=12, right=True),
        Column(_("Year"), lambda line: line.population_year, width=8, right=True),
        Column(_("Needed"), lambda line: line.figures.needed, width=10, right=True),
        Column(_("In post"), lambda line: line.figures.in_post, width=10, right=True),
        Column(
            _("Gap"),
            lambda line: gap_words(line.figures),
            width=16,
            tone=lambda line: gap_tone(line.figures),
            icon=lambda line: gap_icon(line.figures),
            sort=lambda line: gap_order(line.figures),
        ),
        Column(
            _("Certified"),
            lambda line: format_percent(line.figures.certified, line.figures.in_post),
            width=10,
            right=True,
            sort=lambda line: line.figures.certified / (line.figures.in_post or 1),
        ),
    ]


def teacher_columns(today: date, *, with_station: bool) -> list[Column]:
    """The teachers; `today` decides about certificates."""
    columns = [
        Column(_("Name"), lambda row: row.name, width=12),
        Column(_("Profession"), lambda row: row.profession, width=14),
        Column(_("Phone"), lambda row: row.phone, width=14),
        Column(_("Certificate no."), lambda row: row.certificate_no, width=0),
        Column(
            _("Certified until"),
            lambda row: certificate_words(row, today),
            width=26,
            tone=lambda row: "attention" if in_post(row, today) and to_renew(row, today) else "",
            icon=lambda row: "attention" if in_post(row, today) and to_renew(row, today) else "",
            sort=lambda row: row.certified_until or date.min,
        ),
        Column(_("In post since"), lambda row: row.employed_from, width=12),
        Column(_("Last day"), lambda row: row.employed_to, width=12),
    ]
    return [Column(_("Station"), lambda row: row.station, width=6), *columns] if with_station else columns
