"""How a station's exchange is told: where it stands in one sentence, what an exchange did, what happened before."""

from __future__ import annotations

from collections.abc import Mapping

from zhaohu.i18n import N_, _, format_number, ngettext, sentences
from zhaohu.services.exchange.bundles import Exported, Pending
from zhaohu.services.exchange.history import HistoryLine
from zhaohu.services.exchange.lives import LifeState
from zhaohu.services.exchange.receipt_words import receipt_words
from zhaohu.services.exchange.record_words import KINDS, kind_words
from zhaohu.services.exchange.travel import ExchangeReport
from zhaohu.ui.pages.exchange_words import counts_words, moment
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import TONE_ICONS

_HISTORY_TONES = {"confirmed": "done", "written": "attention", "read": "done", "done": "", "failed": "danger"}
_HISTORY_KINDS = {"bundle": N_("to the center"), "packet": N_("from the center"), "run": N_("exchange run")}
_HISTORY_ICONS = {"bundle": "export", "packet": "import", "run": "sync"}


def headline(waiting: Pending) -> tuple[str, str]:
    """Where the exchange stands, and what is to be done."""
    n = waiting.records
    if not waiting.enrolled_at:
        return _("The center has not answered yet"), _(
            "Hand the reply file of the set-up to the center, if it does not have it yet: before that it takes no "
            "bundle. If the file is lost, “More” writes it again. Then record as usual, send the first bundle, and "
            "read the center's answer when it comes."
        )
    if not n and waiting.owes_word:
        lead = _("Synchronise once more: the center waits to hear that its last answer was read.")
        return _("Everything is at the center"), lead
    if not n:
        when = moment(waiting.last_confirmed)
        lead = _("Confirmed up to bundle {no}, {when}.").format(no=waiting.last_confirmed_no, when=when)
        return _("Everything is at the center"), lead if waiting.last_confirmed_no else ""
    if waiting.last_export_no > waiting.last_confirmed_no:
        lead = _("Bundle {no} of {when} is written and not yet confirmed. What is newer goes with the next one.")
        return (
            _("Sent, and waiting for the center's answer"),
            lead.format(no=waiting.last_export_no, when=moment(waiting.last_export)),
        )
    text = ngettext("{n} record is to go to the center", "{n} records are to go to the center", n)
    return text.format(n=format_number(n)), _("One press of the button sends them and fetches the center's answer.")


def waiting_words(waiting: Pending) -> tuple[str, str]:
    """What stands below the number of records that wait, and the tone; nothing sent is nothing confirmed."""
    if waiting.records:
        return _("not yet confirmed by the center"), ""
    return (_("everything is confirmed"), "done") if waiting.last_confirmed_no else ("", "")


def nothing_words(waiting: Pending) -> str:
    """Why nothing goes up."""
    return _("Nothing new since the last receipt.") if waiting.last_confirmed_no else _("Nothing was recorded yet.")


def written_words(waiting: Pending, life: LifeState) -> tuple[str, str]:
    """How far the last bundle of this life has come, and the tone."""
    if not waiting.last_export_no:
        return _("nothing was written since then") if life.because else _("nothing was written yet"), ""
    words = _("bundle {no}").format(no=waiting.last_export_no)
    if waiting.last_export_no > waiting.last_confirmed_no:
        return _("{bundle}: written, not yet confirmed").format(bundle=words), "attention"
    return _("{bundle}: confirmed").format(bundle=words), "done"


def kinds(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Kinds of record that wait and how many, in the order in which they hang together."""
    order = [*(table for table in KINDS if table in counts), *(table for table in counts if table not in KINDS)]
    return [(kind_words(table), counts[table]) for table in order if counts[table]]


def exported_words(done: Exported) -> str:
    """That a bundle was written, where, and what is to be done with it."""
    lines = [
        _("Written, not yet confirmed: {file} in {folder}").format(file=done.file.name, folder=done.file.parent),
        _("It holds: {content}").format(content=counts_words(done.counts)),
        _("Bring it to the center, and read the receipt that comes back."),
    ]
    if done.again:
        lines.insert(2, _("Nothing has changed since the last bundle, so it is the same one again."))
    return "\n".join(lines)


def exchange_words(report: ExchangeReport) -> tuple[str, str]:
    """What an exchange through a place did, and the tone."""
    lines, tone = [], "done"
    for one in report.sent:
        n = one.records
        text = (
            ngettext(
                "Sent: bundle {no} with {n} record. It is confirmed when the center's answer has come.",
                "Sent: bundle {no} with {n} records. It is confirmed when the center's answer has come.",
                n,
            )
            if n
            else _("The center is told what was read here: bundle {no}, without new records.")
        )
        lines.append(text.format(no=one.no, n=format_number(n)))
    if report.waiting:
        lines.append(_("The last bundle lies there already; the center has not confirmed it yet."))
    if report.nothing_new:
        lines.append(_("There was nothing new to send."))
    if report.receipt is not None:
        words, tone = receipt_words(report.receipt)
        lines.append(words)
    else:
        lines.append(_("There is no new answer of the center there yet."))
    refused = [one for one in report.fetched if one.result == "refused"]
    lines += [sentences([_("{file} was refused.").format(file=one.name), one.message]) for one in refused]
    return "\n".join(lines), "danger" if refused else tone


def history_columns() -> list[Column]:
    """What went up, what came down, and by which way."""
    return [
        Column(_("When"), lambda line: moment(line.at), width=18, sort=lambda line: line.at),
        Column(
            _("Direction"),
            _direction,
            width=12,
            icon=lambda line: _HISTORY_ICONS.get(line.kind, ""),
        ),
        Column(_("What happened"), lambda line: line.words, width=0, hint=lambda line: line.words),
        Column(
            _("State"),
            lambda line: line.state_words,
            width=24,
            tone=_tone,
            icon=lambda line: TONE_ICONS[_tone(line)] if _tone(line) else "",
            hint=lambda line: line.state_words,
        ),
        Column(_("By which way"), lambda line: line.place or "—", width=18, hint=lambda line: line.place or None),
    ]


def _direction(line: HistoryLine) -> str:
    return _("by itself") if line.quiet else _(_HISTORY_KINDS[line.kind])


def _tone(line: HistoryLine) -> str:
    return _HISTORY_TONES.get(line.state, "")
