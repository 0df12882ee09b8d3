"""`zhaohu station init`: making a station from its enrolment file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.center import RecoverySheet, read_out, show_keys
from zhaohu.cli.context import Context, plain
from zhaohu.i18n import _
from zhaohu.services import printing
from zhaohu.services.exchange import renewal, setup, site_keys


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("A guidance station."), no_args_is_help=True)
    app.add_typer(group, name="station")
    group.command("init", help=_("Make a station from the center's enrolment file."))(init)
    group.command("keys", help=_("Show the fingerprints of this station; change its keys."))(show_keys)
    group.command("recenter", help=_("Join the guidance center anew with its new enrolment file."))(recenter)


def init(
    context: typer.Context,
    enrolment: Annotated[Path, typer.Option(exists=True, help=_("The center's enrolment file (.zhe)."))],
    reply: Annotated[Path | None, typer.Option(help=_("Where the reply for the center goes."))] = None,
    recovery_sheet: RecoverySheet = None,
) -> None:
    """A new station."""
    shared: Context = context.obj
    sheet = printing.recovery_sheet_place(shared.profile, recovery_sheet)
    made = setup.init_station(
        shared.profile, enrolment=enrolment, admin=shared.admin(), clock=shared.clock, reply=reply
    )
    printing.hand_over(made, sheet)
    site = made.desk.site
    shared.show(
        {
            "profile": shared.profile,
            "code": site.station,
            "name": site.name,
            "fingerprint": made.fingerprint,
            "fingerprint_digits": site_keys.digits(made.fingerprint),
            "center_fingerprint": made.peer_fingerprint,
            "center_fingerprint_digits": site_keys.digits(str(made.peer_fingerprint)),
            "reply": made.reply,
            "recovery_sheet": sheet,
            "user": shared.user,
        },
        "\n".join(
            [
                _("Station made in {folder}: {name}").format(folder=shared.profile, name=site.name),
                _("Fingerprint of the center, to compare: {fingerprint}").format(
                    fingerprint=read_out(made.peer_fingerprint)
                ),
                _("Fingerprint of this station, to read out: {fingerprint}").format(
                    fingerprint=read_out(made.fingerprint)
                ),
                _("Send this reply to the center: {file}").format(file=made.reply),
                _("Recovery sheet: {file} (print it, lock it away, delete the file)").format(file=sheet),
            ]
        ),
    )


def recenter(
    context: typer.Context,
    enrolment: Annotated[Path, typer.Option(exists=True, help=_("The center's enrolment file (.zhe)."))],
    fingerprint: Annotated[
        str, typer.Option(help=_("Of the center, as it reads it out; the file is refused when it has another."))
    ],
    reply: Annotated[Path | None, typer.Option(help=_("Where the reply for the center goes."))] = None,
) -> None:
    """This station, at a center that was set up anew or invites it once more."""
    shared: Context = context.obj
    with shared.desk() as desk:
        done = renewal.recenter(desk, enrolment_file=enrolment, reply=reply, fingerprint=fingerprint)
    shared.show(
        plain(done),
        "\n".join(
            [
                _("This station has joined {name} anew. The next bundle holds everything.").format(
                    name=done.center_name
                ),
                _("Fingerprint of the center, to compare: {fingerprint}").format(
                    fingerprint=read_out(done.center_fingerprint)
                ),
                _("Fingerprint of this station, to read out: {fingerprint}").format(
                    fingerprint=read_out(done.fingerprint)
                ),
                _("Send this reply to the center: {file}").format(file=done.reply),
            ]
        ),
    )
