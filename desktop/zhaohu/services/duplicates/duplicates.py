"""Children of the register who may be one: at entry, in the whole register, and those a person told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from zhaohu.errors import BadInput, Cancelled, NotFound
from zhaohu.i18n import N_, _
from zhaohu.records import NotDuplicate
from zhaohu.records.codes import Role, Sex, SiteKind
from zhaohu.rules import duplicates as rules
from zhaohu.rules.duplicates import Grade, KnownChild, Likeness
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.duplicates.duplicate_rows import OneChild, everybody, families, known, like_entered
from zhaohu.services.register.lookup import editable_child
from zhaohu.store.audit import canonical_json

Progress = Callable[[int, int], None]

_READERS = tuple(Role)
LONGEST_REASON = 200
_GRADES = {Grade.SURE: N_("sure"), Grade.LIKELY: N_("likely"), Grade.POSSIBLE: N_("possible")}


@dataclass(frozen=True, slots=True)
class Alike:
    """A child of the register who may be the one that is being entered."""

    child: OneChild
    grade: Grade
    likeness: Likeness

    @property
    def sure(self) -> bool:
        """Whether there is hardly a doubt."""
        return self.grade is Grade.SURE

    @property
    def reason(self) -> str:
        """Why, in the language in use, to go on a sentence."""
        return self.likeness.reason


@dataclass(frozen=True, slots=True)
class Pair:
    """Two children of the register who may be one; `one` was registered first."""

    one: OneChild
    other: OneChild
    grade: Grade
    likeness: Likeness

    @property
    def reason(self) -> str:
        """Why, in the language in use, to go on a sentence."""
        return self.likeness.reason


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Two children whom a person found to be two."""

    id: str
    one: str
    other: str
    reason: str
    at: str
    by: str


def grade_label(grade: Grade) -> str:
    """A grade in the language in use."""
    return _(_GRADES[grade])


def alike(
    desk: Desk,
    name: str,
    sex: Sex,
    birth_date: date,
    citizen_id: str = "",
    birth_certificate_no: str = "",
    phones: Sequence[str] = (),
    caregivers: Sequence[str] = (),
    leave_out: str = "",
) -> list[Alike]:
    """Children of the register who may be the one that is being entered, the surest first; quick enough while typing.

    Args:
        desk: Who asks.
        name: As typed.
        sex: As typed.
        birth_date: As typed.
        citizen_id: As typed; empty for none.
        birth_certificate_no: As typed; empty for none.
        phones: Of the family.
        caregivers: Their names.
        leave_out: The child that is being corrected; whom it was told apart from is left out too.
    """
    desk.require(*_READERS)
    entered = KnownChild(
        leave_out,
        name,
        birth_date,
        sex,
        citizen_id,
        tuple(phones),
        tuple(caregivers),
        certificate_no=birth_certificate_no,
    )
    with desk.read() as session:
        entered, candidates = like_entered(session, entered)
        found = [(who, judged) for who, judged in rules.of_one(entered, candidates) if who.id != leave_out]
        if leave_out:
            apart = told_apart(session, [leave_out])
            found = [
                (who, judged)
                for who, judged in found
                if not still_apart(apart.get(key_of(leave_out, who.id), ()), entered, who, judged.grade)
            ]
        shown = families(session, [who.id for who, _judged in found])
    return [Alike(shown[who.id], judged.grade, judged.likeness) for who, judged in found]


def find_all(desk: Desk, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None) -> list[Pair]:
    """All pairs of the register who may be one child, the surest first; without those that a person told apart.

    A pair that was told apart comes back when a name, sex, birth date, citizen id or birth certificate number of one of
    the two has changed since, or when they have become surer to be one.

    Raises:
        Cancelled: It was asked for.
    """
    desk.require(*_READERS)

    def advance(done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done, total)

    with desk.read() as session:
        advance(0, 0)
        people = {child.id: child for child in everybody(session)}
        apart = told_apart(session)
        found = [
            pair
            for pair in rules.pairs(people.values(), advance)
            if not still_apart(
                apart.get((pair.one, pair.other), ()), people[pair.one], people[pair.other], pair.alike.grade
            )
        ]
        shown = families(session, {one for pair in found for one in (pair.one, pair.other)})
    return [pair_of(shown[pair.one], shown[pair.other], pair.alike) for pair in found]


