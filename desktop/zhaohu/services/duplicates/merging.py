"""Merging two records of one child: a person chooses field by field, everything of both is kept, and it can be undone.

The records that hang on the merged child are moved to the one that stays; the merged one is hidden, points there, and
keeps what it said. What was done is kept in a `ChildMerge`, from which it is undone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Child, ChildMerge
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.records.local import Draft
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due.contacts import recount, visits_of
from zhaohu.services.duplicates import merge_compare, merge_families, merge_rows
from zhaohu.services.duplicates.merge_compare import FIELDS, STATUS, Choice, Comparison, FieldPair
from zhaohu.services.duplicates.merge_families import plain
from zhaohu.services.duplicates.merge_rows import Moved
from zhaohu.services.duplicates.merge_undo import STANDING, give_back, records_since, refuse_undo
from zhaohu.services.follow import follow_up_hooks
from zhaohu.services.register import corrections, moves
from zhaohu.services.register.family_records import editable_household
from zhaohu.services.register.lookup import editable_child, present_child
from zhaohu.store.audit import canonical_json

__all__ = ["Choice", "Comparison", "FieldPair", "MergeRow", "Undone", "compare", "list_merges", "merge", "undo_merge"]

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge as lists show it, with the names that the two had before.

    `problem` says why it cannot be undone; empty when it can.
    """

    id: str
    child_id: str
    name: str
    birth_date: date
    merged_name: str
    merged_birth_date: date
    at: str
    by: str
    undone_at: str
    undone_by: str
    problem: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a merge that was undone.

    Args:
        child_id: The child that had stayed.
        other_id: The child that is back.
        stayed: Particulars, in words, that were changed since and stay as they are.
        caregivers: Names of copied caregivers that were changed since and stay.
        since: How many records came since the merge; they stay with the child that had stayed.
    """

    child_id: str
    other_id: str
    stayed: tuple[str, ...]
    caregivers: tuple[str, ...]
    since: int


def compare(desk: Desk, kept_id: str, other_id: str) -> Comparison:
    """Two children side by side, with what is proposed for each particular that differs.

    Raises:
        NotFound: One is not in the register, was removed, or was merged already.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        kept, other = present_child(session, kept_id), present_child(session, other_id)
        problem = ""
        try:
            _check(desk, session, kept_id, other_id)
        except (Refused, BadInput) as refused:
            problem = refused.message
        return Comparison(
            kept_id,
            other_id,
            kept.name,
            other.name,
            merge_compare.field_pairs(session, kept, other),
            merge_compare.counts(session, kept, other),
            merge_compare.notes(session, kept, other),
            problem,
        )


def merge(desk: Desk, keep: str, other: str, taken: Mapping[str, Choice]) -> str:
    """Make one child of two; returns the id of the merge. Admin or teacher.

    Args:
        desk: Who merges.
        keep: The child that stays.
        other: The child that it was found to be; its id leads to the other from now on.
        taken: Particulars to whether they are taken from the child that stays or from the other; those that are not
            named stay as they are.

    Raises:
        BadInput: There is no such particular, or both are one child.
        NotFound: One is not in the register, was removed, or was merged already.
        NotAllowed: One is another station's, or the account may not record.
        Refused: One, or a child of one of their families, was released to another station (`released`), or somebody
            has a form about the child that would be merged open as a draft (`draft_open`).
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if unknown := set(taken) - set(FIELDS):
        raise BadInput(_("There is no such particular: {field}.").format(field=min(unknown)), field=min(unknown))
    with desk.write("child.merge") as work:
        session = work.session
        kept, merged = _check(desk, session, keep, other)
        chosen = {name for name, side in taken.items() if side == "other"}
        before = {name: getattr(kept, name) for name in (*FIELDS, *STANDING)}
        status = merged.status if STATUS in chosen else kept.status
        if ChildStatus.DIED in (kept.status, merged.status) and status is not ChildStatus.DIED:
            desk.require(Role.ADMIN)  # as with every correction of a death
        homes = {kept.household_id, merged.household_id}
        for name in chosen - {STATUS}:
            setattr(kept, name, getattr(merged, name))
        done = merge_rows.move_records(desk, session, kept, merged, before["birth_date"])
        _settle_status(desk, session, kept, status, done)
        for home in homes - {kept.household_id}:
            merge_families.bring_carers(desk, session, kept.household_id, home, done)
        after = {name: getattr(kept, name) for name in before}
        changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
        why = _hide(desk, kept, merged)
        record = desk.make(
            ChildMerge,
            child_id=kept.id,
            merged_id=merged.id,
            changed=canonical_json({name: [plain(a), plain(b)] for name, (a, b) in changed.items()}),
            moved=canonical_json(done.value()),
        )
        session.add(record)
        _write_down(desk, session, kept, changed, why)
        work.note(kept, other=merged.id, fields=sorted(changed), counts=done.counts())
        return record.id


def undo_merge(desk: Desk, merge_id: str) -> Undone:
    """Make two children of one again, each with what it had; later corrections of moved records go with them.

    Admin or teacher.

    Raises:
        NotFound: There is no such merge at this station.
        NotAllowed: The account may not record.
        Refused: It was undone already (`undone`); the child was merged again since (`undo_later_first`); it was
            removed, or it or a child of its family released (`released`); a number that one of the two gets back
            was given to another one since (`already_registered`).
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.merge_undo") as work:
        session = work.session
        record = session.get(ChildMerge, merge_id)
        if record is None or record.owner != desk.site.code:
            raise NotFound(_("There is no such merge at this station."), code="no_such_merge")
        kept, merged = refuse_undo(desk, session, record), session.get_one(Child, record.merged_id)
        done, changed = Moved(**json.loads(record.moved)), json.loads(record.changed)
        merged.merged_into = merged.deleted_at = merged.deleted_by = merged.deleted_reason = None
        record.undone_at, record.undone_by = desk.clock.stamp(), desk.person.display_name
        merge_rows.move_back(session, kept, merged, done)
        names = merge_families.take_carers_away(desk, session, done)
        stayed, back = give_back(session, kept, record, changed, done)
        for child in (kept, merged):
            follow_up_hooks.status_changed(desk, session, child)
        born_stays = "birth_date" in changed and "birth_date" not in back
        recount(session, kept, visits_of(session, kept.id, after="" if born_stays else record.id))
        _write_down(desk, session, kept, back, _("The merging of two records was undone"))
        since = records_since(session, kept, record)
        work.note(kept, other=merged.id, fields=sorted(back), rows=since)
        return Undone(kept.id, merged.id, tuple(stayed), tuple(names), since)


