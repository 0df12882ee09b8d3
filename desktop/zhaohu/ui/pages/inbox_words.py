"""How imports and the stations' state are told: columns, words and tones."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.i18n import N_, _, format_number, ngettext, pgettext
from zhaohu.services.exchange.bundles import ImportReport, StationState
from zhaohu.ui.pages.exchange_words import moment, station_state, station_tone
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import TONE_ICONS

_STATUS = {
    "accepted": (N_("accepted"), "done"),
    "already_had": (N_("already had"), ""),
    "refused": (N_("refused"), "danger"),
}


def summary(reports: Sequence[ImportReport]) -> tuple[str, str]:
    """What became of all files in one sentence, and its tone."""
    counts = {status: sum(report.status == status for report in reports) for status in _STATUS}
    parts = [
        _("{n} {what}").format(n=format_number(counts[status]), what=_(words))
        for status, (words, _tone) in _STATUS.items()
        if counts[status]
    ]
    text = ngettext("{n} file: {what}.", "{n} files: {what}.", len(reports))
    tone = "danger" if counts["refused"] else "done"
    listed = pgettext("between parts of a list", ", ").join(parts)
    return text.format(n=format_number(len(reports)), what=listed), tone


def outcome(report: ImportReport) -> str:
    """What one file brought, or why it was refused."""
    if report.status != "accepted":
        return report.message or _("This bundle was taken in before. Nothing was changed.")
    text = _("new {new}, changed {changed}, unchanged {unchanged}, deleted {deleted}, held {held}").format(
        new=format_number(report.new),
        changed=format_number(report.changed),
        unchanged=format_number(report.unchanged),
        deleted=format_number(report.deleted),
        held=format_number(report.held),
    )
    if report.differs:
        more = _("{counts}. The records here are not the station's; the receipt asks it to send everything again.")
        return more.format(counts=text)
    return text


def report_columns() -> list[Column]:
    """One row for each file."""
    return [
        Column(
            _("Result"),
            lambda report: _(_STATUS[report.status][0]),
            width=14,
            tone=lambda report: _STATUS[report.status][1],
            icon=lambda report: TONE_ICONS[_STATUS[report.status][1]],
        ),
        Column(_("File"), lambda report: report.file.name, width=26, hint=lambda report: str(report.file)),
        Column(_("Station"), lambda report: report.station_name or report.station, width=24),
        Column(_("No."), lambda report: report.no or None, width=6, right=True),
        Column(_("What came of it"), outcome, width=0, hint=outcome),
    ]


def _held_words(state: StationState) -> str:
    if state.differs:
        return _("differs, asked for everything")
    return _("in order") if state.last_received else "—"


def _held_tone(state: StationState) -> str:
    return "attention" if state.differs else "done" if state.last_received else ""


def station_columns() -> list[Column]:
    """Where the exchange stands with each station."""
    return [
        Column(_("Station"), lambda state: state.name, width=0),
        Column(
            _("State"),
            lambda state: station_state(state.status),
            width=20,
            tone=lambda state: station_tone(state.status),
            icon=lambda state: TONE_ICONS[station_tone(state.status)],
        ),
        Column(_("Last bundle"), lambda state: state.last_no or None, width=9, right=True),
        Column(_("Made"), lambda state: moment(state.last_made), width=16, sort=lambda state: state.last_made or ""),
        Column(
            _("Received"),
            lambda state: moment(state.last_received),
            width=16,
            sort=lambda state: state.last_received or "",
        ),
        Column(_("Children"), lambda state: state.children, text=format_number, width=8, right=True),
        Column(
            _("Held"),
            lambda state: state.held,
            text=format_number,
            width=7,
            right=True,
            tone=lambda state: "attention" if state.held else "",
            icon=lambda state: "attention" if state.held else "",
        ),
        Column(
            _("Agreement"),
            _held_words,
            width=18,
            tone=_held_tone,
            icon=lambda state: TONE_ICONS[_held_tone(state)] if _held_tone(state) else "",
        ),
    ]
