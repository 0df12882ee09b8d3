"""Rosters that were taken in, and undoing one while nothing else has touched its rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, delete, select

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _, ngettext, sentences
from zhaohu.records import SYNCED_TABLES, Caregiver, Child
from zhaohu.records.codes import SiteKind
from zhaohu.records.derived import GrowthScore
from zhaohu.records.local import Draft, RosterImport
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange.record_words import is_kind, kind_words
from zhaohu.services.register.lookup import pending_transfers
from zhaohu.services.safety.backups import Reason, create_backup

_CHILDREN_FIRST = ("child", "caregiver", "household", "village")
_NAMED = 5
"""Families that a refusal names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A roster that was taken in.

    Args:
        undoable: Nothing else has touched its rows since, and it was not undone.
        why_not: What stands against undoing it, in words.
    """

    id: str
    taken_at: str
    by: str
    file: str
    accepted: int
    updated: int
    undone_at: str | None
    undoable: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing took back: children that had been registered, and all records that were made or changed."""

    children: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Content:
    """What an import made, by table: id to how often it had been written; and what it changed."""

    made: Mapping[str, Mapping[str, int]]
    changed: tuple[Mapping[str, Any], ...]


def list_imports(desk: Desk) -> list[ImportRow]:
    """The rosters that were taken in here, newest first. Admin or teacher."""
    desk.require(*WRITERS)
    with desk.read() as session:
        kept = session.exec(select(RosterImport).order_by(col(RosterImport.id).desc())).all()
        return [_row(session, one) for one in kept]


def undo_import(desk: Desk, import_id: str) -> Undone:
    """Take back what an import made and changed, after a backup, as long as nothing else has touched it since.

    What never left this computer is deleted; what was sent to the center is marked as removed, and travels so.

    Raises:
        NotFound: `no_such_import`.
        Refused: `undone_already`; `touched`: what was changed since, in `details["touched"]`; or the backup that is
            made first cannot be.
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        _undoable(session, import_id)
    create_backup(desk, Reason.IMPORT)
    with desk.write("children.undo_import") as work:
        kept = _undoable(work.session, import_id)
        content = _content(kept)
        _restore(work.session, content)
        made = {table: list(ids) for table, ids in content.made.items()}
        made["village"] = _no_longer_used(work.session, content)
        if _was_sent(work.session, made):
            _mark(desk, work.session, made)
        else:
            _delete(work.session, made)
        kept.undone_at, kept.undone_by = desk.clock.stamp(), desk.person.display_name
        kept.changed = "[]"  # names and numbers as they were: nobody needs them any more
        done = Undone(len(made.get("child", ())), sum(map(len, made.values())) + len(content.changed))
        work.note(roster=import_id, children=done.children, rows=done.rows)
    return done


def _content(kept: RosterImport) -> _Content:
    return _Content(json.loads(kept.made), tuple(json.loads(kept.changed)))


def _row(session: Session, kept: RosterImport) -> ImportRow:
    done = json.loads(kept.report)
    why_not = ""
    if kept.undone_at is not None:
        why_not = _("It was undone already.")
    elif touched := _touched(session, _content(kept)):
        why_not = _in_words(session, touched)
    return ImportRow(
        kept.id,
        kept.taken_at,
        kept.taken_by,
        kept.file,
        done["accepted"],
        done["updated"],
        kept.undone_at,
        not why_not,
        why_not,
    )


def _undoable(session: Session, import_id: str) -> RosterImport:
    kept = session.get(RosterImport, import_id)
    if kept is None:
        raise NotFound(_("No such roster was taken in here."), code="no_such_import")
    if kept.undone_at is not None:
        raise Refused(_("This roster was undone already."), code="undone_already")
    touched = _touched(session, _content(kept))
    if touched:
        message = _("The roster cannot be undone as a whole. {why} Remove the children that do not belong one by one.")
        raise Refused(
            message.format(why=_in_words(session, touched)),
            code="touched",
            touched=[{"table": table, "id": row_id, "child_id": child_id} for table, row_id, child_id in touched],
        )
    return kept


Touched = tuple[str, str, str]
"""Table and id of a record that came later or was changed since, and the id that it belongs to, if any."""


def _touched(session: Session, content: _Content) -> list[Touched]:
    made, found = content.made, []
    written = [(table, row_id) for table, row_id in _rewritten(session, content) if table != "village"]
    found += [(table, row_id, row_id if table == "child" else "") for table, row_id in written]
    found += _released(session, content)
    for table in ("child", "caregiver", "household"):
        for name, row_id, owner in _hanging_on(session, table, made.get(table, ()), made):
            found.append((name, row_id, owner if table == "child" else row_id if name == "child" else ""))
    drafts = select(Draft.key, Draft.child_id).where(col(Draft.child_id).in_(_listed(made.get("child", ()))))
    found += [("draft", key, child_id or "") for key, child_id in session.execute(drafts)]
    return list(dict.fromkeys(found))


def _released(session: Session, content: _Content) -> Iterator[Touched]:
    """The releases of children whose record, or whose family's, was completed: it is only to look at now."""
    completed = {one["id"] for one in content.changed}
    carers = list(content.made.get("caregiver", ()))
    homes = select(Caregiver.household_id).where(
        col(Caregiver.id).in_(_listed(completed)) | col(Caregiver.id).in_(_listed(carers))
    )
    completed |= set(session.exec(homes))
    pending = pending_transfers(session)
    children = select(Child.id, Child.household_id).where(col(Child.id).in_(_listed(pending)))
    for child_id, household_id in session.exec(children):
        if not completed.isdisjoint((child_id, household_id)):
            yield "transfer", pending[child_id].id, child_id


