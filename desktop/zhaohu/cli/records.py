"""`zhaohu records import`: visits and measurements that were kept in spreadsheets until now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context
from zhaohu.cli.progress import progress_bar
from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.services.visit_table import record_import


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Records kept in spreadsheets until now."), no_args_is_help=True)
    app.add_typer(group, name="records")
    group.command("import", help=_("Read visits and measurements from a spreadsheet (.xlsx, .xls, .csv)."))(import_)


def import_(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument()] = None,
    check: Annotated[bool, typer.Option("--check", help=_("Read and report, save nothing."))] = False,
    form: Annotated[str, typer.Option(help=_("Id of the form of all sheets; else each sheet tells."))] = "",
    leave_doubtful: Annotated[
        bool, typer.Option("--leave-doubtful", help=_("Leave out rows about which something is doubtful."))
    ] = False,
    report: Annotated[Path | None, typer.Option(help=_("Save the report as a spreadsheet (.xlsx)."))] = None,
    template: Annotated[Path | None, typer.Option(help=_("Write an empty table to fill in."))] = None,
) -> None:
    """A table of records in, report out."""
    shared: Context = context.obj
    if template is not None:
        record_import.write_template(template, shared.clock.today(), form)
        shared.show({"template": template}, _("Written: {file}").format(file=template))
        return
    if file is None:
        raise BadInput(_("Name the file of records to read."), code="no_file", field="file")
    with shared.desk() as desk:
        with progress_bar(_("Reading")) as progress:
            preview = record_import.read_records(desk, file, form, progress)
        if check:
            done = record_import.report(preview.rows, record_import.taken_rows(preview, leave_doubtful=leave_doubtful))
        else:
            with progress_bar(_("Recording")) as progress:
                done = record_import.take_in(desk, preview, leave_doubtful=leave_doubtful, progress=progress)
        if report is not None:
            record_import.save_report(desk, done, report)
    document = {
        "accepted": done.accepted,
        "already": done.already,
        "rejected": done.rejected,
        "doubtful": done.doubtful,
        "unread_sheets": preview.unread,
    }
    shared.show(document, "\n".join(_lines(done, preview.unread, check=check)))


def _lines(done: record_import.RecordReport, unread: tuple[str, ...], *, check: bool) -> list[str]:
    first = _("Can be taken in: {n}") if check else _("Taken in: {n}")
    lines = [first.format(n=done.accepted), _("Recorded already: {n}").format(n=done.already)]
    lines.append(_("Not taken in: {n}").format(n=len({(one.sheet, one.row) for one in done.rejected})))
    lines += [_line(one) for one in done.rejected]
    if done.doubtful:
        lines.append(_("Worth a look among what is taken in:"))
        lines += [_line(one) for one in done.doubtful]
    if unread:
        lines.append(_("These sheets are no tables of records: {names}.").format(names=_(", ").join(unread)))
    return lines


def _line(one: record_import.RowRemark) -> str:
    if not one.field:
        return _("{sheet}, row {row}: {reason}").format(sheet=one.sheet, row=one.row, reason=one.reason)
    words = _("{sheet}, row {row}, {field}: {reason}")
    return words.format(sheet=one.sheet, row=one.row, field=one.field, reason=one.reason)
