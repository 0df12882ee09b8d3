"""Visits and re-checks beyond the schedule that a person plans for one child."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlmodel import col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Child, ExtraContact, FollowUp
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.rules.schedule import LONGEST_EXTRA_DAYS
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.register.consents import refuse_unwanted_guidance
from zhaohu.services.register.lookup import editable_child, present_child
from zhaohu.services.register.moves import LONGEST_REASON, reason_words

_READERS = tuple(Role)
LONGEST_TITLE = 100


class ExtraRow(NamedTuple):
    """One extra contact; its id is the code by which plans, attempts and visits name it."""

    id: str
    title: str
    form: str
    due_from: date
    due_to: date
    reason: str
    follow_up_id: str
    recorded_at: str
    recorded_by: str


def add(
    desk: Desk,
    child_id: str,
    *,
    title: str,
    form: str,
    due_from: date,
    due_to: date,
    reason: str = "",
) -> str:
    """Plan an extra visit; returns its id. Admin or teacher.

    Args:
        desk: Who asks, and where.
        child_id: The child.
        title: What it is for, as lists show it.
        form: Id of the form that records it.
        due_from: First day.
        due_to: Last day.
        reason: Why.

    Raises:
        BadInput: The title or the reason is missing or too long, or the days cannot be right.
        Refused: The child is off the register (`off_register`), its guardians refused guidance (`consent_refused`),
            or it was released.
        NotFound: There is no such child or form.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("extra_contact.add") as work:
        child = editable_child(desk, work.session, child_id)
        if due_to < desk.today:
            raise BadInput(_("The last day lies in the past."), field="due_to", value=due_to.isoformat())
        refuse_unwanted_guidance(work.session, child, form, date.max)
        return add_within(desk, work, child, title=title, form=form, due_from=due_from, due_to=due_to, reason=reason)


def add_within(
    desk: Desk,
    work: Work,
    child: Child,
    *,
    title: str,
    form: str,
    due_from: date,
    due_to: date,
    reason: str = "",
    follow_up_id: str = "",
) -> str:
    """As `add`, within an act that is open already; of a visit that is keyed in late the days may be past.

    With a follow-up it is the re-check of that.
    """
    if child.status is not ChildStatus.ACTIVE:
        raise Refused(_("{name} is not on the register any more.").format(name=child.name), code="off_register")
    words, why = title.strip(), reason.strip()
    if not 1 <= len(words) <= LONGEST_TITLE:
        message = _("Say in a few words what for: at most {most} characters.")
        raise BadInput(message.format(most=LONGEST_TITLE), field="title")
    if len(why) > LONGEST_REASON:
        message = _("The reason is too long: at most {most} characters.")
        raise BadInput(message.format(most=LONGEST_REASON), field="reason")
    _check_days(child, due_from, due_to)
    reference.form(form)
    if follow_up_id:
        follow_up = work.session.get(FollowUp, follow_up_id)
        if follow_up is None or follow_up.child_id != child.id or follow_up.deleted_at is not None:
            raise NotFound(_("There is nothing of this kind to follow up."), code="no_such_follow_up")
    added = desk.make(
        ExtraContact,
        child_id=child.id,
        title=words,
        form=form,
        due_from=due_from,
        due_to=due_to,
        reason=why or None,
        follow_up_id=follow_up_id or None,
    )
    work.session.add(added)
    work.session.flush()
    if work.subject is None:
        work.note(added, form=form)
    return added.id


def remove(desk: Desk, extra_id: str, reason: str) -> None:
    """Take back an extra contact. Admin or teacher.

    Raises:
        BadInput: No reason is given, or it is too long.
        Refused: It was taken back already (`struck_already`), or the child was released.
        NotFound: There is none of that id, or no such child any more.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("extra_contact.remove") as work:
        extra = work.session.get(ExtraContact, extra_id)
        if extra is None:
            raise NotFound(_("There is no such extra visit."), code="no_such_extra")
        editable_child(desk, work.session, extra.child_id)
        if extra.deleted_at is not None:
            raise Refused(_("This extra visit was taken back already."), code="struck_already")
        extra.deleted_reason = reason_words(reason)
        extra.deleted_at, extra.deleted_by = desk.clock.stamp(), desk.person.display_name
        work.note(extra)


def of_child(desk: Desk, child_id: str) -> list[ExtraRow]:
    """A child's extra contacts in the order of their days, without those that were taken back."""
    desk.require(*_READERS)
    with desk.read() as session:
        present_child(session, child_id)
        statement = (
            select(ExtraContact)
            .where(ExtraContact.child_id == child_id, col(ExtraContact.deleted_at).is_(None))
            .order_by(col(ExtraContact.due_from), col(ExtraContact.id))
        )
        return [
            ExtraRow(
                one.id,
                one.title,
                one.form,
                one.due_from,
                one.due_to,
                one.reason or "",
                one.follow_up_id or "",
                one.recorded_at,
                one.recorded_by,
            )
            for one in session.exec(statement)
        ]


def _check_days(child: Child, due_from: date, due_to: date) -> None:
    if due_from < child.birth_date:
        message = _("The day lies before the birth on {day}.").format(day=format_date(child.birth_date))
        raise BadInput(message, field="due_from", value=due_from.isoformat())
    if due_to < due_from:
        raise BadInput(_("The last day lies before the first one."), field="due_to", value=due_to.isoformat())
    if (due_to - due_from).days > LONGEST_EXTRA_DAYS:
        message = _("An extra visit can be planned over {n} days at most.").format(n=LONGEST_EXTRA_DAYS)
        raise BadInput(message, field="due_to", value=due_to.isoformat())
