"""One report of many files, as a spreadsheet or on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_moment, format_number, pgettext, sentences
from zhaohu.paper.import_report import ImportLine, ImportPaper, import_report
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.reports import ImportReport, held_message, status_words
from zhaohu.services.exports import EXPORTERS, export_list
from zhaohu.services.files import write_file
from zhaohu.services.prints import imprint, log_print

_ORDER = ("accepted", "already_had", "held", "refused")
_SPREADSHEET, _PAPER = ".xlsx", ".pdf"


def save_report(desk: Desk, reports: Sequence[ImportReport], place: Path) -> Path:
    """Write what became of the files of an import, as .xlsx or .pdf by the ending of the file's name.

    Raises:
        BadInput: Another ending.
        Refused: `no_space`, `cannot_write`.
    """
    desk.require(*EXPORTERS)
    check_ending(place)
    if place.suffix.lower() == _SPREADSHEET:
        return export_list(desk, name=_("Import report"), headings=_headings(), rows=_rows(reports), place=place)
    lines = tuple(_line(report) for report in reports)
    write_file(place, import_report(ImportPaper(desk.site.name, summary(desk, reports), lines), imprint(desk)))
    log_print(desk, "print.import_report", None, files=len(reports))
    return place


def check_ending(place: Path) -> None:
    """Whether a report can be written into such a file; before the import of which it shall tell.

    Raises:
        BadInput: `bad_ending`.
    """
    if place.suffix.lower() not in (_SPREADSHEET, _PAPER):
        message = _("A report is written as .xlsx or .pdf. Give the file one of these endings.")
        raise BadInput(message, code="bad_ending", field="place")


def summary(desk: Desk, reports: Sequence[ImportReport]) -> str:
    """When, and how many files went which way, in one line."""
    desk.require(*EXPORTERS)
    ways: Counter[str] = Counter(report.status for report in reports)
    parts = [
        _("{outcome}: {n}").format(outcome=status_words(status), n=format_number(ways[status]))
        for status in _ORDER
        if ways[status]
    ]
    return "　".join((format_moment(desk.clock.stamp()), *parts))


def remark(report: ImportReport) -> str:
    """Why it did not go in, or what to look at."""
    held = [
        _("{reason} ({n})").format(reason=held_message(reason), n=format_number(n))
        for reason, n in sorted(report.reasons.items())
    ]
    differs = _("The records here are not the station's; it is asked for all of them.") if report.differs else ""
    earlier = _("Had been set aside before.") if report.from_set_aside else ""
    return sentences(filter(None, (earlier, report.message, differs, *held)))


def _headings() -> list[str]:
    return [
        _("File"),
        _("Station"),
        pgettext("bundle", "No."),
        _("Result"),
        pgettext("records", "New"),
        pgettext("records", "Changed"),
        pgettext("records", "Unchanged"),
        pgettext("records", "Deleted"),
        pgettext("records", "Held"),
        _("Remarks"),
    ]


def _rows(reports: Sequence[ImportReport]) -> list[list[str | int]]:
    return [
        [
            report.name,
            report.station_name or report.station,
            report.no,
            status_words(report.status),
            report.new,
            report.changed,
            report.unchanged,
            report.deleted,
            report.held,
            remark(report),
        ]
        for report in reports
    ]


def _line(report: ImportReport) -> ImportLine:
    counts = (report.new, report.changed, report.unchanged, report.deleted, report.held)
    new, changed, unchanged, deleted, held = (format_number(count) if count else "" for count in counts)
    return ImportLine(
        report.name,
        report.station_name or report.station,
        str(report.no) if report.no else "",
        status_words(report.status),
        (new, changed, unchanged, deleted, held),
        remark(report),
    )
