"""What became of a table of records: how many were taken in, which were had already, which not and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhaohu.i18n import _
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exports import export_list
from zhaohu.services.visit_table.record_answers import RecordRow, RowState


@dataclass(frozen=True, slots=True)
class RowRemark:
    """A row, the value that is remarked on (its column as `field`), and the reason in words."""

    sheet: str
    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordReport:
    """What became of a table of records.

    Args:
        accepted: Rows that were recorded.
        already: Rows whose record is there already.
        rejected: Why rows were not taken in.
        doubtful: What is doubtful about rows that were taken in.
    """

    accepted: int
    already: int
    rejected: tuple[RowRemark, ...]
    doubtful: tuple[RowRemark, ...]


def report(rows: Sequence[RecordRow], taken: Collection[RecordRow]) -> RecordReport:
    """What becomes of the rows of a file when some of them are taken in."""
    chosen = {(one.sheet, one.row) for one in taken}
    left = [one for one in rows if (one.sheet, one.row) not in chosen and one.state is not RowState.ALREADY]
    return RecordReport(
        accepted=len(chosen),
        already=sum(one.state is RowState.ALREADY for one in rows),
        rejected=tuple(remark for row in left for remark in _remarks(row)),
        doubtful=tuple(remark for row in rows if (row.sheet, row.row) in chosen for remark in _issues(row)),
    )


def save_report(desk: Desk, done: RecordReport, place: Path) -> Path:
    """Write what was not taken in, and what deserves a look, as a spreadsheet to be worked through.

    Raises:
        NotAllowed: The account may only look.
        Refused: It cannot be written there.
    """
    desk.require(*WRITERS)
    rows = [(one.sheet, one.row, _("Not taken in"), one.field, one.value, one.reason) for one in done.rejected]
    rows += [(one.sheet, one.row, _("Taken in"), one.field, one.value, one.reason) for one in done.doubtful]
    headings = [_("Sheet"), _("Row"), _("What became of it"), _("Column"), _("Value"), _("Reason")]
    return export_list(desk, name=_("Report on the records"), headings=headings, rows=rows, place=place)


def _issues(row: RecordRow) -> list[RowRemark]:
    return [RowRemark(row.sheet, row.row, one.field, one.value, one.reason) for one in row.issues]


def _remarks(row: RecordRow) -> list[RowRemark]:
    return _issues(row) or [RowRemark(row.sheet, row.row, "", "", _("Left out by decision."))]
