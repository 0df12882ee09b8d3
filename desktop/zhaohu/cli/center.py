"""`zhaohu center …`: making a center, registering stations, accepting their replies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, plain, table
from zhaohu.i18n import _
from zhaohu.records.codes import PeerStatus, label
from zhaohu.services import printing
from zhaohu.services.exchange import renewal, setup, site_keys, station_list

StationCode = Annotated[str, typer.Option(help=_("Two digits of the station."))]
RecoverySheet = Annotated[
    Path | None, typer.Option(help=_("Where the recovery sheet (PDF) goes; default: beside the profile."))
]
_PRINTS = ("fingerprint", "next_fingerprint", "center_fingerprint")


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("The guidance center of a district."), no_args_is_help=True)
    app.add_typer(group, name="center")
    group.command("init", help=_("Make a center: database, keys, first administrator, recovery sheet."))(init)
    group.command("keys", help=_("Show the fingerprint of this center; change its keys."))(show_keys)
    stations = typer.Typer(help=_("The center's stations."), no_args_is_help=True)
    group.add_typer(stations, name="station")
    stations.command("add", help=_("Register a station and write its enrolment file."))(add)
    stations.command("accept", help=_("Accept a station's reply."))(accept)
    stations.command("list", help=_("List the stations."))(list_)
    stations.command(
        "renew", help=_("Invite a station once more, when its PC or keys are lost. Take in first what it has sent.")
    )(renew)
    stations.command("revoke", help=_("Revoke the keys of a station."))(revoke)
    stations.command("accept-keys", help=_("Accept the new keys that a station has announced."))(accept_keys)


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
            "fingerprint_digits": site_keys.digits(made.fingerprint),
            "recovery_sheet": sheet,
            "user": shared.user,
        },
        "\n".join(
            [
                _("Center made in {folder}.").format(folder=shared.profile),
                _("Fingerprint: {fingerprint}").format(fingerprint=read_out(made.fingerprint)),
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
    _show_invitation(shared, added)


def renew(
    context: typer.Context,
    code: StationCode,
    out: Annotated[Path, typer.Option(help=_("Enrolment file to write (.zhe)."))],
) -> None:
    """A station whose PC or keys are lost."""
    shared: Context = context.obj
    with shared.desk() as desk:
        added = renewal.renew_station(desk, code, out)
    _show_invitation(shared, added)


def revoke(context: typer.Context, code: StationCode, reason: Annotated[str, typer.Option(help=_("Why."))]) -> None:
    """A station from which nothing more is taken."""
    shared: Context = context.obj
    with shared.desk() as desk:
        renewal.revoke_station(desk, code, reason)
    shared.show({"code": code}, _("The keys of station {code} are revoked.").format(code=code))


def accept_keys(
    context: typer.Context,
    code: StationCode,
    fingerprint: Annotated[str, typer.Option(help=_("Of the new keys, as the station reads it out."))],
) -> None:
    """A station's new keys, once people have compared them."""
    shared: Context = context.obj
    with shared.desk() as desk:
        site_keys.accept_keys(desk, code, fingerprint)
    shared.show({"code": code}, _("The new keys of station {code} are accepted.").format(code=code))


def show_keys(
    context: typer.Context,
    change: Annotated[bool, typer.Option("--change", help=_("Make new keys."))] = False,
) -> None:
    """The keys of this site, present or new."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = site_keys.change_keys(desk) if change else site_keys.site_keys(desk)
    lines = [_("Fingerprint: {fingerprint}").format(fingerprint=read_out(found.fingerprint))]
    if found.next_fingerprint:
        words = _("Fingerprint of the new keys, until the center has accepted them: {fingerprint}")
        lines.append(words.format(fingerprint=read_out(found.next_fingerprint)))
    if found.center_fingerprint:
        words = _("Fingerprint of the center, to compare: {fingerprint}")
        lines.append(words.format(fingerprint=read_out(found.center_fingerprint)))
    if found.behind:
        words = _("These stations have not read a return packet with the new keys yet: {names}")
        lines.append(words.format(names=", ".join(found.behind)))
    digits = {name: site_keys.digits(value) for name in _PRINTS if (value := getattr(found, name))}
    shared.show({**plain(found), "digits": digits}, "\n".join(lines))


def read_out(fingerprint: str | None) -> str:
    """A fingerprint for people: the digits to read out, and as files have it."""
    return f"{site_keys.digits(fingerprint)} ({fingerprint})" if fingerprint else ""


def _show_invitation(shared: Context, added: setup.StationAdded) -> None:
    shared.show(
        {
            "code": added.code,
            "name": added.name,
            "file": added.file,
            "fingerprint": added.fingerprint,
            "fingerprint_digits": site_keys.digits(added.fingerprint),
        },
        "\n".join(
            [
                _("Enrolment file for {name}: {file}").format(name=added.name, file=added.file),
                _("Fingerprint of this center, to read out: {fingerprint}").format(
                    fingerprint=read_out(added.fingerprint)
                ),
            ]
        ),
    )


def accept(context: typer.Context, reply: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """A station's reply."""
    shared: Context = context.obj
    with shared.desk() as desk:
        accepted = setup.accept_station(desk, reply)
    shared.show(
        {
            "code": accepted.station,
            "name": accepted.name,
            "fingerprint": accepted.fingerprint,
            "fingerprint_digits": site_keys.digits(accepted.fingerprint),
        },
        "\n".join(
            [
                _("Accepted: {name}").format(name=accepted.name),
                _("Fingerprint of the station, to compare: {fingerprint}").format(
                    fingerprint=read_out(accepted.fingerprint)
                ),
            ]
        ),
    )


def list_(context: typer.Context) -> None:
    """All stations of the district."""
    shared: Context = context.obj
    with shared.desk() as desk:
        entries = station_list.list_stations(desk)
    headings = [_("Code"), _("Name"), _("Township"), _("Population"), _("State"), _("Fingerprint")]
    rows = [
        [e.code, e.name, e.township, str(e.population or "—"), label(PeerStatus(e.status)), e.fingerprint or ""]
        for e in entries
    ]
    shared.show({"stations": entries}, table(headings, rows))
