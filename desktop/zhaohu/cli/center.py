"""`zhaohu center …`: making a center, registering stations, accepting their replies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.i18n import _
from zhaohu.records.codes import PeerStatus, label
from zhaohu.services import printing
from zhaohu.services.exchange import setup

RecoverySheet = Annotated[
    Path | None, typer.Option(help=_("Where the recovery sheet (PDF) goes; default: beside the profile."))
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("The guidance center of a district."), no_args_is_help=True)
    app.add_typer(group, name="center")
    group.command("init", help=_("Make a center: database, keys, first administrator, recovery sheet."))(init)
    stations = typer.Typer(help=_("The center's stations."), no_args_is_help=True)
    group.add_typer(stations, name="station")
    stations.command("add", help=_("Register a station and write its enrolment file."))(add)
    stations.command("accept", help=_("Accept a station's reply."))(accept)
    stations.command("list", help=_("List the stations."))(list_)


def init(
    context: typer.Context,
    district_code: Annotated[str, typer.Option(help=_("Six digits of GB/T 2260."))],
    name: Annotated[str, typer.Option(help=_("Name of the center."))],
    recovery_sheet: RecoverySheet = None,
) -> None:
    """A new center."""
    shared: Context = context.obj
    sheet = printing.recovery_sheet_place(shared.profile, recovery_sheet)
    made = setup.init_center(
        shared.profile, district_code=district_code, name=name, admin=shared.admin(), clock=shared.clock
    )
    printing.hand_over(made, sheet)
    shared.show(
        {
            "profile": shared.profile,
            "code": made.desk.site.code,
            "name": made.desk.site.name,
            "fingerprint": made.fingerprint,
            "recovery_sheet": sheet,
            "user": shared.user,
        },
        "\n".join(
            [
                _("Center made in {folder}.").format(folder=shared.profile),
                _("Fingerprint: {fingerprint}").format(fingerprint=made.fingerprint),
                _("Recovery sheet: {file} (print it, lock it away, delete the file)").format(file=sheet),
            ]
        ),
    )


def add(
    context: typer.Context,
    code: Annotated[str, typer.Option(help=_("Two digits."))],
    name: Annotated[str, typer.Option(help=_("Name of the station."))],
    township: Annotated[str, typer.Option(help=_("Township or street."))],
    population: Annotated[int, typer.Option(help=_("Resident population."))],
    out: Annotated[Path, typer.Option(help=_("Enrolment file to write (.zhe)."))],
    year: Annotated[int | None, typer.Option(help=_("Year of the population; default: this year."))] = None,
) -> None:
    """A new station."""
    shared: Context = context.obj
    with shared.desk() as desk:
        added = setup.add_station(
            desk, code=code, name=name, township=township, population=population, year=year, out=out
        )
    shared.show(
        {"code": added.code, "name": added.name, "file": added.file, "fingerprint": added.fingerprint},
        "\n".join(
            [
                _("Enrolment file for {name}: {file}").format(name=added.name, file=added.file),
                _("Fingerprint of this center, to read out: {fingerprint}").format(fingerprint=added.fingerprint),
            ]
        ),
    )


def accept(context: typer.Context, reply: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """A station's reply."""
    shared: Context = context.obj
    with shared.desk() as desk:
        accepted = setup.accept_station(desk, reply)
    shared.show(
        {"code": accepted.station, "name": accepted.name, "fingerprint": accepted.fingerprint},
        "\n".join(
            [
                _("Accepted: {name}").format(name=accepted.name),
                _("Fingerprint of the station, to compare: {fingerprint}").format(fingerprint=accepted.fingerprint),
            ]
        ),
    )


def list_(context: typer.Context) -> None:
    """All stations of the district."""
    shared: Context = context.obj
    with shared.desk() as desk:
        entries = setup.list_stations(desk)
    headings = [_("Code"), _("Name"), _("Township"), _("Population"), _("State"), _("Fingerprint")]
    rows = [
        [e.code, e.name, e.township, str(e.population or "—"), label(PeerStatus(e.status)), e.fingerprint or ""]
        for e in entries
    ]
    shared.show({"stations": entries}, table(headings, rows))
