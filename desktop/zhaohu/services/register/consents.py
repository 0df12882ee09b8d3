"""Guardian's consent (知情同意) beyond the statutory basic service: who decided what when, and what a no stops.

The basic service needs no consent. The newest decision of a scope counts; without any the consent form is not signed,
which is shown and stops nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import N_, _, format_date
from zhaohu.records import Child, Consent
from zhaohu.records.code_lists import GUARDIAN_RELATIONS
from zhaohu.records.codes import ConsentScope, Role, SiteKind
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.lookup import editable_child, present_child

GUIDANCE_VISIT = "guidance_home_visit"
"""The form of a visit at home for guidance, which families may refuse; all other forms are the basic service's."""
LONGEST_NAME = 50
LONGEST_REASON = 200
_AT_ONCE = 500
_READERS = tuple(Role)
_STOPS = {
    ConsentScope.GUIDANCE: N_(
        "The child is not invited to parenting classes and not visited at home for guidance; the hand-out tells only "
        "what a check found."
    ),
    ConsentScope.CONTACT: N_(
        "Phone numbers are left out of due lists, route lists, forms printed ahead, sign-in sheets and the register; "
        "nobody calls or writes."
    ),
    ConsentScope.SHARING: N_(
        "Exported lists hide the name and the whole family; the child is not released to another station; a referral "
        "starts without telephone."
    ),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a guardian decided about one scope; `withdrawn` when this no took back an earlier yes."""

    id: str
    scope: ConsentScope
    given: bool
    withdrawn: bool
    decided_on: date
    guardian: str
    relation: str
    reason: str
    recorded_by: str
    recorded_at: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How consent stands: the decision that counts for each scope that was decided, and all that were ever made."""

    counts: Mapping[ConsentScope, Decision]
    history: tuple[Decision, ...]

    @property
    def asked(self) -> bool:
        """Whether the guardians were asked at all."""
        return bool(self.history)

    @property
    def refused(self) -> tuple[ConsentScope, ...]:
        """The scopes to which they say no."""
        return tuple(scope for scope in ConsentScope if scope in self.counts and not self.counts[scope].given)


def stops(scope: ConsentScope) -> str:
    """What a refusal or a withdrawal of a scope stops, in words."""
    return _(_STOPS[scope])


def decision_words(decision: Decision) -> str:
    """What was decided, in words."""
    if decision.given:
        return _("Consent given")
    return _("Consent withdrawn") if decision.withdrawn else _("Consent refused")


def decide(
    desk: Desk,
    child_id: str,
    given: Mapping[ConsentScope, bool],
    on: date,
    guardian: str,
    relation: str,
    reason: str = "",
) -> None:
    """Keep what a guardian decided. Admin or teacher.

    Args:
        desk: Who asks, and where.
        child_id: The child.
        given: Yes or no for each scope that was decided; the others stay as they were.
        on: The day on the consent form.
        guardian: Who decided.
        relation: As which relative: code of GB/T 4761, seen from the child.
        reason: Why, for a no.

    Raises:
        BadInput: Nothing was decided, or the day, the name or the relation cannot be right.
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
        Refused: It was released to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not given:
        raise BadInput(_("Enter what the guardian decided, for one scope at least."), code="nothing_decided")
    name, why = _checked(guardian, relation, reason)
    with desk.write("child.consent") as work:
        child = editable_child(desk, work.session, child_id)
        if not child.birth_date <= on <= desk.today:
            message = _("The day must lie between the birth on {day} and today.")
            raise BadInput(message.format(day=format_date(child.birth_date)), field="on", value=on.isoformat())
        for scope, yes in given.items():
            values = {"scope": scope, "given": yes, "decided_on": on, "guardian": name, "relation": relation}
            work.session.add(desk.make(Consent, child_id=child.id, reason=why or None, **values))
        work.note(child, given=sorted(scope for scope, yes in given.items() if yes))
        work.note(refused=sorted(scope for scope, yes in given.items() if not yes))


def _checked(guardian: str, relation: str, reason: str) -> tuple[str, str]:
    name, why = guardian.strip(), reason.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadInput(_("Enter who decided: at most {most} characters.").format(most=LONGEST_NAME), field="guardian")
    if relation not in GUARDIAN_RELATIONS:
        raise BadInput(_("Choose how the guardian is related to the child."), field="relation")
    if len(why) > LONGEST_REASON:
        message = _("The reason is too long: at most {n} characters.")
        raise BadInput(message.format(n=LONGEST_REASON), field="reason")
    return name, why


def standing(desk: Desk, child_id: str) -> Standing:
    """How consent stands for a child.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        return standing_of(session, present_child(session, child_id))


def standing_of(session: Session, child: Child) -> Standing:
    """As `standing`, within a transaction that is open already."""
    statement = select(Consent).where(Consent.child_id == child.id, col(Consent.deleted_at).is_(None))
    counts: dict[ConsentScope, Decision] = {}
    history = []
    for row in session.exec(statement.order_by(col(Consent.decided_on), col(Consent.id))):
        before = counts.get(row.scope)
        decision = Decision(
            row.id,
            row.scope,
            row.given,
            not row.given and before is not None and before.given,
            row.decided_on,
            row.guardian,
            row.relation,
            row.reason or "",
            row.recorded_by,
            row.recorded_at,
        )
        counts[row.scope] = decision
        history.append(decision)
    return Standing(counts, tuple(reversed(history)))


def refuse_unwanted_guidance(session: Session, child: Child, form_id: str, on: date) -> None:
    """Refuse a visit at home for guidance on a day after the guardians said no to guidance.

    Raises:
        Refused: They did (`consent_refused`).
    """
    if form_id != GUIDANCE_VISIT:
        return
    decision = standing_of(session, child).counts.get(ConsentScope.GUIDANCE)
    if decision is None or decision.given or on <= decision.decided_on:
        return
    message = _(
        "The guardians of {name} refused guidance on {day}: no visit at home for guidance is planned or recorded after "
        "that. If they have changed their mind, record the new decision first."
    )
    raise Refused(
        message.format(name=child.name, day=format_date(decision.decided_on)), code="consent_refused", child_id=child.id
    )


def gives_no_numbers(session: Session, child: Child) -> bool:
    """Whether the family's telephones are not to be handed on: no calls are wanted, or no data are handed on."""
    return bool({ConsentScope.CONTACT, ConsentScope.SHARING} & set(standing_of(session, child).refused))


def refused(session: Session, child_ids: Collection[str] | None, scope: ConsentScope) -> set[str]:
    """The children whose guardians say no to a scope; of some children, or of all with None."""
    statement = refusals(scope)
    if child_ids is not None and len(child_ids) <= _AT_ONCE:
        statement = statement.where(col(Consent.child_id).in_(child_ids))
    found = set(session.exec(statement))
    return found if child_ids is None else found & set(child_ids)


def refusals(scope: ConsentScope, until: Mapped[date] | None = None) -> SelectOfScalar[str]:
    """The ids of the children whose guardians say no to a scope; `until` leaves out what is decided later than that."""
    later = aliased(Consent)
    newer = (
        select(later.id)
        .where(later.child_id == Consent.child_id, later.scope == Consent.scope, col(later.deleted_at).is_(None))
        .where(
            or_(
                col(later.decided_on) > Consent.decided_on,
                and_(later.decided_on == Consent.decided_on, col(later.id) > Consent.id),
            )
        )
    )
    statement = select(Consent.child_id).where(
        Consent.scope == scope, col(Consent.given).is_(False), col(Consent.deleted_at).is_(None), ~newer.exists()
    )
    return statement if until is None else statement.where(col(Consent.decided_on) <= until)
