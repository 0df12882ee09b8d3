"""A list on a page as a spreadsheet: where it goes is asked, it is written off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from zhaohu.i18n import _
from zhaohu.services.desk import Desk
from zhaohu.services.exports import EXPORTERS, export_list
from zhaohu.ui.dialogs import ask
from zhaohu.ui.file_names import file_name
from zhaohu.ui.pages.loading import LoadingPage

Export = Callable[[list[str], list[list[Any]]], object]


def list_export(
    page: LoadingPage, desk: Desk, name: str, write: Callable[[list[str], Path], object] | None = None
) -> Export | None:
    """What a `DataTable` calls to save itself; None for accounts that may only look.

    Args:
        page: The page of the list.
        desk: Who exports.
        name: What the list is; also the file's name. No personal data.
        write: Writes the file from the headings where more is to be done than to write what the table shows.
    """
    if desk.person.role not in EXPORTERS:
        return None

    def export(headings: list[str], rows: list[list[Any]]) -> None:
        suggested = file_name(desk.site.code, name, desk.today, ending=".xlsx")
        title, kinds = _("Save this list as a spreadsheet"), _("Spreadsheets (*.xlsx)")
        place = ask.save_file(page.window(), title, suggested, kinds)
        if place is not None:
            page.act(
                lambda _context: (
                    write(headings, place)
                    if write is not None
                    else export_list(desk, name=name, headings=headings, rows=rows, place=place)
                ),
                lambda _place: None,
                title=_("Writing the spreadsheet"),
            )

    return export
