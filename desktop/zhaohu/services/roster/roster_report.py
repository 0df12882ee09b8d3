"""The report of a roster: what was taken in, what not and why, and what deserves a look."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhaohu.i18n import _, sentences
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exports import export_list
from zhaohu.services.roster.roster_preview import Decision, PreviewRow, RosterPreview, RowState


@dataclass(frozen=True, slots=True)
class RowRemark:
    """A row, the value that is remarked on, and the reason in words."""

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A row that looks like another child: of the file (`other_row`) or of the register (`child_id`)."""

    row: int
    other_row: int | None
    child_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What became of a roster.

    Args:
        import_id: Of the import, to undo it by; empty when nothing was saved.
        accepted: Children registered.
        updated: Children completed.
        same: Rows that say nothing new.
        rejected: Why rows were not taken in.
        possible_duplicates: Rows that look like another child and were not taken in; those that say nothing new too.
        notes: Remarks on rows that were taken in.
    """

    import_id: str
    accepted: int
    updated: int
    same: int
    rejected: tuple[RowRemark, ...]
    possible_duplicates: tuple[PossibleDuplicate, ...]
    notes: tuple[RowRemark, ...]


def report(preview: RosterPreview) -> RosterReport:
    """What becomes of a roster as it was decided."""
    taken = [row for row in preview.rows if row.decision is not Decision.LEAVE]
    left = [row for row in preview.rows if row.decision is Decision.LEAVE]
    return RosterReport(
        import_id="",
        accepted=sum(row.decision is Decision.TAKE for row in taken),
        updated=sum(row.decision is Decision.COMPLETE for row in taken),
        same=sum(row.state is RowState.SAME for row in left),
        rejected=tuple(remark for row in left if row.duplicate is None for remark in _why_not(row)),
        possible_duplicates=tuple(
            PossibleDuplicate(row.row, row.duplicate.other_row, row.duplicate.child_id, _why_alike(row))
            for row in left
            if row.duplicate is not None
        ),
        notes=tuple(RowRemark(row.row, i.field, i.value, i.reason) for row in taken for i in row.issues),
    )


def check_only(preview: RosterPreview) -> RosterReport:
    """What would become of the roster as it was decided."""
    return report(preview)


def save_report(desk: Desk, done: RosterReport, place: Path) -> Path:
    """Write what was not taken in, and what deserves a look, as a spreadsheet to be worked through.

    Raises:
        NotAllowed: The account may only look.
    """
    desk.require(*WRITERS)
    rows = [(r.row, _("Not taken in"), r.field, r.value, r.reason) for r in done.rejected]
    rows += [(r.row, _("Taken in"), r.field, r.value, r.reason) for r in done.notes]
    rows += [(d.row, _("Not taken in"), "", "", d.reason) for d in done.possible_duplicates]
    headings = [_("Row"), _("What became of it"), _("Column"), _("Value"), _("Reason")]
    return export_list(desk, name=_("Roster report"), headings=headings, rows=sorted(rows), place=place)


def _why_not(row: PreviewRow) -> list[RowRemark]:
    doubts = [issue for issue in row.issues if not issue.is_note]
    if not doubts:
        return [RowRemark(row.row, "", "", _("Left out by decision."))]
    return [RowRemark(row.row, issue.field, issue.value, issue.reason) for issue in doubts]


def _why_alike(row: PreviewRow) -> str:
    return sentences(issue.reason for issue in row.issues if not issue.is_note)
