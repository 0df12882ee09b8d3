"""A station's own place in the exchange: its counter of changes, the bundles it made, how far they are confirmed."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from zhaohu.records.exchange import ChangeCounter, SentBundle
from zhaohu.records.local import Setting
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

NOT_AGAIN = "exchange.not_again"
"""Id of the bundle that was the newest when the center lost what was confirmed: a delta may build on what is gone."""

KEYS_CHANGED_AFTER = "exchange.keys_changed_after"
"""Epoch and number of the newest bundle when the station's keys last changed."""

ENROLLED_AT = "exchange.enrolled_at"
"""When this station learned that the center has taken its reply."""

REPLY = "exchange.reply"
"""The reply to the enrolment file as it was written, until the center has taken it: sticks are lost."""

_PRESENT = select(ChangeCounter.epoch).scalar_subquery()
_MADE = select(SentBundle).where(SentBundle.epoch == _PRESENT)
_MARK = select(Setting.value).where(Setting.key == ACKNOWLEDGED).scalar_subquery()
_ACKNOWLEDGED = _MADE.where(SentBundle.bundle_id == _MARK)
_NEWEST = _MADE.order_by(col(SentBundle.no).desc()).limit(1)
_SINCE = _MADE.where(col(SentBundle.no) > bindparam("no")).order_by(col(SentBundle.no))
"""Put together once: every exchange asks each of these several times."""


class Counter(NamedTuple):
    """Whose changes are counted, in which epoch, and how many there were."""

    owner: str
    epoch: str
    seq: int


def counter(session: Session) -> Counter:
    """How far the count of changes has come."""
    session.flush()
    return Counter(*session.connection().exec_driver_sql("SELECT owner, epoch, seq FROM change_counter").one())


def acknowledged(session: Session) -> SentBundle | None:
    """The newest bundle that the center has confirmed, in this epoch."""
    return session.exec(_ACKNOWLEDGED).first()


def newest(session: Session) -> SentBundle | None:
    """The bundle made last, in this epoch."""
    return session.exec(_NEWEST).first()


def made_since(session: Session, no: int) -> list[SentBundle]:
    """The bundles of this epoch with a higher number, oldest first."""
    return list(session.exec(_SINCE, params={"no": no}))


def enrolled_at(session: Session) -> str | None:
    """When the center took this station's reply, as its first packet told; None while none was read."""
    return settings.get(session, ENROLLED_AT) or None


def owes_word(session: Session) -> bool:
    """Whether the center has not confirmed yet a bundle that says it was read what it repeats until then."""
    kept = settings.get(session, OWES_WORD)
    if kept in ("", NOW):
        return kept == NOW
    epoch, _space, no = kept.partition(" ")
    base = acknowledged(session)
    return base is None or (base.epoch == epoch and base.no < int(no))  # any bundle of a later life has said it too


def settled(session: Session) -> list[str]:
    """Names of the files that need not stay in the outbox: confirmed, or contained in what was."""
    mark = acknowledged(session)
    if mark is None:
        return []
    query = select(SentBundle.file).where(SentBundle.epoch == mark.epoch, SentBundle.no <= mark.no)
    return list(session.exec(query))
