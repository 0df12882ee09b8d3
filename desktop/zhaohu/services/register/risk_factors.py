"""Risk factors of a child (高危因素): those that follow from its birth, and those that a person found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Child, ChildRisk
from zhaohu.records.codes import Risk, Role, SiteKind, label
from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.services.care.visits import births_at_risk
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.lookup import editable_child, present_child
from zhaohu.services.register.moves import reason_words

LONGEST_NOTE = 200
_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk factor.

    Args:
        id: Of the record; empty for one that follows from the birth, which goes only when those facts are corrected.
        since: The day it was found, or of the birth.
        ended_on: The last day on which it counted; None while it goes on.
    """

    id: str
    risk: Risk
    since: date
    note: str
    ended_on: date | None
    ended_reason: str
    recorded_by: str

    @property
    def derived(self) -> bool:
        """Whether it follows from the birth."""
        return not self.id


def risks_of(desk: Desk, child_id: str) -> list[RiskRow]:
    """A child's risk factors: those that go on first, then those that ended.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        return rows_of(session, present_child(session, child_id))


def rows_of(session: Session, child: Child) -> list[RiskRow]:
    """As `risks_of`, within a transaction that is open already."""
    found = [RiskRow("", risk, child.birth_date, "", None, "", "") for risk in _from_birth(session, child)]
    kept = select(ChildRisk).where(ChildRisk.child_id == child.id, col(ChildRisk.deleted_at).is_(None))
    for row in session.exec(kept.order_by(col(ChildRisk.found_on), col(ChildRisk.id))):
        reason = row.ended_reason or ""
        found.append(RiskRow(row.id, row.risk, row.found_on, row.note or "", row.ended_on, reason, row.recorded_by))
    return sorted(found, key=lambda row: row.ended_on is not None)


def add_risk(desk: Desk, child_id: str, risk: Risk, on: date, note: str = "") -> str:
    """Note a risk factor that a person found; returns the record's id. Admin or teacher.

    Raises:
        BadInput: The day or the note cannot be right; another risk factor needs a note that says which.
        Refused: It goes on already (`known_risk`), or the child was released.
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    words = note.strip()
    if len(words) > LONGEST_NOTE:
        message = _("The note is too long: at most {most} characters.").format(most=LONGEST_NOTE)
        raise BadInput(message, field="note")
    if risk is Risk.OTHER and not words:
        raise BadInput(_("Say in the note which risk factor it is."), field="note")
    with desk.write("child.risk") as work:
        child = editable_child(desk, work.session, child_id)
        _refuse_day(desk, on, child.birth_date, _("The day must lie between the birth on {day} and today."))
        going_on = [row for row in rows_of(work.session, child) if row.ended_on is None and row.risk is risk]
        if any(row.note == words or risk is not Risk.OTHER for row in going_on):
            raise Refused(_("“{risk}” is noted already.").format(risk=label(risk)), code="known_risk", field="risk")
        made = desk.make(ChildRisk, child_id=child.id, risk=risk, found_on=on, note=words or None)
        work.session.add(made)
        work.note(child, risk=str(risk))
        return made.id


def end_risk(desk: Desk, risk_id: str, on: date, reason: str) -> None:
    """A risk factor does not count any more; it stays in the history. Admin or teacher.

    Raises:
        BadInput: The day or the reason cannot be right.
        Refused: It ended already (`ended`), or the child was released.
        NotFound: There is no such risk factor.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.risk_end") as work:
        row = work.session.get(ChildRisk, risk_id)
        if row is None or row.deleted_at is not None:
            raise NotFound(_("There is no such risk factor."), code="no_such_risk")
        child = editable_child(desk, work.session, row.child_id)
        if row.ended_on is not None:
            raise Refused(_("This risk factor ended already."), code="ended")
        _refuse_day(desk, on, row.found_on, _("The day must lie between the finding on {day} and today."))
        row.ended_on, row.ended_reason = on, reason_words(reason)
        work.note(child, risk=str(row.risk))


def _from_birth(session: Session, child: Child) -> tuple[Risk, ...]:
    answers = births_at_risk(session, child.id).get(child.id)
    return derived_risks(BirthFacts(child.gestation_days, child.birth_weight_g, child.plurality, answers))


def _refuse_day(desk: Desk, on: date, first: date, message: str) -> None:
    if not first <= on <= desk.today:
        raise BadInput(message.format(day=format_date(first)), field="on", value=on.isoformat())
