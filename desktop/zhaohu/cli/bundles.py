"""`zhaohu bundle …` and `zhaohu receipt …`: the exchange between stations and center."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli import inbox
from zhaohu.cli.context import Context, plain, problem, read_password, table
from zhaohu.cli.progress import progress_bar
from zhaohu.cli.reports import receipt_told, report_document, report_line
from zhaohu.errors import Refused
from zhaohu.i18n import _, format_moment
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, lives, receipts
from zhaohu.services.exchange.batch_report import check_ending, save_report
from zhaohu.services.exchange.preview import Preview, preview
from zhaohu.services.exchange.receipt_words import life_words
from zhaohu.services.exchange.record_words import kind_words
from zhaohu.services.growth import scores


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Bundles: from a station to the center."), no_args_is_help=True)
    app.add_typer(group, name="bundle")
    group.command("export", help=_("Write everything that the center has not confirmed."))(export)
    group.command("verify", help=_("Check a bundle without taking it in."))(verify)
    group.command("import", help=_("Take bundles in, one report for each file."))(import_)
    inbox.add_to(group)
    group.command("status", help=_("Where the exchange stands."))(status)
    down = typer.Typer(help=_("Receipts: from the center to a station."), no_args_is_help=True)
    app.add_typer(down, name="receipt")
    down.command("export", help=_("Write the answer to a station."))(export_receipt)
    down.command("import", help=_("Read the center's answer."))(import_receipt)


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help=_("Folder to write into."))],
    full: Annotated[bool, typer.Option("--full", help=_("All records, confirmed or not."))] = False,
) -> None:
    """The next bundle."""
    shared: Context = context.obj
    with shared.desk() as desk:
        done = bundles.export_bundle(desk, out, full=full)
    text = _("Written, not yet confirmed: {file} ({n} records)").format(file=done.file, n=done.records)
    shared.show({**plain(done), "records": done.records}, text)


def verify(context: typer.Context, file: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """One file, looked at."""
    shared: Context = context.obj
    with shared.desk() as desk:
        info = bundles.verify_bundle(desk, file)
    text = _("Bundle {no} of station {station}: in order").format(no=info.no, station=info.station)
    shared.show(plain(info), text)


def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…")],
    look: Annotated[
        bool, typer.Option("--preview", help=_("Only tell what the import would do; nothing is changed."))
    ] = False,
    report: Annotated[Path | None, typer.Option(help=_("Write one report of all files: .xlsx or .pdf."))] = None,
    answer: Annotated[Path | None, typer.Option(help=_("Then write the receipts of the stations there."))] = None,
    recovery_key_file: Annotated[
        Path | None,
        typer.Option(help=_("File with the key of the recovery sheet of a center that is lost.")),
    ] = None,
) -> None:
    """Each file for itself; exit 1 if any was refused or set aside."""
    shared: Context = context.obj
    recovery = "" if recovery_key_file is None else read_password(recovery_key_file)
    if report is not None:
        check_ending(report)
    packets: list[receipts.PacketWritten] = []
    failed = None
    with shared.desk() as desk, progress_bar(_("Importing")) as progress:
        if look:
            seen = preview(desk, files, progress)
            _finish(shared, seen.reports, {"held": seen.held, "duplicates": seen.duplicates}, _more(seen))
            return
        reports = bundles.import_bundles(desk, files, progress, recovery_key=recovery)
        with suppress(Refused):  # what was imported stays; the next log-in grades it
            scores.fill_missing(desk)
        try:  # what was taken in stays, and is told
            if answer is not None:
                packets.extend(_answer(desk, reports, answer))
        except Refused as refused:
            failed = refused
        try:
            if report is not None:
                save_report(desk, reports, report)
        except Refused as refused:
            failed = failed or refused
    written = [_("Written: {file}").format(file=packet.file) for packet in packets]
    _finish(shared, reports, {"receipts": packets} if answer is not None else {}, written, failed)


def _answer(desk: Desk, reports: list[bundles.ImportReport], out: Path) -> Iterator[receipts.PacketWritten]:
    """The receipts of all stations of which a bundle came, whatever became of it."""
    for station in sorted({report.station for report in reports if report.status != "refused"}):
        yield receipts.export_receipt(desk, station, out)


def _finish(
    shared: Context,
    reports: list[bundles.ImportReport],
    more: Mapping[str, object],
    further: Sequence[str],
    failed: Refused | None = None,
) -> None:
    document: dict[str, object] = {"files": [report_document(report) for report in reports], **more}
    if failed is not None:
        document["error"] = problem(failed)
        print(failed.message, file=sys.stderr)
    shared.show(document, "\n".join([*map(report_line, reports), *further]))
    went_in = {report.bundle_id for report in reports if report.status == "accepted"}
    waits = any(report.status == "held" and report.bundle_id not in went_in for report in reports)
    if failed is not None or waits or any(report.status == "refused" for report in reports):
        raise typer.Exit(1)


def _more(seen: Preview) -> list[str]:
    lines = [
        _("would be held: {kind} of {station}: {reason}").format(
            kind=kind_words(row.table), station=row.station, reason=row.message
        )
        for row in seen.held
    ]
    return lines + [
        _("possibly one child: {one} ({station}) and {other} ({elsewhere}): {reason}").format(
            one=pair.one.name,
            station=pair.one.station,
            other=pair.other.name,
            elsewhere=pair.other.station,
            reason=pair.reason,
        )
        for pair in seen.duplicates
    ]


def status(context: typer.Context) -> None:
    """What waits, what was confirmed."""
    shared: Context = context.obj
    with shared.desk() as desk:
        state = bundles.status(desk)
        life = lives.state(desk) if state.pending is not None else None
    lines: list[str] = []
    if state.pending is not None and life is not None:
        waiting = state.pending
        lines += filter(None, [life_words(life, waiting)[0]])
        lines.append(_("Waiting for the center's receipt: {n} records").format(n=waiting.records))
        lines.append(_("Last bundle written: {when}").format(when=format_moment(waiting.last_export)))
        lines.append(_("Last receipt: {when}").format(when=format_moment(waiting.last_confirmed)))
    else:
        headings = [_("Station"), _("Last bundle"), _("Received"), _("Children"), _("Held")]
        rows = [
            [s.name, str(s.last_no), format_moment(s.last_received), str(s.children), str(s.held)]
            for s in state.stations
        ]
        lines.append(table(headings, rows))
    pending = None if state.pending is None else {**plain(state.pending), "records": state.pending.records}
    document = {**plain(state), "pending": pending}
    shared.show(document if life is None else {**document, "life": plain(life)}, "\n".join(lines))


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
        words = receipt_told(desk, report)
    shared.show(plain(report), words)
