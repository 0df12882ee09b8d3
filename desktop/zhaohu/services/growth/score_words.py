"""Grades that newer rules would change, in words: the same for screen, command line and file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from zhaohu.errors import BadInput
from zhaohu.exchange.csv_text import write_csv
from zhaohu.i18n import _, form_term, format_date
from zhaohu.records.codes import Sex, label
from zhaohu.rules.growth.assess import Result
from zhaohu.rules.growth.words import indicator_title, reason_text, standard_title
from zhaohu.services.desk import Desk
from zhaohu.services.exports import EXPORTERS, export_list
from zhaohu.services.files import write_file
from zhaohu.services.growth.growth_words import z_text
from zhaohu.services.growth.scores import Change


def headings() -> list[str]:
    """Of a list of changes."""
    return [_("Child"), _("Date"), _("Indicator"), _("Standard"), _("Grade so far"), _("Grade by the present rules")]


def change_cells(change: Change) -> list[str]:
    """A change in the order of `headings`."""
    return [
        change.child,
        format_date(change.on),
        indicator_words(change),
        standard_title(change.standard),
        grade_words(change.before),
        grade_words(change.after),
    ]


def indicator_words(change: Change) -> str:
    """The indicator, and as a child of which sex it was graded where that is not known."""
    title = indicator_title(change.indicator)
    if change.as_sex is None:
        return title
    return _("{indicator} (if {sex})").format(indicator=title, sex=label(Sex(change.as_sex)))


def grade_words(result: Result) -> str:
    """Level and nutrition status, or why there is no score; the score alone where the standard has no grades."""
    if result.reason is not None:
        return reason_text(result.reason)
    parts = [form_term(word) for word in (result.level, result.status) if word is not None]
    if result.level_pct is not None and result.level_pct is not result.level:
        parts.append(_("by percentile {level}").format(level=form_term(result.level_pct)))
    return " · ".join(parts) or f"z {z_text(result.z)}"


def save_changes(desk: Desk, changes: Sequence[Change], place: Path) -> Path:
    """Write a list of changes as .xlsx or .csv, by the name of the file. Admin, teacher or auditor.

    Raises:
        BadInput: The name ends otherwise.
        NotAllowed: The account may only look.
        Refused: It cannot be written there.
    """
    desk.require(*EXPORTERS)
    name = _("Grades that would change")
    rows = [change_cells(change) for change in changes]
    kind = place.suffix.lower()
    if kind == ".xlsx":
        return export_list(desk, name=name, headings=headings(), rows=rows, place=place)
    if kind != ".csv":
        message = _("Name the file .xlsx or .csv: {file}")
        raise BadInput(message.format(file=place.name), code="bad_suffix", field="out")
    text = io.StringIO(newline="")
    write_csv(text, [headings(), *rows])
    write_file(place, text.getvalue().encode("utf-8-sig"))
    with desk.write("export.list") as work:
        work.note(list=name, rows=len(rows))
    return place
