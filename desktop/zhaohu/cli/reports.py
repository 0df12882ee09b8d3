"""Reports of bundles and packets that were taken in, as commands print them."""

from __future__ import annotations

from zhaohu.cli.context import plain
from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, lives
from zhaohu.services.exchange.receipt_words import life_words, receipt_words
from zhaohu.services.exchange.receipts import ReceiptReport
from zhaohu.services.exchange.reports import ImportReport


def report_line(report: ImportReport) -> str:
    """What became of a file, in a line."""
    if report.status == "accepted":
        counts = _("new {new}, changed {changed}, unchanged {unchanged}, deleted {deleted}, held {held}").format(
            new=report.new,
            changed=report.changed,
            unchanged=report.unchanged,
            deleted=report.deleted,
            held=report.held,
        )
        return _("{file}: accepted ({counts})").format(file=report.name, counts=counts)
    if report.status == "already_had":
        return _("{file}: already had").format(file=report.name)
    words = {"held": _("{file}: set aside: {reason}"), "refused": _("{file}: refused: {reason}")}[report.status]
    return words.format(file=report.name, reason=report.message)


def report_document(report: ImportReport) -> dict[str, object]:
    """A report as JSON has it."""
    sums = {word: getattr(report, word) for word in ("new", "changed", "unchanged", "deleted", "held")}
    return {**plain(report), **sums}


def receipt_told(desk: Desk, report: ReceiptReport) -> str:
    """All that a person should know once a packet was read."""
    life, _tone = life_words(lives.state(desk), bundles.pending(desk))
    return "\n".join(filter(None, [receipt_words(report)[0], life]))
