"""`zhaohu bundle undo|weeks|set-aside|forks|decide|refused|ask-all|watch|look`: what the center does with what came."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.cli.reports import report_document, report_line
from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_moment
from zhaohu.services.exchange import forks, inbox, set_aside, undo, watching

_SETTLE_S = 2.0


class Which(StrEnum):
    """Which database is the station."""

    KNOWN = "known"
    THIS_ONE = "this_one"


def add_to(group: typer.Typer) -> None:
    """Add these commands to the group of bundles."""
    group.command("undo", help=_("Take back the last import; its stations send again."))(undo_)
    group.command("weeks", help=_("What came from each station, week by week; who is late, what is missing."))(weeks)
    group.command("set-aside", help=_("Bundles that could not go in, and why."))(list_aside)
    group.command("forks", help=_("Bundles about which a person must decide: a copy, or another PC."))(list_forks)
    group.command("decide", help=_("Say which PC is the station."))(decide)
    group.command("refused", help=_("Files that were refused, and why."))(refused)
    group.command("ask-all", help=_("Ask a station for all its records with the next receipt."))(ask_all)
    group.command("watch", help=_("Choose the folder that is looked at by itself, or none."))(watch)
    group.command("look", help=_("Take in what lies in the watched folder."))(look)


def undo_(
    context: typer.Context,
    reason: Annotated[str | None, typer.Option(help=_("Why; without it the last import is only shown."))] = None,
) -> None:
    """The last import, shown or taken back."""
    shared: Context = context.obj
    with shared.desk() as desk:
        last = undo.last_import(desk) if reason is None else undo.undo_last(desk, reason)
    if last is None:
        shared.show({"import": None}, _("There is no import that could be undone."))
        return
    lines = [
        _("{station}: bundle {no} (new {new}, changed {changed}, deleted {deleted})").format(
            station=one.station_name, no=one.no, new=one.new, changed=one.changed, deleted=one.deleted
        )
        for one in last.bundles
    ]
    if reason is not None:
        lines.append(_("Undone. Write the receipts: the stations then send again what was in it."))
    elif last.blocked:
        lines.append(last.blocked)
    shared.show({"import": last, "undone": reason is not None}, "\n".join(lines))


def weeks(
    context: typer.Context, number: Annotated[int, typer.Option("--weeks", min=1, max=104, help=_("How many."))] = 12
) -> None:
    """Stations by weeks."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = inbox.matrix(desk, number)
    headings = [_("Station"), *(f"{monday:%m-%d}" for monday in found.weeks), _("Late"), _("Missing")]
    rows = [
        [
            row.name,
            *(str(cell.bundles or "") for cell in row.cells),
            _("late") if row.late else "",
            ", ".join(str(one.no) for one in row.missing if not one.contained),
        ]
        for row in found.rows
    ]
    shared.show({"weeks": found.weeks, "stations": found.rows}, table(headings, rows))


def list_aside(
    context: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help=_("Try them once more first."))] = False,
) -> None:
    """What waits, what was decided."""
    shared: Context = context.obj
    with shared.desk() as desk:
        reports = set_aside.retry(desk) if retry else []
        found = set_aside.list_set_aside(desk)
    headings = [_("Station"), _("Bundle"), _("Came"), _("Reason")]
    rows = [
        [one.station_name, str(one.no), format_moment(one.arrived_at), one.message] for one in found if not one.decided
    ]
    document = {"set_aside": found, "files": [report_document(report) for report in reports]}
    shared.show(document, "\n".join([*map(report_line, reports), table(headings, rows)]))


def list_forks(context: typer.Context) -> None:
    """The oldest first."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = forks.list_forks(desk)
    headings = [_("Station"), _("Bundle"), _("Came"), "ID"]
    rows = [[one.station_name, str(one.no), format_moment(one.arrived_at), one.bundle_id] for one in found]
    shared.show({"forks": found}, table(headings, rows))


def decide(
    context: typer.Context,
    bundle: Annotated[str, typer.Argument(metavar="ID", help=_("Of the bundle, as “forks” lists it."))],
    which: Annotated[
        Which, typer.Option(help=_("known: what the center has so far; this_one: the PC of this bundle."))
    ],
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help=_("Its PC is lost: compare the bundle without what it builds on."))
    ] = False,
) -> None:
    """One bundle."""
    shared: Context = context.obj
    with shared.desk() as desk:
        reports = forks.decide(desk, bundle, which.value, incomplete=incomplete)
    words = [_("Decided which PC is the station"), *map(report_line, reports)]
    shared.show({"decided": which, "files": [report_document(report) for report in reports]}, "\n".join(words))


def refused(context: typer.Context) -> None:
    """Newest first."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = inbox.refused_files(desk)
    headings = [_("When"), _("File"), _("Station"), _("Reason")]
    rows = [[format_moment(row.at), row.file, row.station, row.message] for row in found]
    shared.show({"refused": found}, table(headings, rows))


def ask_all(
    context: typer.Context, station: Annotated[str, typer.Option(help=_("Two digits of the station."))]
) -> None:
    """One station."""
    shared: Context = context.obj
    with shared.desk() as desk:
        inbox.ask_for_all(desk, station)
    shared.show(
        {"station": station}, _("The next receipt asks station {code} for all its records.").format(code=station)
    )


def watch(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help=_("The folder."))] = None,
    none: Annotated[bool, typer.Option("--none", help=_("Watch no folder any more."))] = False,
    leave: Annotated[bool, typer.Option("--leave", help=_("Leave files where they are."))] = False,
) -> None:
    """Shown, chosen, or given up."""
    shared: Context = context.obj
    if folder is not None and none:
        raise BadInput(_("Name a folder, or --none, but not both."), code="bad_input", field="folder")
    with shared.desk() as desk:
        kept = watching.watched(desk) if folder is None and not none else watching.watch(desk, folder, move=not leave)
    text = _("No folder is watched.") if kept.folder is None else _("Watched: {folder}").format(folder=kept.folder)
    shared.show({"folder": kept.folder, "move": kept.move}, text)


def look(context: typer.Context) -> None:
    """Each file once; exit 1 if any was refused or set aside."""
    shared: Context = context.obj
    with shared.desk() as desk:
        reports = watching.look(desk, settle_s=_SETTLE_S)
    text = "\n".join(map(report_line, reports)) or _("There is nothing new in the watched folder.")
    shared.show({"files": [report_document(report) for report in reports]}, text)
    if any(report.status in ("refused", "held") for report in reports):
        raise typer.Exit(1)
