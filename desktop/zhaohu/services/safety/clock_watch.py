"""The clock of this PC, which nobody has to believe: judged at log-in, said on screen, noted with what is entered."""

from __future__ import annotations

from sqlmodel import Session

from zhaohu.clock import Clock
from zhaohu.i18n import N_, _, format_date
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.store import clock_mark

_WHY = {
    "behind": N_("It shows an earlier time than the newest entry in this profile."),
    "before_build": N_("It shows a day before this version of the program was made."),
    "ahead": N_("It shows a time more than 400 days after the newest entry in this profile."),
}
_ADVICE = {
    "behind": N_("The clock of this PC is behind an earlier entry. Set date and time before entering data."),
    "before_build": N_("The clock of this PC is years behind. Set date and time before entering data."),
    "ahead": N_("The clock of this PC is far ahead of the newest entry. Check date and time before entering data."),
}


def judge_at_log_in(session: Session, clock: Clock) -> str:
    """Why the clock is in doubt for this log-in, as `Desk.clock_doubt`; a time in doubt does not become the mark."""
    highest = clock_mark.highest(session)
    doubt = clock_mark.judge(clock.now(), highest)
    if highest is not None:
        clock_mark.raise_to(session, highest)  # a profile of an older version keeps none; the log-in adds a line
    if not doubt:
        clock_mark.raise_to(session, clock.now())
    return doubt


def clock_words(desk: Desk) -> str:
    """What the frame says about the clock; empty when it was not in doubt at log-in. Any role."""
    desk.require(*Role)
    if not desk.clock_doubt:
        return ""
    return _("The clock of this PC is in doubt. What is entered now is marked so, and no date is filled in for you.")


def question(desk: Desk) -> tuple[str, str]:
    """What a person is asked who logs in while the clock is in doubt: the question, and why. Any role."""
    desk.require(*Role)
    asked = _("Is today {date}?").format(date=format_date(desk.today))
    after = _("If not, end the program and set the date and time of this PC first.")
    return asked, f"{_(_WHY[desk.clock_doubt])} {after}"


def confirm(desk: Desk) -> None:
    """A person says that the day is right. This log-in stays marked; the next one is judged by now. Any role."""
    desk.require(*Role)
    with desk.write("clock.confirm") as work:
        clock_mark.set_to(work.session, desk.clock.now())
        work.note(doubt=desk.clock_doubt)


def advice(desk: Desk, session: Session) -> str:
    """What the doctor says about the clock as it stands now; empty when it may be believed."""
    found = clock_mark.doubt(session, desk.clock.now())
    return _(_ADVICE[found]) if found else ""
