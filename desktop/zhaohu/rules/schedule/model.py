"""The schedule as data: contacts, the tracks that they belong to, and the states in which they can stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from zhaohu.i18n import N_, _


class Track(StrEnum):
    """Contacts of one track follow one another: one is missed when the next of its own track opens."""

    CHECK = "check"
    TCM = "tcm"
    FEEDING = "feeding"
    HIGH_RISK = "high_risk"
    EXTRA = "extra"


class DueState(StrEnum):
    """How one contact of one child stands on a day; in the order in which lists show them.

    A contact is `overdue` from the day after its window until the next contact of its track opens; from then on it is
    `missed`: the next visit takes its place (the last contact is missed as soon as its window is over). A day that was
    agreed keeps it open: it is `moved` before that day, and not missed before it. What a family refused is `refused`
    until another day is agreed; what a person left out of a plan is `left_out`. A service given late is still recorded
    and is `done_late`, also after the contact counted as missed, or was refused.
    """

    OVERDUE = "overdue"
    DUE = "due"
    MOVED = "moved"
    UPCOMING = "upcoming"
    MISSED = "missed"
    REFUSED = "refused"
    LEFT_OUT = "left_out"
    DONE_LATE = "done_late"
    DONE = "done"


OPEN = frozenset({DueState.OVERDUE, DueState.DUE, DueState.MOVED, DueState.UPCOMING})
"""Still to be done."""

_STATES = {
    DueState.OVERDUE: N_("overdue"),
    DueState.DUE: N_("due now"),
    DueState.MOVED: N_("set for a later day"),
    DueState.UPCOMING: N_("coming up"),
    DueState.MISSED: N_("missed"),
    DueState.REFUSED: N_("refused by the family"),
    DueState.LEFT_OUT: N_("left out of the plan"),
    DueState.DONE_LATE: N_("done late"),
    DueState.DONE: N_("done in time"),
}
_TRACKS = {
    Track.CHECK: N_("health check"),
    Track.TCM: N_("Chinese-medicine guidance"),
    Track.FEEDING: N_("feeding assessment"),
    Track.HIGH_RISK: N_("high-risk follow-up"),
    Track.EXTRA: N_("extra visit or re-check"),
}


def state_label(state: DueState) -> str:
    """The state in the language in use."""
    return _(_STATES[state])


def track_label(track: Track) -> str:
    """The track in the language in use."""
    return _(_TRACKS[track])


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact of the schedule.

    Args:
        code: Stable code: NB1, M01 … M36; of an extra contact its row id.
        name: Official name (a term of the `forms` catalog), like `place` and `source`.
        form: Id of the form that records it.
        track: Which contacts it follows and is followed by.
        companion_of: Code of the check at which it is done too, where that is open; empty for none.
        from_discharge: Whether days count from the discharge; else from the birth.
        days: The window opens so many days after that; or, when `months` is given,
        months: when so many calendar months are completed.
        for_days: The window's last day is so many days after it opens; or, when `until_months` is given,
        until_months: the day before so many months are completed.
        high_risk_for_days: As `for_days`, for high-risk children.
        since: Windows that open before that day are not due.
    """

    code: str
    name: str
    form: str
    place: str
    source: str
    track: Track = Track.CHECK
    companion_of: str = ""
    from_discharge: bool = False
    days: int = 0
    months: int | None = None
    for_days: int = 0
    until_months: int | None = None
    high_risk_for_days: int | None = None
    since: date | None = None


@dataclass(frozen=True, eq=False)
class Schedule:
    """One edition of the schedule; the contacts of a track in the order of age, the checks first.

    Args:
        assumed_discharge_days: A discharge day that nobody wrote down is taken to be so many days after the birth.
        extra_overdue_days: An extra contact stays overdue for so many days before it counts as missed.
    """

    id: str
    title: str
    effective_from: date
    source: str
    assumed_discharge_days: int
    extra_overdue_days: int
    contacts: tuple[Contact, ...]

    @cached_property
    def by_code(self) -> dict[str, Contact]:
        """The contacts by their codes."""
        return {contact.code: contact for contact in self.contacts}

    @cached_property
    def checks(self) -> tuple[Contact, ...]:
        """The official contacts that indicators count."""
        return self.on(Track.CHECK)

    def on(self, track: Track) -> tuple[Contact, ...]:
        """The contacts of a track, in the order of age."""
        return tuple(contact for contact in self.contacts if contact.track is track)

    def contact(self, code: str) -> Contact:
        """The contact of that code.

        Raises:
            KeyError: The schedule has none.
        """
        return self.by_code[code]
