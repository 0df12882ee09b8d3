"""Taking a roster (名册) in: read, look at every row, decide, and only then save, all in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, Refused
from zhaohu.exchange.reading import read_file
from zhaohu.exchange.workbooks import roster_template
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child
from zhaohu.records.codes import SiteKind
from zhaohu.rules import roster as rules
from zhaohu.rules.duplicates import KnownChild, find_duplicates
from zhaohu.rules.roster import RosterChild
from zhaohu.services import reference, scores
from zhaohu.services.backups import Reason, create_backup
from zhaohu.services.children import FATHER, MOTHER, NewCaregiver, NewChild, add_child
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exports import export_list
from zhaohu.services.files import write_file
from zhaohu.services.roster_preview import PreviewRow, RosterPreview, RosterReport, RowState, facts, judge, report
from zhaohu.store.search import index_children

_OTHER_CARER = "97"  # 其他亲属: a guardian whose relation the roster does not say


def read_roster(desk: Desk, file: Path, cancelled: Callable[[], bool] | None = None) -> RosterPreview:
    """Read a roster and judge every row; nothing is saved.

    Args:
        desk: Who reads it.
        file: The roster.
        cancelled: Asked while the file is read.

    Raises:
        BadInput: The file cannot be read, is too large, takes too long, or is not a table.
        Cancelled: It was asked for.
        NotARoster: It has no row of headings with name and birth date.
        NotAllowed: The account may not record, or this is the center.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    columns = reference.roster_columns()
    roster = rules.read_roster(read_file(file, cancelled), columns, desk.today)
    with desk.read() as session:
        register = {child.id: child for child in _register(session)}
        duplicates = find_duplicates(roster.rows, _known(session, register.values()))
    return judge(file, roster, duplicates, register, {column.field: column.heading for column in columns.columns})


def check_only(preview: RosterPreview) -> RosterReport:
    """What would become of the roster if its rows without doubt were taken in."""
    return report(preview, ())


def take_in(desk: Desk, preview: RosterPreview, also: Collection[int] = ()) -> RosterReport:
    """Take in the rows without doubt, and those doubtful rows that a person decided to take.

    Args:
        desk: Who takes them in.
        preview: As read.
        also: Row numbers of doubtful rows to take in without their doubtful values.

    Raises:
        BadInput: A row of `also` cannot be taken in.
        Refused: `register_changed`: since the roster was read, one of its children was registered; or the backup
            that is made first cannot be.
        NotAllowed: The account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    chosen = [row for row in preview.rows if row.is_taken(also)]
    if stray := set(also) - {row.row for row in chosen}:
        message = _("Row {row} cannot be taken in: what is doubtful there cannot be left out.")
        raise BadInput(message.format(row=min(stray)), field="row", row=min(stray))
    create_backup(desk, Reason.IMPORT)
    with desk.write("children.import") as work:
        _refuse_newly_registered(work.session, chosen)
        ids = [_save(desk, work.session, row) for row in chosen]
        index_children(work.session, ids)
        scores.keep_for(work.session, ids)
        work.note(taken=len(chosen), rows=len(preview.rows))
    return report(preview, also)


def write_template(place: Path) -> Path:
    """Write an empty roster with the headings that are known, and explanations.

    Raises:
        Refused: It cannot be written there.
    """
    return write_file(place, roster_template(reference.roster_columns()))


def save_report(desk: Desk, done: RosterReport, place: Path) -> Path:
    """Write what was not taken in, and what deserves a look, as a spreadsheet to be worked through.

    Raises:
        NotAllowed: The account may only look.
    """
    desk.require(*WRITERS)
    rows = [(r.row, r.field, r.value, r.reason) for r in (*done.rejected, *done.notes)]
    rows += [(d.row, "", "", d.reason) for d in done.possible_duplicates]
    headings = [_("Row"), _("Column"), _("Value"), _("Reason")]
    return export_list(desk, name=_("Roster report"), headings=headings, rows=sorted(rows), place=place)


def _register(session: Session) -> Iterable[Child]:
    return session.exec(select(Child).where(col(Child.deleted_at).is_(None)))


def _refuse_newly_registered(session: Session, chosen: Iterable[PreviewRow]) -> None:
    """Between reading and saving, another window or command may have taken in the same children."""
    new = [row.source for row in chosen if row.level is not RowState.UPDATE]
    for duplicate in find_duplicates(new, _known(session, _register(session))):
        if duplicate.other_id is not None:
            message = _("The register has changed since this roster was read (row {row}). Read the roster again.")
            raise Refused(message.format(row=duplicate.row), code="register_changed", row=duplicate.row)


def _known(session: Session, children: Iterable[Child]) -> list[KnownChild]:
    carers: defaultdict[str, list[Caregiver]] = defaultdict(list)
    for carer in session.exec(select(Caregiver).where(col(Caregiver.deleted_at).is_(None))):
        carers[carer.household_id].append(carer)
    return [
        KnownChild(
            child.id,
            child.name,
            child.birth_date,
            child.sex,
            child.citizen_id or "",
            tuple(carer.phone for carer in carers[child.household_id] if carer.phone),
            tuple(carer.name for carer in carers[child.household_id]),
        )
        for child in children
    ]


def _save(desk: Desk, session: Session, row: PreviewRow) -> str:
    child = row.source.values
    assert child is not None
    if row.completes and row.duplicate and row.duplicate.other_id:
        known = session.get_one(Child, row.duplicate.other_id)
        for name, value in row.completes.items():
            if getattr(known, name) is None:
                setattr(known, name, value)
        return known.id
    new = NewChild(
        name=child.name,
        sex=child.sex,
        birth_date=child.birth_date,
        village=child.village or "",
        address=child.address or "",
        caregivers=tuple(_caregivers(child)),
        facts=facts(child),
    )
    return add_child(desk, session, new).id


def _caregivers(child: RosterChild) -> list[NewCaregiver]:
    """Mother, father, and a guardian who is neither; a telephone without a name goes to the first of them."""
    named = [
        (child.mother_name, MOTHER, child.mother_phone),
        (child.father_name, FATHER, child.father_phone),
        (child.guardian_name, _OTHER_CARER, None),
    ]
    known: list[NewCaregiver] = []
    for name, relation, phone in named:
        if name and name not in {carer.name for carer in known}:
            own = phone or (child.phone if not known else None)
            known.append(NewCaregiver(name, relation, own, is_main=not known))
    return known
