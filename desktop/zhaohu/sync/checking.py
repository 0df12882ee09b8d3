"""The checks on incoming records, set by set: history, owner, types and ranges, references, uniqueness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from zhaohu.sync import canonical
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import Line, Shape, shapes

Problem = tuple[str, str | None]
"""Code of the reason, and the field."""

NOT_OWNER = "not_owner"
BAD_VALUE = "bad_value"
MISSING_PARENT = "missing_parent"
DUPLICATE = "duplicate"
STILL_NEEDED = "still_needed"

_STAYING = ("transfer", "attendance", "appointment", "child_merge", "not_duplicate")
"""Records that name a child and stay with a station that has handed the child over."""


class Checks:
    """Looks up once what the checks of these lines of one table need.

    Raises:
        Refused: `forked`, by `history`.
    """

    def __init__(self, connection: Connection, shape: Shape, lines: list[Line], station: str, epoch: str) -> None:
        self._shape = shape
        self._station = station
        self._epoch = epoch
        ids = [line.id for line in lines]
        self._foreign = foreign(connection, shape, ids, station)
        self._versions: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
        for row_id, epoch, rev, digest in connection.exec_driver_sql(
            "SELECT row_id, epoch, rev, digest FROM record_version WHERE table_name = ? "
            "AND row_id IN (SELECT value FROM json_each(?)) ORDER BY row_id, sequence, rev",
            (shape.name, _json(ids)),
        ):
            self._versions[row_id].append((epoch, rev, digest))
        # Columns in which all is well, as it is in most, need no second look line by line.
        self._known: dict[str, set[object]] = {}
        self._others: dict[str, set[object]] = {}
        for column, parent in shape.references:
            named = _values(lines, column)
            owners = _holders(connection, parent, "id", "owner", named)
            others = _of_others(connection, shape, parent, owners, station)
            if others:
                self._others[column] = others
            if named - owners.keys():
                self._known[column] = set(owners)
        self._own = [column for column, parent in shape.references if parent == shape.name and column in self._known]
        self._taken: dict[str, dict[object, str]] = {}
        for column in shape.unique:
            values = [value for line in lines if (value := line.value(column)) is not None]
            holders = _holders(connection, shape.name, column, "id", set(values))
            if holders or len(set(values)) < len(values):
                self._taken[column] = holders

    def history(self, line: Line) -> tuple[str, bool]:
        """`new`, `changed`, `unchanged` or `behind`, and whether the line does not follow from what was current.

        A snapshot after a restore also brings records as a former life left them; `behind`: a later version of such a
        record was received before the restore.

        Raises:
            Refused: `forked`: this version's number was received with other content, or a later one was.
        """
        versions = self._versions.get(line.id)
        if not versions:
            return "new", False
        of_epoch = [(rev, digest) for epoch, rev, digest in versions if epoch == line.epoch]
        if of_epoch:
            rev, digest = max(of_epoch)
            if line.epoch != self._epoch and rev >= line.rev:
                return "unchanged" if versions[-1][2] == line.digest else "behind", False
            if rev > line.rev or (rev == line.rev and digest != line.digest):
                raise refusal("forked", station=self._station, table=line.table)
            if rev == line.rev:
                return "unchanged", False
        current = versions[-1][2]
        if current == line.digest:
            return "unchanged", False
        return "changed", current != line.was and current not in {digest for _rev, digest in of_epoch}

    def has_come(self, line: Line) -> bool:
        """Whether this very version was received before."""
        return (line.epoch, line.rev, line.digest) in self._versions.get(line.id, ())

    def problem(self, line: Line) -> Problem | None:
        """Why the line cannot go in."""
        if line.id in self._foreign or line.value("owner") != self._station:
            return NOT_OWNER, "owner"
        if line.valid is None:
            wrong = self._shape.invalid_field(line.id, line.fields_json)
            if wrong is not None:
                return BAD_VALUE, wrong
        for column, others in self._others.items():
            if line.value(column) in others:
                return NOT_OWNER, column
        for column, known in self._known.items():
            value = line.value(column)
            if value is not None and value not in known:
                return MISSING_PARENT, column
        for column, taken in self._taken.items():
            if taken.get(line.value(column), line.id) != line.id:
                return DUPLICATE, column
        return None

    def accept(self, line: Line) -> None:
        """Later lines of the set may refer to this one."""
        for column in self._own:
            self._known[column].add(line.id)
        for column, taken in self._taken.items():
            value = line.value(column)
            if value is not None:
                taken[value] = line.id


def foreign(connection: Connection, shape: Shape, ids: Sequence[object], station: str) -> set[object]:
    """Those of the ids that belong to another site here."""
    rows = connection.exec_driver_sql(
        f"SELECT id FROM {shape.name} WHERE owner <> ? AND id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (station, _json(ids)),
    )
    return {row[0] for row in rows}


def _of_others(
    connection: Connection, shape: Shape, parent: str, owners: dict[object, str], station: str
) -> set[object]:
    """The parents that a station's record may not name: they belong to another site, and always did."""
    others = {row_id for row_id, owner in owners.items() if owner != station}
    if parent != "child" or shape.name not in _STAYING or not others:
        return others
    once = connection.exec_driver_sql(
        "WITH asked AS (SELECT value FROM json_each(?)) "
        "SELECT row_id FROM record_version WHERE table_name = 'child' AND station = ? AND row_id IN asked "
        "UNION SELECT child_id FROM handover WHERE from_station = ? AND state = 'accepted' AND child_id IN asked",
        (_json(others), station, station),
    )
    return others - {row[0] for row in once}


def referenced(connection: Connection, table: str, ids: list[str]) -> set[object]:
    """Those of the ids that other records still name."""
    found: set[object] = set()
    for shape in shapes().values():
        for column, parent in shape.references:
            if parent == table:
                found |= _present(connection, shape.name, column, ids)
    return found


def _json(values: Iterable[object]) -> str:
    return canonical.in_order(list(values)).decode("utf-8")


def _values(lines: list[Line], column: str) -> set[object]:
    return {line.value(column) for line in lines} - {None}


def _present(connection: Connection, table: str, column: str, values: Iterable[object]) -> set[object]:
    rows = connection.exec_driver_sql(
        f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IN (SELECT value FROM json_each(?))',  # noqa: S608
        (_json(values),),
    )
    return {row[0] for row in rows}


def _holders(
    connection: Connection, table: str, column: str, wanted: str, values: Iterable[object]
) -> dict[object, str]:
    """Of the records with these values in a column, by value, another column."""
    rows = connection.exec_driver_sql(
        f'SELECT "{column}", {wanted} FROM {table} WHERE "{column}" IN (SELECT value FROM json_each(?))',  # noqa: S608
        (_json(values),),
    )
    return dict(rows.all())
