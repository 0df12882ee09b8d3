"""What a station is told when a packet of the center was read, and of its own database: on screens and by command."""

from __future__ import annotations

from zhaohu.i18n import _, format_number, ngettext, sentences
from zhaohu.services.exchange import site_keys
from zhaohu.services.exchange.bundles import Pending
from zhaohu.services.exchange.lives import LifeState
from zhaohu.services.exchange.receipts import ReceiptReport


def life_words(life: LifeState, waiting: Pending) -> tuple[str, str]:
    """What there is to know of this PC's data, and the tone; why its life began only until the center has confirmed."""
    if life.copy:
        return life.words, "danger"
    if life.because_words and (waiting.last_confirmed or "") < life.began_at:
        return life.because_words, "attention"
    return "", ""


def receipt_words(report: ReceiptReport) -> tuple[str, str]:
    """What a receipt of the center told, and the tone."""
    if report.status == "already_had":
        return _("This receipt was read before. Nothing was changed."), ""
    confirmed = _("The center has confirmed everything up to bundle {no}.").format(no=report.confirmed_no)
    lines = [confirmed if report.confirmed_no else _("The center's answer was read.")]
    if report.given_back:
        n = report.given_back
        text = ngettext("{n} record came back from the center.", "{n} records came back from the center.", n)
        lines.append(text.format(n=format_number(n)))
    if report.kept:
        n = report.kept
        text = ngettext("{n} record was changed on both sides.", "{n} records were changed on both sides.", n)
        lines.append(sentences([text.format(n=format_number(n)), _("Compare under “To be seen to”.")]))
    if report.held:
        n = report.held
        text = ngettext("{n} record is held there, see below.", "{n} records are held there, see below.", n)
        lines.append(text.format(n=format_number(n)))
    if report.questions:
        n = report.questions
        text = ngettext("{n} question of the center waits.", "{n} questions of the center wait.", n)
        lines.append(sentences([text.format(n=format_number(n)), _("Answer under “To be seen to”.")]))
    if report.offers:
        n = report.offers
        text = ngettext("{n} child waits to be taken over.", "{n} children wait to be taken over.", n)
        lines.append(sentences([text.format(n=format_number(n)), _("Take or refuse under “To be seen to”.")]))
    if report.reference_rows:
        n = report.reference_rows
        text = ngettext("{n} entry of the center was taken over.", "{n} entries of the center were taken over.", n)
        lines.append(text.format(n=format_number(n)))
    if report.keys_accepted:
        lines.append(_("The center has accepted the new keys of this station; they are in use now."))
    if report.center_fingerprint:
        words = _("The center has changed its keys; the former ones vouch for them. New fingerprint: {fingerprint}")
        lines.append(words.format(fingerprint=site_keys.digits(report.center_fingerprint)))
    return "\n".join(lines), "attention" if report.held or report.kept or report.questions or report.offers else "done"
