"""Finding children as one types: by name, pinyin, initials, last digits, caregiver or village."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, delete, insert, or_
from sqlmodel import Session, col, select

from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.codes import ChildStatus
from zhaohu.records.local import ChildFacts, SearchKey
from zhaohu.rules.names import normalise_name, search_keys, sort_key

_AT_ONCE = 500


def index_children(session: Session, child_ids: Collection[str]) -> None:
    """Make facts and search keys of these children anew, in the transaction that changed or removed them."""
    ids = list(child_ids)
    for start in range(0, len(ids), _AT_ONCE):
        _index(session, ids[start : start + _AT_ONCE])


def _index(session: Session, ids: list[str]) -> None:
    known = dict(
        session.exec(select(ChildFacts.child_id, ChildFacts.no).where(col(ChildFacts.child_id).in_(ids))).all()
    )
    numbers = list(known.values())
    session.connection().execute(delete(SearchKey).where(col(SearchKey.no).in_(numbers)))
    session.connection().execute(delete(ChildFacts).where(col(ChildFacts.no).in_(numbers)))
    present = session.exec(
        select(Child.id, Child.name, Child.status).where(col(Child.id).in_(ids), col(Child.deleted_at).is_(None))
    ).all()
    if not present:
        return
    facts = [
        {
            "no": known.get(child_id),
            "child_id": child_id,
            "version": "0",
            "on_register": status is ChildStatus.ACTIVE,
            "name_key": sort_key(name),
            "village_key": "",
            "caregiver_key": "",
            "risks": "",
            "growth": "",
            "refused": "",
            "consented": False,
        }
        for child_id, name, status in present
    ]
    for one in facts:
        session.connection().execute(insert(ChildFacts), one)
    numbered = dict(
        session.exec(select(ChildFacts.child_id, ChildFacts.no).where(col(ChildFacts.child_id).in_(ids))).all()
    )
    rows = [
        {"shelf": int(status is not ChildStatus.ACTIVE), "key": key, "no": numbered[child_id]}
        for child_id, name, status in present
        for key in sorted(_keys(name))
    ]
    if rows:
        session.connection().execute(insert(SearchKey), rows)


def _keys(name: str) -> Iterable[str]:
    return search_keys(name)


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
        numbers = select(SearchKey.no).where(SearchKey.key >= key, SearchKey.key < key + "\x7f")
        conditions.append(col(Child.id).in_(select(ChildFacts.child_id).where(col(ChildFacts.no).in_(numbers))))
    if re.fullmatch(r"[\dXx]{2,18}", typed):
        ending = f"%{typed.upper()}"
        conditions.append(col(Child.citizen_id).like(ending))
        conditions.append(
            col(Child.household_id).in_(select(Caregiver.household_id).where(col(Caregiver.phone).like(ending)))
        )
    return or_(*conditions)


def _literal(typed: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", typed)
