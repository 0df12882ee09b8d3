"""A station's own place in the exchange: its counter of changes, the bundles it made, how far they are confirmed."""

from __future__ import annotations

from sqlmodel import Session, col, select

from zhaohu.records.exchange import ChangeCounter, SentBundle
from zhaohu.store import settings

ACKNOWLEDGED = "exchange.acknowledged"
"""Id of the newest bundle that the center has confirmed."""

FULL_WANTED = "exchange.full_wanted"
"""Set while the center, or somebody here, asks for everything once more."""

OWN_WISH = "own"
"""What is kept there when somebody here asked; a packet that does not ask leaves it."""

OWES_WORD = "exchange.owes_word"
"""Epoch and number of the bundle that says it was read what the center repeats; `now` while none was made."""

NOW = "now"

RESUME_COUNTER = "exchange.resume_counter"
"""Highest order to go back that was obeyed."""

RECOVERY_RECIPIENT = "exchange.recovery_recipient"
"""To whom bundles are encrypted besides the center: the key on the center's recovery sheet."""

KEYS_CHANGED_AFTER = "exchange.keys_changed_after"
"""Epoch and number of the newest bundle when the station's keys last changed."""

ENROLLED_AT = "exchange.enrolled_at"
"""When this station learned that the center has taken its reply."""


def counter(session: Session) -> ChangeCounter:
    """Whose changes are counted, in which epoch, and how many there were."""
    return session.exec(select(ChangeCounter)).one()


def acknowledged(session: Session) -> SentBundle | None:
    """The newest bundle that the center has confirmed, in this epoch."""
    bundle = session.get(SentBundle, settings.get(session, ACKNOWLEDGED))
    return bundle if bundle is not None and bundle.epoch == counter(session).epoch else None


def newest(session: Session) -> SentBundle | None:
    """The bundle made last, in this epoch."""
    epoch = counter(session).epoch
    return session.exec(select(SentBundle).where(SentBundle.epoch == epoch).order_by(col(SentBundle.no).desc())).first()


def made_since(session: Session, no: int) -> list[SentBundle]:
    """The bundles of this epoch with a higher number, oldest first."""
    epoch = counter(session).epoch
    query = select(SentBundle).where(SentBundle.epoch == epoch, SentBundle.no > no)
    return list(session.exec(query.order_by(col(SentBundle.no))))


def enrolled_at(session: Session) -> str | None:
    """When the center took this station's reply, as its first packet told; None while none was read."""
    return settings.get(session, ENROLLED_AT) or None


def owes_word(session: Session) -> bool:
    """Whether the center has not confirmed yet a bundle that says it was read what it repeats until then."""
    kept, base = settings.get(session, OWES_WORD), acknowledged(session)
    epoch, _space, no = kept.partition(" ")
    return kept != "" and not (base is not None and base.epoch == epoch and base.no >= int(no))


def settled(session: Session) -> list[str]:
    """Names of the files that need not stay in the outbox: confirmed, or contained in what was."""
    mark = acknowledged(session)
    if mark is None:
        return []
    query = select(SentBundle.file).where(SentBundle.epoch == mark.epoch, SentBundle.no <= mark.no)
    return list(session.exec(query))
