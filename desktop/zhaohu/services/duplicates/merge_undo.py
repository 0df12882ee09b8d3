"""The way back from a merge: what stands in its way, and what the child that stayed gets back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlmodel import Session, col, or_, select

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records import Child, ChildMerge, StatusChange
from zhaohu.services.desk import Desk, validated
from zhaohu.services.duplicates import merge_compare, merge_families, merge_rows
from zhaohu.services.duplicates.merge_compare import STATUS
from zhaohu.services.duplicates.merge_families import plain
from zhaohu.services.duplicates.merge_rows import Moved
from zhaohu.services.register.family_records import editable_household
from zhaohu.services.register.lookup import editable_child

STANDING = (STATUS, "status_on", "status_reason")
"""The fields that say how a child stands on the register; they go back together."""


def refuse_undo(desk: Desk, session: Session, record: ChildMerge) -> Child:
    """The child that stayed, unless something stands in the way of undoing a merge.

    Raises:
        NotFound: That child was removed or merged itself.
        Refused: `undone`, `undo_later_first`, `released` or `already_registered`; see `merging.undo_merge`.
    """
    if record.undone_at is not None:
        raise Refused(_("This merge was undone already."), code="undone")
    later = session.exec(
        select(ChildMerge).where(
            or_(ChildMerge.child_id == record.child_id, ChildMerge.merged_id == record.child_id),
            col(ChildMerge.id) > record.id,
            col(ChildMerge.undone_at).is_(None),
        )
    ).first()
    if later is not None:
        raise Refused(
            _("The child was merged with yet another record since. Undo that first."), code="undo_later_first"
        )
    kept = editable_child(desk, session, record.child_id)
    for home in merge_families.changed_homes(session, Moved(**json.loads(record.moved))):
        editable_household(desk, session, home)
    merged, changed = session.get_one(Child, record.merged_id), json.loads(record.changed)
    numbers = [
        (name, number)
        for name in ("citizen_id", "birth_certificate_no")
        for number in (getattr(merged, name), *changed.get(name, ())[:1])
    ]
    same = [getattr(Child, name) == number for name, number in numbers if number]
    if not same:
        return kept
    others = select(Child).where(or_(*same), col(Child.deleted_at).is_(None), Child.id != kept.id)
    holder = session.exec(others).first()
    if holder is not None:
        message = _("{name} has been registered with the same number since. Correct or remove that record first.")
        raise Refused(message.format(name=holder.name), code="already_registered")
    return kept


def give_back(
    session: Session, kept: Child, record: ChildMerge, changed: Mapping[str, list[object]], done: Moved
) -> tuple[list[str], dict[str, tuple[object, object]]]:
    """Set particulars back that nobody changed since; returns the titles of the others, and what was set back."""
    stayed, back = [], {}
    former = validated(Child, {**kept.model_dump(), **{name: before for name, (before, _after) in changed.items()}})
    for name, (_before, after) in changed.items():
        if name in STANDING:
            continue
        now = getattr(kept, name)
        if plain(now) == after:
            setattr(kept, name, getattr(former, name))
            back[name] = (now, getattr(former, name))
        elif plain(now) != plain(getattr(former, name)):
            stayed.append(merge_compare.field_title(name))
    standing = {name: pair for name, pair in changed.items() if name in STANDING}
    for change_id in done.made.get("status_change", {}):
        change = session.get_one(StatusChange, change_id)
        change.deleted_at, change.deleted_by = record.undone_at, record.undone_by
    if all(plain(getattr(kept, name)) == after for name, (_before, after) in standing.items()):
        for name in standing:
            setattr(kept, name, getattr(former, name))
    else:
        stayed.append(merge_compare.field_title(STATUS))
    session.flush()
    return stayed, back


def records_since(session: Session, kept: Child, record: ChildMerge) -> int:
    """Records of the child that came after the merge; ids sort by the time they were made."""
    return sum(
        len(
            session.exec(select(table.id).where(getattr(table, columns[0]) == kept.id, col(table.id) > record.id)).all()
        )
        for table, columns in merge_rows.child_columns().items()
        if str(table.__tablename__) not in ("child_merge", "correction", "not_duplicate")
    )
