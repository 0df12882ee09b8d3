"""How imports, bundles set aside and refused files are told: columns, words and tones."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.i18n import N_, _, format_number, ngettext, pgettext, sentences
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.services.exchange.inbox import RefusedRow
from zhaohu.services.exchange.reports import status_words
from zhaohu.services.exchange.set_aside import SetAside
from zhaohu.services.exchange.travel import ExchangeReport
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import TONE_ICONS

_TONES = {"accepted": "done", "already_had": "", "held": "attention", "refused": "danger"}
_REHEARSED = {
    "accepted": N_("can be taken in"),
    "held": N_("would be set aside"),
    "refused": N_("would be refused"),
}
_REASONS = {
    "gap": N_("something before it is missing"),
    "update_center": N_("newer than this program"),
    "moved": N_("made on another PC"),
    "forked": N_("a second history of the station"),
}
_DECIDED = {
    "imported": N_("taken in later"),
    "superseded": N_("contained in a later one"),
    "refused": N_("refused"),
    "this_one": N_("it is the station"),
    "other": N_("a copy"),
}
_PERSONAL = ("moved", "forked")


def summary(reports: Sequence[ImportReport], *, rehearsed: bool = False) -> tuple[str, str]:
    """What became of all files in one sentence, or would when `rehearsed`, and its tone."""
    counts = {status: sum(report.status == status for report in reports) for status in _TONES}
    parts = [
        _("{n} {what}").format(n=format_number(n), what=_result(status, rehearsed)) for status, n in counts.items() if n
    ]
    text = ngettext("{n} file: {what}.", "{n} files: {what}.", len(reports))
    tone = "danger" if counts["refused"] else "attention" if counts["held"] else "done"
    listed = pgettext("between parts of a list", ", ").join(parts)
    return text.format(n=format_number(len(reports)), what=listed), tone


def _result(status: str, rehearsed: bool) -> str:
    return _(_REHEARSED[status]) if rehearsed and status in _REHEARSED else status_words(status)


def exchanged(done: ExchangeReport) -> tuple[str, str]:
    """What an exchange through a place did, and its tone."""
    lines, tone = [], "done"
    if done.imports:
        words, tone = summary(done.imports)
        lines.append(words)
    else:
        lines.append(_("There was nothing new of the stations."))
    n = len(done.sent)
    if n:
        lines.append(ngettext("{n} receipt laid there.", "{n} receipts laid there.", n).format(n=format_number(n)))
    return sentences(lines), tone


def outcome(report: ImportReport) -> str:
    """What one file brought, or why it was not taken in."""
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


def report_columns(*, rehearsed: bool = False) -> list[Column]:
    """One row for each file; `rehearsed` when nothing has been taken in yet."""
    return [
        Column(
            _("Result"),
            lambda report: _result(report.status, rehearsed),
            width=20 if rehearsed else 14,
            tone=lambda report: _TONES[report.status],
            icon=lambda report: TONE_ICONS[_TONES[report.status]],
        ),
        Column(_("File"), _file, width=26, hint=lambda report: str(report.file.with_name(report.name))),
        Column(_("Station"), _from, width=24, hint=_from),
        Column(_("No."), lambda report: report.no or None, width=6, right=True),
        Column(_("What would come of it") if rehearsed else _("What came of it"), outcome, width=0, hint=outcome),
    ]


def _file(report: ImportReport) -> str:
    if report.from_set_aside:
        return _("{file} (set aside before)").format(file=report.name)
    return report.name


def _from(report: ImportReport) -> str:
    """The outside of a refused file proves nothing, so what it says stands in brackets."""
    name = report.station_name or report.station
    return _("({name})").format(name=name) if report.status == "refused" and name else name


def waits_for_person(row: SetAside) -> bool:
    """Whether a person must decide about a bundle; the others settle by themselves."""
    return not row.decided and row.decided_by is None and row.reason in _PERSONAL


def needs_person(report: ImportReport) -> bool:
    """Whether a file was set aside until a person has decided about it."""
    return report.status == "held" and report.reason in _PERSONAL


def set_aside_state(row: SetAside) -> str:
    """Whether a bundle that was set aside still waits, and for what, or what became of it."""
    if row.decided:
        return _(_DECIDED[row.decided]) if row.decided in _DECIDED else row.decided
    if row.gone:
        return _("waits for the station")
    return _("waits for you") if waits_for_person(row) else _("tried again by itself")


def _set_aside_tone(row: SetAside) -> str:
    if row.decided:
        return "danger" if row.decided == "refused" else "done"
    return "danger" if waits_for_person(row) else "attention"


def set_aside_reason(row: SetAside) -> str:
    """Why it was set aside, in a few words, or why it was refused after that."""
    if row.decided == "refused":
        return _("damaged")
    return _(_REASONS[row.reason]) if row.reason in _REASONS else row.reason


def set_aside_columns() -> list[Column]:
    """Bundles that were not taken in."""
    return [
        Column(
            _("State"),
            set_aside_state,
            width=20,
            tone=_set_aside_tone,
            icon=lambda row: TONE_ICONS[_set_aside_tone(row)],
            hint=_decision,
        ),
        Column(_("Station"), lambda row: row.station_name or row.station, width=24),
        Column(_("No."), lambda row: row.no, width=6, right=True),
        Column(_("Made"), lambda row: moment(row.made_at), width=17, sort=lambda row: row.made_at),
        Column(_("Arrived"), lambda row: moment(row.arrived_at), width=17, sort=lambda row: row.arrived_at),
        Column(_("Reason"), set_aside_reason, width=0, hint=lambda row: row.message),
    ]


def _decision(row: SetAside) -> str | None:
    if not row.decided_at:
        return None
    return pgettext("between parts of a list", ", ").join(
        part for part in (row.decided_by, moment(row.decided_at)) if part
    )


def refused_columns() -> list[Column]:
    """Files that were refused; the outside of a refused file proves nothing, so it stands in brackets."""
    return [
        Column(_("When"), lambda row: moment(row.at), width=17, sort=lambda row: row.at, icon=lambda _row: "danger"),
        Column(_("File"), lambda row: row.file, width=28, hint=lambda row: row.file),
        Column(_("Outside says"), _outside, width=20),
        Column(_("Why"), lambda row: row.message, width=0, hint=lambda row: row.message),
    ]


def _outside(row: RefusedRow) -> str:
    if not row.station:
        return "—"
    return _("station {station}, no. {no}").format(station=row.station.partition("-")[2] or row.station, no=row.no)
