"""`zhaohu sync …` and `zhaohu place …`: the whole exchange through a folder, a stick or a server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, plain, read_password, table
from zhaohu.cli.progress import progress_bar
from zhaohu.cli.reports import receipt_told
from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.services.exchange import travel
from zhaohu.services.exchange.travel_words import failure_words

_FAILED = ("refused", "held")
_KeyFile = Annotated[
    Path | None,
    typer.Option(help=_("File with the private key for SFTP; the password is its passphrase."), exists=True),
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("sync", help=_("Exchange files through a place: send what is new, read what waits."))(sync)
    group = typer.Typer(help=_("Places of the exchange."), no_args_is_help=True)
    app.add_typer(group, name="place")
    group.command("list", help=_("The saved places."))(list_)
    group.command("save", help=_("Save a place after reaching it once."))(save)
    group.command("check", help=_("Reach a saved place, and write there."))(check)
    group.command("remove", help=_("Forget a place; its files stay."))(remove)


def sync(
    context: typer.Context,
    to: Annotated[str, typer.Option(help=_("Name of a saved place, a folder, or an address."))] = "",
    place_user: Annotated[str, typer.Option(help=_("Who logs in at the place."))] = "",
    place_password_file: Annotated[
        Path | None, typer.Option(help=_("File with the place's password (or ZHAOHU_PLACE_PASSWORD)."), exists=True)
    ] = None,
    place_key_file: _KeyFile = None,
    fingerprint: Annotated[str, typer.Option(help=_("Fingerprint of the server, once compared."))] = "",
    quiet: Annotated[bool, typer.Option(help=_("By itself: what was refused is not tried again."))] = False,
) -> None:
    """Exit 1 when the place cannot be used, or a file that came was refused."""
    shared: Context = context.obj
    password = _password(place_password_file)
    key = travel.read_key_file(place_key_file) if place_key_file is not None else ""
    given = place_user or password or fingerprint or key
    login = travel.Login(place_user, password or "", fingerprint, key) if given else None
    with shared.desk() as desk, progress_bar(_("Exchanging")) as progress:
        place = to or travel.last_place(desk)
        if not place:
            message = _("Name a place with --to: a saved one, a folder, or an address.")
            raise BadInput(message, code="no_place", field="to")
        report = travel.exchange(desk, place, progress, quiet=quiet, login=login)
        answer = [] if report.receipt is None else [receipt_told(desk, report.receipt)]
    shared.show(plain(report), "\n".join([_words(report), *answer]))
    if any(one.result in _FAILED for one in report.fetched):
        raise typer.Exit(1)


def list_(context: typer.Context) -> None:
    """Names, addresses, how the last exchange went; no passwords."""
    shared: Context = context.obj
    with shared.desk() as desk:
        places = travel.list_places(desk)
    rows = [[one.name, one.url, one.user or "—", *_last(one.last)] for one in places]
    headings = [_("Name of the place"), _("Address of the place"), _("User"), _("Last exchange"), _("Result")]
    shared.show({"places": places}, table(headings, rows) if rows else _("No place is saved yet."))


def save(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    url: Annotated[str, typer.Option("--to", help=_("A folder, or an address."))],
    place_user: Annotated[str, typer.Option(help=_("Who logs in at the place."))] = "",
    place_password_file: Annotated[
        Path | None, typer.Option(help=_("File with the place's password (or ZHAOHU_PLACE_PASSWORD)."), exists=True)
    ] = None,
    place_key_file: _KeyFile = None,
    fingerprint: Annotated[str, typer.Option(help=_("Fingerprint of the server, once compared."))] = "",
) -> None:
    """Keep it, or keep it anew."""
    shared: Context = context.obj
    with shared.desk() as desk:
        password = _password(place_password_file)
        place = travel.save_place(desk, name, url, place_user, password, fingerprint, place_key_file)
    shared.show(plain(place), _("Saved: {name}").format(name=place.name))


def check(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """A small file is written, read and taken away."""
    shared: Context = context.obj
    with shared.desk() as desk:
        found = travel.check_place(desk, name)
    text = _("In order: {n} files there, {ours} of the exchange.").format(n=found.files, ours=found.ours)
    shared.show(plain(found), text)


def remove(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Its password is forgotten too."""
    shared: Context = context.obj
    with shared.desk() as desk:
        travel.remove_place(desk, name)
    shared.show({"removed": name}, _("Removed: {name}").format(name=name))


def _password(file: Path | None) -> str | None:
    """The place's password; it is never an argument."""
    return read_password(file) if file is not None else os.environ.get("ZHAOHU_PLACE_PASSWORD")


def _last(run: travel.PlaceRun | None) -> tuple[str, str]:
    if run is None:
        return "—", "—"
    return run.at, failure_words(run.code) if run.code else _("done")


def _words(report: travel.ExchangeReport) -> str:
    lines = [_("Sent: {file}").format(file=one.name) for one in report.sent]
    became = {"refused": _("{file}: refused: {reason}"), "held": _("{file}: set aside: {reason}")}
    for one in report.fetched:
        words = _("{file}: already had") if one.result == "already_had" else _("Fetched: {file}")
        lines.append(became.get(one.result, words).format(file=one.name, reason=one.message))
    if report.waiting:
        lines.append(_("What is new lies there already; the center has not confirmed it yet."))
    return "\n".join(lines) or _("There was nothing to send and nothing to fetch.")
