"""Saving what was decided of a roster in one transaction, with what is needed to undo it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.base import Owned
from zhaohu.records.codes import Sex
from zhaohu.records.local import RosterImport
from zhaohu.rules.names import normalise_name
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.roster.new_rows import NewRows
from zhaohu.services.roster.roster_carers import RosterCarer, carers_of
from zhaohu.services.roster.roster_compare import CHILD_COLUMNS, HOUSEHOLD_FIELDS, Change, is_shut
from zhaohu.services.roster.roster_preview import Decision, PreviewRow, RosterPreview
from zhaohu.services.roster.roster_register import KnownFamily, frozen_homes, load_families
from zhaohu.services.roster.roster_report import RosterReport

_EMPTY = (None, "", Sex.NOT_STATED, Sex.UNKNOWN)


def save_rows(
    desk: Desk, session: Session, preview: RosterPreview, chosen: Sequence[PreviewRow], done: RosterReport
) -> str:
    """Save the rows that are taken; returns the id of the import, empty when there is nothing to save.

    Raises:
        BadInput: A value does not fit the register.
        Refused: `register_changed`: a child that is to be completed, or a family that is to be joined, is not as it
            was when the roster was read; `rows_disagree`: two rows fill the same record with different values.
    """
    if not chosen:
        return ""
    completed = {row.duplicate.child_id for row in chosen if row.decision is Decision.COMPLETE and row.duplicate}
    known = load_families(session, {child_id for child_id in completed if child_id})
    _refuse_shut_homes(session, chosen)
    taking = _Taking(desk, session, preview.reading.register.closed_villages, known)
    with session.no_autoflush:  # what is completed may name a village that is not written yet
        for row in chosen:
            taking.take(row)
    return taking.keep(preview, done)


class _Taking:
    """One import on its way into the register."""

    def __init__(self, desk: Desk, session: Session, closed: frozenset[str], known: Mapping[str, KnownFamily]) -> None:
        self._desk = desk
        self._session = session
        self._known = known  # and so all its records stay in the session
        self._new = NewRows(desk, (Village, Household, Caregiver, Child))
        own = session.exec(
            select(Village.name, Village.id)
            .where(Village.owner == desk.site.code, col(Village.deleted_at).is_(None))
            .order_by(col(Village.id).desc())
        )
        self._villages: dict[str, str | None] = dict(own.all())
        self._villages.update(dict.fromkeys(closed))
        self._households: dict[int, str] = {}
        self._changed: dict[str, tuple[Owned, dict[str, list[Any]]]] = {}
        self._filled: dict[tuple[str, str], int] = {}  # record and column to the row that filled it
        self._brought: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}  # household and name to row and carer
        self._children: dict[int, str] = {}

    def take(self, row: PreviewRow) -> None:
        """Register the row's child, or complete the one that it is."""
        if row.decision is Decision.COMPLETE:
            self._complete(row)
        else:
            self._register(row)

    def keep(self, preview: RosterPreview, done: RosterReport) -> str:
        """Write everything, and the record of the import."""
        session, desk = self._session, self._desk
        self._new.write(session)
        session.flush()
        made = {
            str(table.__tablename__): _revisions(session, table, [row["id"] for row in rows])
            for table, rows in self._new.rows.items()
        }
        changed = list(self._what_changed())
        became = [[row.row, row.state, row.decision, self._children.get(row.row, "")] for row in preview.rows]
        kept = RosterImport(
            taken_at=desk.clock.stamp(),
            taken_by=desk.person.display_name,
            file=preview.file.name,
            rows=len(preview.rows),
            report=json.dumps({"accepted": done.accepted, "updated": done.updated, "rows": became}),
            made=json.dumps(made),
            changed=json.dumps(changed, ensure_ascii=False),
        )
        session.add(kept)
        return kept.id

    def _what_changed(self) -> Iterator[dict[str, Any]]:
        for table in (Child, Caregiver, Household):
            records = {key: fields for key, (one, fields) in self._changed.items() if isinstance(one, table)}
            revs = _revisions(self._session, table, list(records))
            for key, fields in records.items():
                yield {"table": str(table.__tablename__), "id": key, "rev": revs[key], "fields": fields}

    def _register(self, row: PreviewRow) -> None:
        said = row.source.values
        assert said is not None
        family = row.sibling or row.row  # its first row, taken or not
        household = row.household or self._households.get(family, "")
        if not household:
            home = {field: value for field in HOUSEHOLD_FIELDS if (value := getattr(said, field))}
            household = self._new.add(Household, {"village_id": self._village(said.village), **home})
            for carer in carers_of(said):
                self._add_carer(household, carer, is_main=carer.is_main)
        self._households[family] = household
        facts = {column: getattr(said, attribute) for attribute, column in CHILD_COLUMNS.values()}
        self._children[row.row] = self._new.add(
            Child,
            {
                "household_id": household,
                "name": said.name,
                "sex": said.sex,
                "birth_date": said.birth_date,
                "registered_on": said.registered_on or self._desk.today,
                **facts,
            },
        )

    def _add_carer(self, household: str, carer: RosterCarer, *, is_main: bool) -> None:
        own = {"household_id": household, "name": carer.name, "relation": carer.relation, "is_main": is_main}
        self._new.add(Caregiver, {**own, **carer.facts})

    def _village(self, name: str | None) -> str | None:
        if not name:
            return None
        if name not in self._villages:
            self._villages[name] = self._new.add(Village, {"name": name})
        return self._villages[name]

    def _complete(self, row: PreviewRow) -> None:
        assert row.duplicate is not None
        family = self._known.get(row.duplicate.child_id or "")
        if family is None or is_shut(family, row.completes) or family.child.deleted_at is not None:
            raise _changed(row)
        child = family.child
        for change in row.completes:
            self._fill(row, child, change)
        self._children[row.row] = child.id
        self._households.setdefault(row.sibling or row.row, child.household_id)

    def _fill(self, row: PreviewRow, child: Child, change: Change) -> None:
        assert row.source.values is not None
        if change.table == "caregiver" and not change.record_id:
            said = next(one for one in carers_of(row.source.values) if one.fields["name"] == change.field)
            self._bring(row, child.household_id, said)
            return
        record = self._record(change)
        value = self._village(str(change.value)) if change.table == "village" else change.value
        if record is None or record.deleted_at is not None:
            raise _changed(row)
        now, earlier = getattr(record, change.column), self._filled.get((record.id, change.column))
        if earlier is not None and now == value:
            return
        if now not in _EMPTY:
            raise _changed(row) if earlier is None else _disagree(row, earlier, change.field)
        self._filled[record.id, change.column] = row.row
        fields = self._changed.setdefault(record.id, (record, {}))[1]
        fields[change.column] = [_plain(getattr(record, change.column)), _plain(value)]
        setattr(record, change.column, value)

    def _bring(self, row: PreviewRow, household: str, carer: RosterCarer) -> None:
        """A caregiver whom a family lacks; brothers and sisters in the roster name the same one."""
        key = household, normalise_name(carer.name)
        if key not in self._brought:
            self._add_carer(household, carer, is_main=False)
            self._brought[key] = row.row, self._new.rows[Caregiver][-1]
            return
        earlier, made = self._brought[key]
        for column, value in carer.facts.items():
            if made[column] is None:
                made[column] = value
            elif made[column] != value:
                raise _disagree(row, earlier, carer.fields[column])

    def _record(self, change: Change) -> Owned | None:
        if change.table == "child":
            return self._session.get(Child, change.record_id)
        if change.table == "caregiver":
            return self._session.get(Caregiver, change.record_id)
        return self._session.get(Household, change.record_id)


