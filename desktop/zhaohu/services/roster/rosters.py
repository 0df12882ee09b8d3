"""Taking a roster (名册) in: read, look at every row, decide, and only then save, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from zhaohu.errors import BadInput, Refused
from zhaohu.exchange.reading import read_file
from zhaohu.exchange.workbooks import roster_template
from zhaohu.i18n import _
from zhaohu.records.codes import SiteKind
from zhaohu.rules.duplicates import find_duplicates
from zhaohu.rules.roster import RosterRow, find_roster, read_table
from zhaohu.rules.roster_cells import cell_text
from zhaohu.rules.roster_columns import FIELDS, FoundColumn
from zhaohu.rules.roster_rows import RowReader
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.files import write_file
from zhaohu.services.roster.roster_families import Index
from zhaohu.services.roster.roster_headings import remember_headings, remembered_headings
from zhaohu.services.roster.roster_imports import ImportRow, Undone, list_imports, undo_import
from zhaohu.services.roster.roster_judging import Reading, judge
from zhaohu.services.roster.roster_preview import (
    Decision,
    Issue,
    OtherChild,
    PreviewRow,
    RosterColumn,
    RosterPreview,
    RowState,
    decide,
    decision_label,
    state_label,
)
from zhaohu.services.roster.roster_register import load_register
from zhaohu.services.roster.roster_report import (
    PossibleDuplicate,
    RosterReport,
    RowRemark,
    check_only,
    report,
    save_report,
)
from zhaohu.services.roster.roster_taking import save_rows
from zhaohu.services.safety.backups import Reason, create_backup

__all__ = [
    "Decision", "ImportRow", "Issue", "OtherChild", "PossibleDuplicate", "PreviewRow", "RosterColumn", "RosterPreview",
    "RosterReport", "RowRemark", "RowState", "Undone", "check_only", "decide", "decision_label", "edit", "fields",
    "list_imports", "read_roster", "remap", "save_report", "state_label", "take_in", "undo_import", "write_template",
]  # fmt: skip

_SAMPLES = 3


def read_roster(desk: Desk, file: Path, cancelled: Callable[[], bool] | None = None, sheet: str = "") -> RosterPreview:
    """Read a roster and judge every row; nothing is saved.

    Args:
        desk: Who reads it.
        file: The roster.
        cancelled: Asked while the file is read.
        sheet: The sheet to read; the first that is a roster when empty.

    Raises:
        BadInput: The file cannot be read, is too large, takes too long, or is not a table.
        Cancelled: It was asked for.
        NotARoster: It has no row of headings with name and birth date.
        NotAllowed: The account may not record, or this is the center.
    """
    _require(desk)
    sheets = read_file(file, cancelled)
    columns = reference.roster_columns()
    with desk.read() as session:
        table, names = find_roster(sheets, columns, remembered_headings(session), sheet)
        rows = read_table(table, table.found, columns, desk.today).rows
        register = load_register(session)
        reading = Reading(table, columns, table.found, {}, rows, register, desk.today, Index())
        judged = tuple(judge(session, reading).values())
    return RosterPreview(file, table.sheet, names, table.heading_row, _columns(reading), judged, reading)


def remap(desk: Desk, preview: RosterPreview, fields: Mapping[int, str]) -> RosterPreview:
    """Say what columns are, and judge every row anew; what was edited stays, what was decided is asked again.

    Args:
        desk: Who says so.
        preview: As it stands.
        fields: Place of a column to its field; empty for a column not to be used. A field that another column had
            is taken from it; columns that are not named stay as they are.

    Raises:
        BadInput: There is no such column or field.
        NotAllowed: The account may not record.
    """
    _require(desk)
    reading = preview.reading
    places = {column.place for column in preview.columns}
    for place, field in fields.items():
        if place not in places or field not in ("", *FIELDS) or (field and list(fields.values()).count(field) > 1):
            raise BadInput(_("There is no such column, or it was named twice."), code="no_such_column", field=field)
    meant = {column.place: field for field, column in reading.found.items() if field not in fields.values()}
    found = reading.table.with_fields({**meant, **fields})
    rows = _read_all(reading, found)
    reading = replace(reading, found=found, rows=rows)
    with desk.read() as session:
        judged = tuple(judge(session, reading).values())
    return replace(preview, columns=_columns(reading), rows=judged, reading=reading)


def edit(desk: Desk, preview: RosterPreview, row: int, field: str, text: str) -> RosterPreview:
    """Mend a cell in the preview; only rows that can change with it are judged anew. The file stays as it is.

    Raises:
        BadInput: `no_such_row` or `no_such_column`.
        NotAllowed: The account may not record.
    """
    _require(desk)
    if field not in FIELDS:
        raise BadInput(_("There is no such column, or it was named twice."), code="no_such_column", field=field)
    place, reading = preview.at(row), preview.reading
    before = reading.rows[place]
    edits = {**reading.edits, row: {**reading.edits.get(row, {}), field: text.strip()}}
    line = next(line for line in reading.table.lines if line.number == row)
    after = RowReader(reading.columns, reading.found, reading.today).read(line, edits[row])
    assert after is not None
    rows = (*reading.rows[:place], after, *reading.rows[place + 1 :])
    reading = replace(reading, edits=edits, rows=rows)
    with desk.read() as session:
        anew = judge(session, reading, [before, after])
    judged = tuple(_kept(old, anew.get(old.row, old), mended=old.row == row) for old in preview.rows)
    return replace(preview, rows=judged, reading=reading)


def fields() -> list[tuple[str, str]]:
    """What a column can be: field and title, in the template's order."""
    return list(reference.roster_columns().titles().items())


