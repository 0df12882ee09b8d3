"""Lists as spreadsheets: what a table on screen shows, masked as there, with a line in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhaohu.exchange.workbooks import Written, write_table
from zhaohu.records.codes import Role
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.files import write_file

EXPORTERS = (*WRITERS, Role.AUDITOR)
"""Roles that may take lists away; numbers in them are masked."""


def export_list(
    desk: Desk, *, name: str, headings: Sequence[str], rows: Sequence[Sequence[Written]], place: Path
) -> Path:
    """Write a list as .xlsx; text stays text, whatever it begins with.

    Args:
        desk: Who exports.
        name: What the list is, such as its page's title; no personal data.
        headings: The columns.
        rows: The cells as shown.
        place: The file to write; appears whole or not at all.

    Raises:
        NotAllowed: The account may only look.
        Refused: It cannot be written there.
    """
    desk.require(*EXPORTERS)
    write_file(place, write_table(name, headings, rows))
    with desk.write("export.list") as work:
        work.note(list=name, rows=len(rows))
    return place