def tell_apart(desk: Desk, one_id: str, other_id: str, reason: str = "") -> str:
    """Remember that two children who are alike are two; returns the id of the remark. Admin or teacher.

    Raises:
        BadInput: The reason is too long, or both are one child.
        NotFound: There is no such child.
        NotAllowed: One is another station's, or the account may not record.
        Refused: One was released to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if len(reason.strip()) > LONGEST_REASON:
        message = _("The reason is too long: at most {n} characters.")
        raise BadInput(message.format(n=LONGEST_REASON), field="reason")
    if one_id == other_id:
        raise BadInput(_("These are not two children but one and the same record."), code="same_record")
    with desk.write("child.tell_apart") as work:
        first, second = (editable_child(desk, work.session, child_id) for child_id in key_of(one_id, other_id))
        both = known(work.session, [first.id, second.id])
        judged = rules.judge(both[first.id], both[second.id])
        grade = judged.grade if judged is not None else Grade.POSSIBLE
        remark = desk.make(
            NotDuplicate,
            child_id=first.id,
            other_id=second.id,
            reason=reason.strip() or None,
            judged=_judged(both[first.id], both[second.id], grade),
        )
        work.session.add(remark)
        work.note(first, other=second.id)
        return remark.id


def list_told_apart(desk: Desk) -> list[ToldApart]:
    """The pairs that a person told apart, the newest first."""
    desk.require(*_READERS)
    with desk.read() as session:
        remarks = session.exec(
            select(NotDuplicate).where(col(NotDuplicate.deleted_at).is_(None)).order_by(col(NotDuplicate.id).desc())
        ).all()
        shown = families(session, {one for remark in remarks for one in (remark.child_id, remark.other_id)})
        return [
            ToldApart(
                remark.id,
                shown[remark.child_id].name,
                shown[remark.other_id].name,
                remark.reason or "",
                remark.recorded_at,
                remark.recorded_by,
            )
            for remark in remarks
            if remark.child_id in shown and remark.other_id in shown
        ]


def forget_apart(desk: Desk, remark_id: str) -> None:
    """Take back that two children were told apart: they are looked at again. Admin or teacher.

    Raises:
        NotFound: There is no such remark at this station, or it was taken back already.
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.tell_apart_undo") as work:
        remark = work.session.get(NotDuplicate, remark_id)
        if remark is None or remark.deleted_at is not None or remark.owner != desk.site.code:
            raise NotFound(_("This decision is not kept any more."), code="no_such_remark")
        remark.deleted_at, remark.deleted_by = desk.clock.stamp(), desk.person.display_name
        work.note(remark)


def pair_of(one: OneChild, other: OneChild, judged: rules.Alike) -> Pair:
    """Two children and why they may be one; who was registered first comes first."""
    first, second = sorted((one, other), key=lambda child: (child.registered_on, child.id))
    return Pair(first, second, judged.grade, judged.likeness)


def key_of(one: str, other: str) -> tuple[str, str]:
    """Two children's ids in one order, whichever way they are named."""
    return (one, other) if one < other else (other, one)


def told_apart(session: Session, child_ids: Collection[str] | None = None) -> dict[tuple[str, str], list[str]]:
    """What was thought of the pairs when they were told apart; of some children, or of all with None."""
    statement = select(NotDuplicate).where(col(NotDuplicate.deleted_at).is_(None))
    if child_ids is not None:
        statement = statement.where(
            or_(col(NotDuplicate.child_id).in_(child_ids), col(NotDuplicate.other_id).in_(child_ids))
        )
    found: dict[tuple[str, str], list[str]] = {}
    for remark in session.exec(statement):
        found.setdefault(key_of(remark.child_id, remark.other_id), []).append(remark.judged or "")
    return found


def still_apart(judged: Iterable[str], one: KnownChild, other: KnownChild, grade: Grade) -> bool:
    """Whether a person saw the same facts of both, and no less reason to think them one."""
    return any(then == _judged(one, other, graded) for then in judged for graded in Grade if graded.rank <= grade.rank)


def _judged(one: KnownChild, other: KnownChild, grade: Grade) -> str:
    """Grade and digest of the facts that tell two children apart."""
    facts = [
        [who.name, who.birth_date.isoformat(), int(who.sex), who.id_number, who.certificate_no]
        for who in sorted((one, other), key=lambda who: who.id)
    ]
    return f"{grade}:{hashlib.sha256(canonical_json(facts).encode('utf-8')).hexdigest()}"