def take_in(desk: Desk, preview: RosterPreview) -> RosterReport:
    """Do what was decided, in one transaction, after a backup; remember what the headings were taken for.

    Raises:
        Refused: `register_changed`: since the roster was read, one of its children was registered or changed;
            `rows_disagree`: two rows fill the same record with different values; or the backup that is made first
            cannot be.
        NotAllowed: The account may not record.
    """
    _require(desk)
    chosen = [row for row in preview.rows if row.decision is not Decision.LEAVE]
    if chosen:
        create_backup(desk, Reason.IMPORT)
    done = report(preview)
    with desk.write("children.import") as work:
        _refuse_changed(work.session, preview, chosen)
        import_id = save_rows(desk, work.session, preview, chosen, done)
        remember_headings(work.session, preview)
        work.note(roster=import_id, taken=len(chosen), rows=len(preview.rows))
    return replace(done, import_id=import_id)


def write_template(place: Path) -> Path:
    """Write an empty roster with the headings that are known, and explanations.

    Raises:
        Refused: It cannot be written there.
    """
    return write_file(place, roster_template(reference.roster_columns()))


def _require(desk: Desk) -> None:
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)


def _read_all(reading: Reading, found: Mapping[str, FoundColumn]) -> tuple[RosterRow, ...]:
    reader = RowReader(reading.columns, found, reading.today)
    rows = (reader.read(line, reading.edits.get(line.number)) for line in reading.table.lines)
    return tuple(row for row in rows if row is not None)


def _kept(old: PreviewRow, new: PreviewRow, *, mended: bool) -> PreviewRow:
    """A row judged anew: what a person decided stays while it may still become of the row."""
    chosen = old.decision is not old.decisions[0]
    if mended or not chosen or old.decision not in new.decisions or old.state is not new.state:
        return new
    return replace(new, decision=old.decision)


def _columns(reading: Reading) -> tuple[RosterColumn, ...]:
    """All columns that have a heading or are used, with the first values below."""
    taken = {column.place: (field, column.sure) for field, column in reading.found.items()}
    columns = []
    for place, heading in enumerate(reading.table.headings):
        if heading or place in taken:
            field, sure = taken.get(place, ("", True))
            texts = (cell_text(line.cell(place)) for line in reading.table.lines)
            columns.append(RosterColumn(place, heading, field, sure, tuple(islice(filter(None, texts), _SAMPLES))))
    return tuple(columns)


def _refuse_changed(session: Session, preview: RosterPreview, chosen: Iterable[PreviewRow]) -> None:
    """Between reading and saving, another window or command may have taken in the same children."""
    before = {child.id: child for child in preview.reading.register.children}
    since = [child for child in load_register(session).children if before.get(child.id) != child]
    seen = {row.row: row.duplicate.child_id if row.duplicate else None for row in chosen}
    new = [row.source for row in chosen if row.decision is Decision.TAKE]
    for duplicate in find_duplicates(new, since) if since else ():
        if duplicate.other_id is not None and duplicate.other_id != seen[duplicate.row]:
            message = _("The register has changed since this roster was read (row {row}). Read the roster again.")
            raise Refused(message.format(row=duplicate.row), code="register_changed", row=duplicate.row)
