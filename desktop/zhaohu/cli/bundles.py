"""`zhaohu bundle …` and `zhaohu receipt …`: the exchange between stations and center."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, plain, table
from zhaohu.cli.progress import progress_bar
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.growth import scores


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Bundles: from a station to the center."), no_args_is_help=True)
    app.add_typer(group, name="bundle")
    group.command("export", help=_("Write everything that the center has not confirmed."))(export)
    group.command("verify", help=_("Check a bundle without taking it in."))(verify)
    group.command("import", help=_("Take bundles in, one report for each file."))(import_)
    group.command("status", help=_("Where the exchange stands."))(status)
    down = typer.Typer(help=_("Receipts: from the center to a station."), no_args_is_help=True)
    app.add_typer(down, name="receipt")
    down.command("export", help=_("Write the answer to a station."))(export_receipt)
    down.command("import", help=_("Read the center's answer."))(import_receipt)


def export(context: typer.Context, out: Annotated[Path, typer.Option(help=_("Folder to write into."))]) -> None:
    """The next bundle."""
    shared: Context = context.obj
    with shared.desk() as desk:
        done = bundles.export_bundle(desk, out)
    text = _("Written, not yet confirmed: {file} ({n} records)").format(file=done.file, n=done.records)
    shared.show({**plain(done), "records": done.records}, text)


def verify(context: typer.Context, file: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """One file, looked at."""
    shared: Context = context.obj
    with shared.desk() as desk:
        info = bundles.verify_bundle(desk, file)
    text = _("Bundle {no} of station {station}: in order").format(no=info.no, station=info.station)
    shared.show(plain(info), text)


def import_(context: typer.Context, files: Annotated[list[Path], typer.Argument(metavar="FILE…")]) -> None:
    """Each file for itself; exit 1 if any was refused."""
    shared: Context = context.obj
    with shared.desk() as desk, progress_bar(_("Importing")) as progress:
        reports = bundles.import_bundles(desk, files, progress)
        with suppress(Refused):  # what was imported stays; the next log-in grades it
            scores.fill_missing(desk)
    lines = []
    for report in reports:
        counts = _("new {new}, changed {changed}, unchanged {unchanged}, deleted {deleted}, held {held}").format(
            new=report.new,
            changed=report.changed,
            unchanged=report.unchanged,
            deleted=report.deleted,
            held=report.held,
        )
        words = {
            "accepted": _("{file}: accepted ({counts})").format(file=report.file.name, counts=counts),
            "already_had": _("{file}: already had").format(file=report.file.name),
            "refused": _("{file}: refused: {reason}").format(file=report.file.name, reason=report.message),
        }
        lines.append(words[report.status])
    shared.show({"files": [_document(report) for report in reports]}, "\n".join(lines))
    if any(report.status == "refused" for report in reports):
        raise typer.Exit(1)


def _document(report: bundles.ImportReport) -> dict[str, object]:
    sums = {word: getattr(report, word) for word in ("new", "changed", "unchanged", "deleted", "held")}
    return {**plain(report), **sums}


def status(context: typer.Context) -> None:
    """What waits, what was confirmed."""
    shared: Context = context.obj
    with shared.desk() as desk:
        state = bundles.status(desk)
    lines = []
    if state.pending is not None:
        waiting = state.pending
        lines.append(_("Waiting for the center's receipt: {n} records").format(n=waiting.records))
        lines.append(_("Last bundle written: {when}").format(when=waiting.last_export or "—"))
        lines.append(_("Last receipt: {when}").format(when=waiting.last_confirmed or "—"))
    else:
        headings = [_("Station"), _("Last bundle"), _("Received"), _("Children"), _("Held")]
        rows = [[s.name, str(s.last_no), s.last_received or "—", str(s.children), str(s.held)] for s in state.stations]
        lines.append(table(headings, rows))
    pending = None if state.pending is None else {**plain(state.pending), "records": state.pending.records}
    shared.show({**plain(state), "pending": pending}, "\n".join(lines))


def export_receipt(
    context: typer.Context,
    station: Annotated[str, typer.Option(help=_("Two digits of the station."))],
    out: Annotated[Path, typer.Option(help=_("Folder to write into."))],
) -> None:
    """The next answer."""
    shared: Context = context.obj
    with shared.desk() as desk:
        packet = receipts.export_receipt(desk, station, out)
    shared.show(plain(packet), _("Written: {file}").format(file=packet.file))


def import_receipt(context: typer.Context, file: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """The center's answer."""
    shared: Context = context.obj
    with shared.desk() as desk:
        report = receipts.import_receipt(desk, file)
    shared.show(
        plain(report), _("The center has confirmed everything up to bundle {no}.").format(no=report.confirmed_no)
    )