def _rewritten(session: Session, content: _Content) -> Iterator[tuple[str, str]]:
    """Table and id of records that were written again since."""
    wanted: dict[str, dict[str, int]] = {table: dict(ids) for table, ids in content.made.items()}
    for one in content.changed:
        wanted.setdefault(one["table"], {})[one["id"]] = one["rev"]
    for table, ids in wanted.items():
        found = session.connection().exec_driver_sql(
            "SELECT row_id, rev FROM journal WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
            (table, json.dumps(list(ids))),
        )
        yield from ((table, row_id) for row_id, rev in found if rev != ids[row_id])


def _hanging_on(
    session: Session, table: str, ids: Iterable[str], made: Mapping[str, Collection[str]]
) -> Iterator[Touched]:
    """Later records that name one that the import made: visits, classes, a sibling in its household."""
    wanted = json.dumps(list(ids))
    for record in SYNCED_TABLES:
        name = str(record.__tablename__)
        own = made.get(name, ())
        for key in SQLModel.metadata.tables[name].foreign_keys:
            if key.column.table.name == table:
                column = key.parent.name
                rows = session.connection().exec_driver_sql(
                    f"SELECT id, {column} FROM {name} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608
                    (wanted,),
                )
                yield from ((name, row_id, owner) for row_id, owner in rows if row_id not in own)


def _in_words(session: Session, touched: list[Touched]) -> str:
    """Who was touched since: the children by name, and how many records in all."""
    names = dict(
        session.execute(
            select(Child.id, Child.name).where(col(Child.id).in_({child for _t, _i, child in touched}))
        ).all()
    )
    kinds = sorted({kind_words(table) if is_kind(table) else _("drafts") for table, _id, _child in touched})
    who = _(", ").join(list(dict.fromkeys(names.values()))[:_NAMED])
    words = ngettext(
        "Since then {n} record was made or changed ({kinds}).",
        "Since then {n} records were made or changed ({kinds}).",
        len(touched),
    ).format(n=len(touched), kinds=_(", ").join(kinds))
    return sentences((words, _("It concerns {names}.").format(names=who) if who else ""))


def _listed(ids: Iterable[str]) -> Any:
    """The ids as one parameter, however many there are."""
    return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)


def _restore(session: Session, content: _Content) -> None:
    """Put what the import filled back to what stood there before."""
    for one in content.changed:
        fields: dict[str, list[Any]] = one["fields"]
        changes = ", ".join(f'"{column}" = ?' for column in fields)
        session.connection().exec_driver_sql(
            f"UPDATE {one['table']} SET {changes} WHERE id = ?",  # noqa: S608 - names are our own
            (*(before for before, _after in fields.values()), one["id"]),
        )
        session.info["touched"].add(one["table"])


def _no_longer_used(session: Session, content: _Content) -> list[str]:
    """The import's villages that only its own households name, and that nobody has changed."""
    villages = content.made.get("village", {})
    used = {village for _table, _id, village in _hanging_on(session, "village", villages, content.made)}
    used |= {row_id for table, row_id in _rewritten(session, content) if table == "village"}
    return [village for village in villages if village not in used]


def _was_sent(session: Session, made: Mapping[str, list[str]]) -> bool:
    """Whether one of the records has left this computer in a bundle."""
    for table, ids in made.items():
        listed = json.dumps(ids)
        sent = session.connection().exec_driver_sql(
            "SELECT EXISTS (SELECT 1 FROM sent_row WHERE table_name = ?1"
            " AND row_id IN (SELECT value FROM json_each(?2)))"
            " OR EXISTS (SELECT 1 FROM journal WHERE table_name = ?1"
            " AND row_id IN (SELECT value FROM json_each(?2)) AND was IS NOT NULL)",
            (table, listed),
        )
        if sent.scalar():
            return True
    return False


def _mark(desk: Desk, session: Session, made: Mapping[str, list[str]]) -> None:
    stamp, who, why = desk.clock.stamp(), desk.person.display_name, _("roster undone")
    for table in _CHILDREN_FIRST:
        session.connection().exec_driver_sql(
            f"UPDATE {table} SET deleted_at = ?, deleted_by = ?, deleted_reason = ? "  # noqa: S608 - names are our own
            "WHERE id IN (SELECT value FROM json_each(?))",
            (stamp, who, why, json.dumps(made.get(table, []))),
        )
        session.info["touched"].add(table)


def _delete(session: Session, made: Mapping[str, list[str]]) -> None:
    session.execute(delete(GrowthScore).where(col(GrowthScore.child_id).in_(_listed(made.get("child", [])))))
    for table in _CHILDREN_FIRST:
        session.connection().exec_driver_sql(
            f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608 - names are our own
            (json.dumps(made.get(table, [])),),
        )
        session.info["touched"].add(table)
