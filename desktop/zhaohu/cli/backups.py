"""`zhaohu backup …`: making, listing, proving and restoring backups, and the second place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, plain, read_password, table
from zhaohu.cli.progress import progress_bar
from zhaohu.errors import NotFound
from zhaohu.i18n import _, format_moment
from zhaohu.services.exchange.record_words import reason_words
from zhaohu.services.safety import backups
from zhaohu.services.safety.backups import BackupRow, Reason
from zhaohu.services.safety.restore import Secret, former_key_advice, restore_backup


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Backups of this installation's data."), no_args_is_help=True)
    app.add_typer(group, name="backup")
    group.command("create", help=_("Make a backup and prove it."))(create)
    group.command("list", help=_("List the backups of the profile, or those in a folder."))(list_)
    group.command("verify", help=_("Open a backup and check all of it; without a name, the newest."))(verify)
    group.command("restore", help=_("Go back to a backup; what is there now is kept first."))(restore)
    group.command("second-place", help=_("Show or choose the folder to which every backup is copied."))(second_place)


def create(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help=_("Also copy it into this folder."))] = None,
) -> None:
    """One more backup."""
    shared: Context = context.obj
    with shared.desk() as desk, progress_bar(_("Backing up")) as progress:
        row = backups.create_backup(desk, Reason.MANUAL, progress)
        copy = None if to is None else backups.copy_backup(desk, row.file, to)
        state = backups.state(desk)
    text = _("Backed up and checked: {file} ({n} records)").format(file=copy or row.file, n=row.records)
    second = {"second_place": state.second_place, "second_copied_at": state.second_copied_at}
    shared.show({**_document(row), "copy": copy, **second}, text)


def list_(
    context: typer.Context,
    place: Annotated[Path | None, typer.Option(help=_("Folder to look into; needs no password."))] = None,
) -> None:
    """What there is, newest first."""
    shared: Context = context.obj
    folder = place or backups.folder(shared.profile)
    if place is not None and not place.is_dir():
        message = _("The folder {folder} is not there. Plug the stick in, or name another one.")
        raise NotFound(message.format(folder=place), code="no_such_folder")
    rows = backups.list_backups(folder)
    headings = [_("File"), _("Made"), _("Why"), _("Whose data"), _("Records"), _("State")]
    cells = [
        [
            row.file.name,
            format_moment(row.made_at or None),
            reason_words(row.reason) if row.made_at else "—",
            row.site_name,
            str(row.records),
            row.problem or _("can be used"),
        ]
        for row in rows
    ]
    shared.show({"backups": [_document(row) for row in rows]}, table(headings, cells))


def verify(context: typer.Context, file: Annotated[Path | None, typer.Argument()] = None) -> None:
    """One backup, opened in a temporary place."""
    shared: Context = context.obj
    with shared.desk() as desk, progress_bar(_("Checking")) as progress:
        row = backups.verify_backup(desk, file or _newest(shared.profile), progress)
    text = _("The backup is good: {file} ({n} records)").format(file=row.file, n=row.records)
    shared.show(_document(row), text)


def restore(
    context: typer.Context,
    file: Path,
    recovery_code_file: Annotated[
        Path | None, typer.Option(exists=True, help=_("File with the recovery code (or ZHAOHU_RECOVERY_CODE)."))
    ] = None,
    other_site: Annotated[bool, typer.Option("--other-site", help=_("Another site's data may replace this."))] = False,
) -> None:
    """Go back to a backup; with the recovery code, or with user and password as they were then."""
    shared: Context = context.obj
    given = os.environ.get("ZHAOHU_RECOVERY_CODE")
    code = read_password(recovery_code_file) if recovery_code_file else given
    secret = Secret(recovery_code=code) if code else Secret(shared.user, shared.password())
    with progress_bar(_("Restoring")) as progress:
        done = restore_backup(shared.profile, file, secret, shared.clock, progress, other_site=other_site)
    when = format_moment(done.backup.made_at)
    lines = [_("Restored: {site}, as of {when}.").format(site=done.backup.site_name, when=when)]
    if done.former_key:
        lines.append(former_key_advice())
    if done.kept is not None:
        lines.append(_("What was there before is kept in {place}.").format(place=done.kept))
    document = {"backup": _document(done.backup), "kept": done.kept, "former_key": done.former_key}
    shared.show({**document, "profile": shared.profile}, "\n".join(lines))


def second_place(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument()] = None,
    none: Annotated[bool, typer.Option("--none", help=_("Copy nowhere any more."))] = False,
) -> None:
    """Where copies go."""
    shared: Context = context.obj
    if folder is not None and none:
        raise typer.BadParameter(_("Name a folder or give --none, not both."))
    with shared.desk() as desk:
        if folder is not None or none:
            backups.set_second_place(desk, folder)
        state = backups.state(desk)
    shown = state.second_place or _("none")
    text = _("Second place: {place}; last copy: {when}").format(place=shown, when=format_moment(state.second_copied_at))
    keys = ("second_place", "second_copied_at", "second_overdue")
    shared.show({key: getattr(state, key) for key in keys}, text)


def _newest(profile: Path) -> Path:
    for row in backups.list_backups(backups.folder(profile)):
        return row.file
    raise NotFound(_("There is no backup yet. Make one now."), code="no_backup")


def _document(row: BackupRow) -> dict[str, object]:
    return {**plain(row), "records": row.records}
