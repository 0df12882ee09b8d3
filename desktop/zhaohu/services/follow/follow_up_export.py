"""The list of what is followed as a spreadsheet; families who refuse that data are handed on are withheld."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from zhaohu.exchange.workbooks import Written
from zhaohu.records.codes import ConsentScope
from zhaohu.services.desk import Desk
from zhaohu.services.exports import EXPORTERS, export_list
from zhaohu.services.follow.follow_up_lists import FollowUpRow
from zhaohu.services.register.child_exports import WITHHELD
from zhaohu.services.register.consents import refused


def export_follow_ups(
    desk: Desk,
    rows: Sequence[FollowUpRow],
    *,
    name: str,
    headings: Sequence[str],
    cells: Callable[[FollowUpRow], Sequence[Written]],
    place: Path,
) -> int:
    """Write the list as .xlsx; the line of a withheld family stays, so that the figures are right.

    Args:
        desk: Who exports.
        rows: What is listed.
        name: What the list is; no personal data.
        headings: The columns.
        cells: What stands in them.
        place: The file to write; appears whole or not at all.

    Returns:
        How many rows were withheld.

    Raises:
        NotAllowed: The account may only look.
        Refused: It cannot be written there.
    """
    desk.require(*EXPORTERS)
    with desk.read() as session:
        closed = refused(session, None, ConsentScope.SHARING)
    shown = [replace(one, child=WITHHELD) if one.child_id in closed else one for one in rows]
    export_list(desk, name=name, headings=headings, rows=[cells(one) for one in shown], place=place)
    return sum(one.child_id in closed for one in rows)