def _refuse_shut_homes(session: Session, chosen: Sequence[PreviewRow]) -> None:
    """A family that children are to join may have been taken away, or released to another station, meanwhile."""
    joining = [row for row in chosen if row.decision is Decision.TAKE and row.household]
    wanted = select(Child.household_id).where(
        col(Child.household_id).in_({row.household for row in joining}), col(Child.deleted_at).is_(None)
    )
    homes = set(session.exec(wanted)) - frozen_homes(session)
    for row in joining:
        if row.household not in homes:
            raise _changed(row)


def _changed(row: PreviewRow) -> Refused:
    message = _("The register has changed since this roster was read (row {row}). Read the roster again.")
    return Refused(message.format(row=row.row), code="register_changed", row=row.row)


def _disagree(row: PreviewRow, earlier: int, field: str) -> Refused:
    message = _(
        "Rows {first} and {second} fill the same record of the register, but do not say the same for “{field}”. "
        "Mend one of the two, or leave one of them out."
    )
    title = reference.roster_columns().titles()[field]
    return Refused(
        message.format(first=earlier, second=row.row, field=title), code="rows_disagree", row=row.row, field=field
    )


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _revisions(session: Session, table: type[Owned], ids: Sequence[str]) -> dict[str, int]:
    """How often each record was written so far."""
    found = session.connection().exec_driver_sql(
        "SELECT row_id, rev FROM journal WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
        (str(table.__tablename__), json.dumps(ids)),
    )
    return {row_id: rev for row_id, rev in found}  # noqa: C416 - rows are no pairs to a type checker
