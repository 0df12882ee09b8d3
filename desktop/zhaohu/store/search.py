"""Finding children as one types: by name, pinyin, initials, last digits, caregiver or village."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, insert, or_
from sqlmodel import Session, col, select

from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.local import ChildSearch
from zhaohu.rules.names import normalise_name, search_keys

_AT_ONCE = 500


def index_children(session: Session, child_ids: Collection[str]) -> None:
    """Make the pinyin keys of these children anew, in the transaction that changed or removed them."""
    ids = list(child_ids)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        session.connection().execute(delete(ChildSearch).where(col(ChildSearch.child_id).in_(part)))
        present = select(Child.id, Child.name).where(col(Child.id).in_(part), col(Child.deleted_at).is_(None))
        named = session.exec(present).all()
        rows = [{"key": key, "child_id": child_id} for child_id, name in named for key in sorted(search_keys(name))]
        if rows:
            session.connection().execute(insert(ChildSearch), rows)


def matches(query: str) -> ColumnElement[bool]:
    """The condition on `Child` for what somebody typed; everything matches an empty query."""
    typed = normalise_name(query)
    within = f"%{_literal(typed).replace('·', '_')}%"  # names are kept as written, with any of a dozen dots
    conditions: list[ColumnElement[bool]] = [
        col(Child.name).like(within, escape="\\"),
        col(Child.household_id).in_(
            select(Caregiver.household_id).where(col(Caregiver.name).like(within, escape="\\"))
        ),
        col(Child.household_id).in_(
            select(Household.id)
            .join(Village, col(Village.id) == Household.village_id)
            .where(col(Village.name).like(within, escape="\\"))
        ),
    ]
    key = re.sub(r"[^a-z]", "", typed.lower())
    if key and re.fullmatch(r"[a-zA-Z' ]+", typed):
        conditions.append(
            col(Child.id).in_(
                select(ChildSearch.child_id).where(ChildSearch.key >= key, ChildSearch.key < key + "\x7f")
            )
        )
    if re.fullmatch(r"[\dXx]{2,18}", typed):
        ending = f"%{typed.upper()}"
        conditions.append(col(Child.citizen_id).like(ending))
        conditions.append(
            col(Child.household_id).in_(select(Caregiver.household_id).where(col(Caregiver.phone).like(ending)))
        )
    return or_(*conditions)


def _literal(typed: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", typed)