def list_merges(desk: Desk) -> list[MergeRow]:
    """All merges, the newest first."""
    desk.require(*_READERS)
    rows = []
    with desk.read() as session:
        for record in session.exec(select(ChildMerge).order_by(col(ChildMerge.id).desc())).all():
            kept, merged = session.get_one(Child, record.child_id), session.get_one(Child, record.merged_id)
            problem = ""
            try:
                refuse_undo(desk, session, record)
            except Refused as refused:
                problem = refused.message
            rows.append(
                MergeRow(
                    record.id,
                    kept.id,
                    *_as_it_was(record, kept),
                    merged.name,
                    merged.birth_date,
                    record.recorded_at,
                    record.recorded_by,
                    record.undone_at or "",
                    record.undone_by or "",
                    problem,
                )
            )
    return rows


def _as_it_was(record: ChildMerge, kept: Child) -> tuple[str, date]:
    """Name and birth date of the child that stays, as they were before the merge."""
    changed = json.loads(record.changed)
    name, _after = changed.get("name", (kept.name, ""))
    born, _after = changed.get("birth_date", (kept.birth_date.isoformat(), ""))
    return name, date.fromisoformat(born)


def _check(desk: Desk, session: Session, keep: str, other: str) -> tuple[Child, Child]:
    """Both children, when they may be merged."""
    if keep == other:
        raise BadInput(_("These are not two children but one and the same record."), code="same_record")
    kept, merged = editable_child(desk, session, keep), editable_child(desk, session, other)
    for home in {kept.household_id, merged.household_id} if kept.household_id != merged.household_id else ():
        editable_household(desk, session, home)
    drafts = session.exec(select(Draft.account).where(Draft.child_id == merged.id)).all()
    if drafts:
        message = _("{name} has forms that are not saved yet, by {accounts}. Save or drop these drafts first.")
        raise Refused(message.format(name=merged.name, accounts=_(", ").join(sorted(set(drafts)))), code="draft_open")
    return kept, merged


def _settle_status(desk: Desk, session: Session, kept: Child, status: ChildStatus, done: Moved) -> None:
    """The newest change of status of both says how the child stands; it is added to when a person chose otherwise."""
    newest = moves.newest_change(session, kept.id)
    if (newest.status if newest else ChildStatus.ACTIVE) is not status:
        day = max(desk.today, newest.happened_on) if newest else desk.today
        moves.put_status(desk, session, kept, status, day, _("Two records of one child were merged."))
        newest = moves.newest_change(session, kept.id)
        assert newest is not None
        done.made["status_change"] = {newest.id: {}}
    kept.status, kept.status_on = status, newest.happened_on if newest else None
    kept.status_reason = newest.reason if newest else None
    follow_up_hooks.status_changed(desk, session, kept)


def _hide(desk: Desk, kept: Child, merged: Child) -> str:
    """Hide the merged child, and say where it is; returns the reason as it is written down."""
    why = _("One child with another record")
    merged.merged_into = kept.id
    merged.deleted_at, merged.deleted_by, merged.deleted_reason = desk.clock.stamp(), desk.person.display_name, why
    return why


def _write_down(
    desk: Desk, session: Session, kept: Child, changed: Mapping[str, tuple[object, object]], reason: str
) -> None:
    particulars = {name: pair for name, pair in changed.items() if name in corrections.TITLES}
    if particulars:
        corrections.keep_correction(desk, session, kept, particulars, reason)
    session.flush()
