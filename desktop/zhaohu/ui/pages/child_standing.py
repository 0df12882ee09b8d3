"""Why a child's record is only to look at: on its way to another station, or handed over already."""

from __future__ import annotations

from zhaohu.i18n import _, format_date
from zhaohu.services.register.standing import Elsewhere, Pending


def release_words(pending: Pending | None) -> str:
    """That a child waits for the exchange; nothing for one that does not."""
    if pending is None:
        return ""
    if pending.asked_back_on is not None:
        return _(
            "Asked back from {station} on {day}. The center's next return packet says whether the child stays; until "
            "then this record is only to look at, and nothing is due."
        ).format(station=pending.station, day=format_date(pending.asked_back_on))
    return _(
        "Released to {station} on {day} and waiting for the exchange. Until it is there, this record is only to look "
        "at, and nothing is due."
    ).format(station=pending.station, day=format_date(pending.released_on))


def elsewhere_words(elsewhere: Elsewhere | None) -> str:
    """That another station looks after a child now; nothing for one of this station."""
    if elsewhere is None:
        return ""
    if elsewhere.on is None:
        words = _("{station} looks after this child now. The record here is a copy, only to look at.")
        return words.format(station=elsewhere.station)
    words = _("Handed over to {station} on {day}. The record here is a copy as of then, only to look at.")
    return words.format(station=elsewhere.station, day=format_date(elsewhere.on))
