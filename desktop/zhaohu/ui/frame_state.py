"""What the frame of the window tells: words of the status line, an alert, and numbers behind the names of pages."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, questions
from zhaohu.services.follow import follow_ups
from zhaohu.services.register import incoming
from zhaohu.services.safety import backups
from zhaohu.ui.jobs import JobContext
from zhaohu.ui.pages.backup_words import frame_words
from zhaohu.ui.pages.exchange_words import moment


@dataclass(frozen=True, slots=True)
class FrameWords:
    """What the frame shows: calm words, and an alert that leads to a page; no alert without a tone."""

    calm: tuple[str, ...]
    waiting: int
    alert: str = ""
    tone: str = ""
    address: str = ""


def read_words(desk: Desk, _context: JobContext) -> FrameWords:
    """The words as things stand; called off the GUI thread."""
    exchange, waiting = _exchange_words(desk)
    kept, tone = frame_words(backups.state(desk))
    if desk.clock_doubt and tone != "danger":
        return FrameWords((exchange, kept), waiting, _("Clock of this PC in doubt"), "attention", "settings/checkup")
    if tone:
        return FrameWords((exchange,), waiting, kept, tone, "settings/backups")
    return FrameWords((exchange, kept), waiting)


def read_badges(desk: Desk, _context: JobContext) -> dict[str, int]:
    """What waits behind each page; called off the GUI thread."""
    return {
        "follow-ups": follow_ups.counts(desk).overdue,
        "transfers": incoming.count_offers(desk),
        "questions": questions.count_open(desk),
    }


def _exchange_words(desk: Desk) -> tuple[str, int]:
    state = bundles.status(desk)
    if state.pending is not None:
        pending = state.pending
        words = _("last sent {sent}, last confirmed {confirmed}")
        sent, confirmed = moment(pending.last_export), moment(pending.last_confirmed)
        return words.format(sent=sent, confirmed=confirmed), pending.records
    received = max((station.last_received or "" for station in state.stations), default="")
    return _("last bundle received {received}").format(received=moment(received or None)), 0
