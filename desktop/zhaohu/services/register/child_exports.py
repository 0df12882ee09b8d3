"""Lists of children as spreadsheets: masked as on screen, and whole families withheld who refused it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from zhaohu.exchange.workbooks import Written
from zhaohu.records.codes import ConsentScope
from zhaohu.services.desk import Desk
from zhaohu.services.due.duties import DueRow
from zhaohu.services.exports import EXPORTERS, export_list
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildRow
from zhaohu.services.register.consents import refused

WITHHELD = "***"
_AT_ONCE = 500

Progress = Callable[[int, int], None]


def export_children(
    desk: Desk,
    numbers: Sequence[int],
    *,
    name: str,
    headings: Sequence[str],
    cells: Callable[[ChildRow], Sequence[Written]],
    place: Path,
    progress: Progress | None = None,
) -> int:
    """Write children as .xlsx and leave a line in the audit log.

    Phone and id are masked as on screen. Where the guardians refuse that data are handed on, name, caregiver, numbers
    and address are withheld too; the line stays, so that the figures are right.

    Args:
        desk: Who exports.
        numbers: Which children, in order, as `child_list.ids` gives them.
        name: What the list is; no personal data.
        headings: The columns.
        cells: What stands in them for a child.
        place: The file to write; appears whole or not at all.
        progress: Told how many of how many were read; may raise `Cancelled`.

    Returns:
        How many children were withheld.

    Raises:
        NotAllowed: The account may only look.
        Refused: It cannot be written there.
    """
    desk.require(*EXPORTERS)
    lines: list[Sequence[Written]] = []
    withheld = 0
    for start in range(0, len(numbers), _AT_ONCE):
        children = child_list.rows(desk, numbers[start : start + _AT_ONCE])
        with desk.read() as session:
            closed = refused(session, [child.id for child in children], ConsentScope.SHARING)
        withheld += len(closed)
        lines += [cells(_without_family(child) if child.id in closed else child) for child in children]
        if progress is not None:
            progress(len(lines), len(numbers))
    export_list(desk, name=name, headings=headings, rows=lines, place=place)
    return withheld


def export_due(
    desk: Desk,
    due: Sequence[DueRow],
    *,
    name: str,
    headings: Sequence[str],
    cells: Callable[[DueRow], Sequence[Written]],
    place: Path,
) -> int:
    """Write a list of what is due as .xlsx; the families are withheld as in `export_children`. Returns how many rows.

    Raises:
        NotAllowed: The account may only look.
        Refused: It cannot be written there.
    """
    desk.require(*EXPORTERS)
    with desk.read() as session:
        closed = refused(session, None, ConsentScope.SHARING)
    shown = [
        one._replace(child=WITHHELD, caregiver="", phone="", address="") if one.child_id in closed else one
        for one in due
    ]
    export_list(desk, name=name, headings=headings, rows=[cells(one) for one in shown], place=place)
    return sum(one.child_id in closed for one in due)


def _without_family(child: ChildRow) -> ChildRow:
    return replace(
        child, name=WITHHELD, caregiver="", phone="", citizen_id="", record_no="", handbook_no="", address=""
    )
