"""`zhaohu children …`: roster import, list, show, search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_date
from zhaohu.records.codes import ChildStatus, label
from zhaohu.services import children, rosters, timeline


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("The register of children."), no_args_is_help=True)
    app.add_typer(group, name="children")
    group.command("import", help=_("Read a roster (.xlsx, .xls, .csv); only rows without doubt are taken in."))(import_)
    group.command("list", help=_("List children."))(list_)
    group.command("show", help=_("Show one child."))(show)
    group.command("search", help=_("Find children by name, pinyin, initials, last digits, caregiver or village."))(
        search
    )


def import_(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument()] = None,
    check: Annotated[bool, typer.Option("--check", help=_("Read and report, save nothing."))] = False,
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
        preview = rosters.read_roster(desk, file)
        report = rosters.check_only(preview) if check else rosters.take_in(desk, preview)
    lines = [
        _("Taken in: {n}").format(n=report.accepted) if not check else _("Without doubt: {n}").format(n=report.accepted)
    ]
    lines.append(_("Updated: {n}").format(n=report.updated))
    left = {remark.row for remark in report.rejected} | {alike.row for alike in report.possible_duplicates}
    lines.append(_("Not taken in: {n}").format(n=len(left)))
    lines += [_("Row {row}: {reason}").format(row=r.row, reason=r.reason) for r in report.rejected]
    lines += [_("Row {row}: {reason}").format(row=d.row, reason=d.reason) for d in report.possible_duplicates]
    shared.show(
        {
            "accepted": report.accepted,
            "updated": report.updated,
            "rejected": report.rejected,
            "possible_duplicates": report.possible_duplicates,
            "notes": report.notes,
        },
        "\n".join(lines),
    )


def list_(
    context: typer.Context,
    station: Annotated[str, typer.Option(help=_("Only this station's, at the center."))] = "",
    status: Annotated[str, typer.Option(help=_("active, moved_out, died, closed_at_three, lost, or all."))] = "active",
) -> None:
    """All children, youngest first."""
    shared: Context = context.obj
    if status != "all" and status not in set(ChildStatus):
        raise typer.BadParameter(", ".join([*ChildStatus, "all"]), param_hint="--status")
    number = station.rpartition("-")[2]
    wanted = children.ChildFilter(station=number, status=None if status == "all" else ChildStatus(status))
    with shared.desk() as desk:
        _show_rows(shared, children.list_children(desk, wanted))


def search(context: typer.Context, query: str) -> None:
    """Children that match."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _show_rows(shared, children.search(desk, query))


def show(context: typer.Context, child_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One child's page as text."""
    shared: Context = context.obj
    with shared.desk() as desk:
        view = children.view_child(desk, child_id)
        records = timeline.list_visits(desk, child_id)
    row = view.row
    carers = [f"{c.name} {c.phone}" for c in view.caregivers]
    lines = [row.name, label(row.sex), format_date(row.birth_date), row.village, view.address, *carers]
    document = {**_document(row), "address": view.address, "caregivers": view.caregivers, "editable": view.editable}
    for name in ("gestation_days", "birth_weight_g", "birth_length_mm", "birth_order", "delivery", "health_record_no"):
        document[name] = getattr(view, name)
    document["visits"] = records
    lines += [f"{format_date(r.visit_date)} {r.title} {r.record_number} ({r.id})" for r in records]
    shared.show({"child": document}, "\n".join(line for line in lines if line))


def _show_rows(shared: Context, rows: list[children.ChildRow]) -> None:
    headings = [_("Name"), _("Sex"), _("Born"), _("Village"), _("Caregiver"), _("Phone"), _("Status"), "ID"]
    cells = [
        [r.name, label(r.sex), r.birth_date.isoformat(), r.village, r.caregiver, r.phone, label(r.status), r.id]
        for r in rows
    ]
    shared.show({"children": [_document(row) for row in rows]}, table(headings, cells))


def _document(row: children.ChildRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "sex": row.sex,
        "birth_date": row.birth_date,
        "station": row.station,
        "village": row.village,
        "status": row.status,
        "caregiver": row.caregiver,
        "phone": row.phone,
        "id_number": row.citizen_id,
        "risks": row.risks,
    }
