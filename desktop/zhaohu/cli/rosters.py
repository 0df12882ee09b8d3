"""`zhaohu children import`, `imports` and `undo-import`: rosters in, and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_moment
from zhaohu.services.roster import rosters


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group `children`."""
    group.command("import", help=_("Read a roster (.xlsx, .xls, .csv); only rows without doubt are taken in."))(import_)
    group.command("imports", help=_("List the rosters that were taken in."))(imports)
    group.command("undo-import", help=_("Take a whole roster back, while nothing else has touched its rows."))(undo)


def import_(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument()] = None,
    check: Annotated[bool, typer.Option("--check", help=_("Read and report, save nothing."))] = False,
    sheet: Annotated[str, typer.Option(help=_("The sheet to read; else the first that is a roster."))] = "",
    report: Annotated[Path | None, typer.Option(help=_("Save the report as a spreadsheet (.xlsx)."))] = None,
    template: Annotated[Path | None, typer.Option(help=_("Write an empty roster to fill in."))] = None,
) -> None:
    """Roster in, report out."""
    shared: Context = context.obj
    if template is not None:
        rosters.write_template(template)
        shared.show({"template": template}, _("Written: {file}").format(file=template))
        return
    if file is None:
        raise BadInput(_("Name the roster file to read."), code="no_file", field="file")
    with shared.desk() as desk:
        preview = rosters.read_roster(desk, file, sheet=sheet)
        done = rosters.check_only(preview) if check else rosters.take_in(desk, preview)
        if report is not None:
            rosters.save_report(desk, done, report)
    unread = [name for name in preview.sheets if name != preview.sheet]
    shared.show(
        {
            "accepted": done.accepted,
            "updated": done.updated,
            "same": done.same,
            "rejected": done.rejected,
            "possible_duplicates": done.possible_duplicates,
            "notes": done.notes,
            "import_id": done.import_id,
            "sheet": preview.sheet,
            "unread_sheets": unread,
        },
        "\n".join(_lines(done, unread, check=check)),
    )


def _lines(done: rosters.RosterReport, unread: list[str], *, check: bool) -> list[str]:
    first = _("Without doubt: {n}") if check else _("Taken in: {n}")
    left = {remark.row for remark in done.rejected} | {alike.row for alike in done.possible_duplicates}
    lines = [first.format(n=done.accepted), _("Updated: {n}").format(n=done.updated)]
    lines += [_("Registered already: {n}").format(n=done.same), _("Not taken in: {n}").format(n=len(left) - done.same)]
    lines += [_("Row {row}: {reason}").format(row=one.row, reason=one.reason) for one in done.rejected]
    lines += [_("Row {row}: {reason}").format(row=one.row, reason=one.reason) for one in done.possible_duplicates]
    if unread:
        lines.append(_("These sheets are rosters too and were not read: {names}.").format(names=_(", ").join(unread)))
    if done.import_id:
        lines.append(_("To take it back: zhaohu children undo-import {id}").format(id=done.import_id))
    return lines


def imports(context: typer.Context) -> None:
    """The rosters that were taken in, newest first."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = rosters.list_imports(desk)
    headings = [_("Taken in"), _("By"), _("File"), _("New"), _("Updated"), _("Can be undone"), "ID"]
    cells = [
        [
            format_moment(one.taken_at),
            one.by,
            one.file,
            str(one.accepted),
            str(one.updated),
            _("yes") if one.undoable else one.why_not,
            one.id,
        ]
        for one in found
    ]
    shared.show({"imports": found}, table(headings, cells))


def undo(context: typer.Context, import_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """A whole roster, taken back."""
    shared: Context = context.obj
    with shared.desk() as desk:
        done = rosters.undo_import(desk, import_id)
    text = _("{n} children are no longer in the register.").format(n=done.children)
    shared.show({"children": done.children, "records": done.rows}, text)
