"""`zhaohu user …`: accounts and roles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.center import RecoverySheet
from zhaohu.cli.context import Context, read_password, table
from zhaohu.cli.progress import progress_bar
from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _, ngettext
from zhaohu.records.codes import Role, label
from zhaohu.services import printing
from zhaohu.services.desk import Person
from zhaohu.services.safety import accounts, recovery
from zhaohu.services.safety.key_change import change_key

NewPasswordFile = Annotated[
    Path | None, typer.Option(exists=True, help=_("File with the new password (or ZHAOHU_NEW_PASSWORD)."))
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("Accounts and roles."), no_args_is_help=True)
    app.add_typer(group, name="user")
    group.command("add", help=_("Let another person log in."))(add)
    group.command("list", help=_("List accounts."))(list_)
    group.command("disable", help=_("Stop an account from logging in."))(disable)
    group.command("enable", help=_("Let a disabled account log in again, with a new password."))(enable)
    group.command("role", help=_("Give an account another role."))(role_)
    group.command("password", help=_("Give an account a new password."))(password)
    group.command("recover", help=_("Give an administrator a new password by the code of the recovery sheet."))(recover)
    group.command("recovery-sheet", help=_("Make a new recovery sheet; the former one opens nothing any more."))(sheet)
    group.command("new-key", help=_("Change the database key after a theft; nobody may have the profile open."))(
        new_key
    )


def add(
    context: typer.Context,
    name: str,
    role: Annotated[Role, typer.Option(help=_("admin, teacher, viewer; at the center also auditor."))] = Role.TEACHER,
    display_name: Annotated[str, typer.Option(help=_("The name that records are signed with."))] = "",
    new_password_file: NewPasswordFile = None,
) -> None:
    """A new account; without a password given it gets a random one, which is shown once."""
    shared: Context = context.obj
    given = _new_password(new_password_file)
    chosen = given or accounts.random_password()
    with shared.desk() as desk:
        accounts.add_account(desk, name=name, display_name=display_name, role=role, password=chosen)
    done = _("Account added: {name} ({role})").format(name=name, role=label(role))
    _show_first_password(shared, {"name": name, "role": role}, done, None if given else chosen)


def list_(context: typer.Context) -> None:
    """All accounts."""
    shared: Context = context.obj
    with shared.desk() as desk:
        rows = accounts.list_accounts(desk)
    cells = [[r.name, r.display_name, label(r.role), _("disabled") if r.disabled else ""] for r in rows]
    shared.show({"users": rows}, table([_("User name"), _("Name"), _("Role"), ""], cells))


def disable(context: typer.Context, name: str) -> None:
    """No more log-in for this account."""
    shared: Context = context.obj
    with shared.desk() as desk:
        accounts.disable_account(desk, name)
    shared.show({"name": name, "disabled": True}, _("Account disabled: {name}").format(name=name))


def enable(context: typer.Context, name: str, new_password_file: NewPasswordFile = None) -> None:
    """Log-in again; without a password given it gets a random one, which is shown once."""
    shared: Context = context.obj
    given = _new_password(new_password_file)
    chosen = given or accounts.random_password()
    with shared.desk() as desk:
        accounts.enable_account(desk, name, chosen)
    done = _("Account enabled: {name}").format(name=name)
    _show_first_password(shared, {"name": name, "disabled": False}, done, None if given else chosen)


def role_(
    context: typer.Context,
    name: str,
    role: Annotated[Role, typer.Argument(help=_("admin, teacher, viewer; at the center also auditor."))],
) -> None:
    """Another role."""
    shared: Context = context.obj
    with shared.desk() as desk:
        accounts.change_role(desk, name, role)
    shared.show({"name": name, "role": role}, _("{name} is now: {role}").format(name=name, role=label(role)))


def password(context: typer.Context, name: str, new_password_file: NewPasswordFile = None) -> None:
    """A new password."""
    shared: Context = context.obj
    chosen = _needed_password(new_password_file)
    current = shared.password() if name == shared.user else None
    with shared.desk() as desk:
        accounts.change_password(desk, name, chosen, current=current)
    shared.show({"name": name}, _("Password changed: {name}").format(name=name))


def recover(
    context: typer.Context,
    code_file: Annotated[
        Path | None, typer.Option(exists=True, help=_("File with the recovery code (or ZHAOHU_RECOVERY_CODE)."))
    ] = None,
    name: Annotated[str, typer.Option(help=_("The administrator; default: the only one."))] = "",
    new_password_file: NewPasswordFile = None,
    recovery_sheet: RecoverySheet = None,
) -> None:
    """A new password for an administrator, and a new recovery sheet: a code is good for one use."""
    shared: Context = context.obj
    place = printing.recovery_sheet_place(shared.profile, recovery_sheet)
    code = read_password(code_file) if code_file else os.environ.get("ZHAOHU_RECOVERY_CODE", "")
    chosen = _needed_password(new_password_file)
    who = name or _only_one(recovery.open_by_code(shared.profile, code, shared.clock))
    recovered = recovery.recover(shared.profile, code, who, chosen, shared.clock)
    try:
        recovery.new_sheet(recovered.desk, place, recovered.new_code)
    except Refused as error:
        message = _("The password of {name} is changed, but there is no new recovery sheet: {why}")
        raise Refused(message.format(name=who, why=error.message), code=error.code, **error.details) from None
    finally:
        recovered.desk.close()
    lines = [_("Password changed: {name}").format(name=who), _sheet_words(place)]
    shared.show({"name": who, "recovery_sheet": place}, "\n".join(lines))


def sheet(context: typer.Context, out: RecoverySheet = None) -> None:
    """A new recovery sheet."""
    shared: Context = context.obj
    place = printing.recovery_sheet_place(shared.profile, out)
    with shared.desk() as desk:
        recovery.new_sheet(desk, place)
    shared.show({"recovery_sheet": place}, _sheet_words(place))


def new_key(context: typer.Context, recovery_sheet: RecoverySheet = None) -> None:
    """Another database key; all accounts but one's own need new passwords."""
    shared: Context = context.obj
    place = printing.recovery_sheet_place(shared.profile, recovery_sheet)
    with progress_bar(_("Changing the key")) as progress:
        done = change_key(shared.profile, shared.user, shared.password(), place, shared.clock, progress=progress)
    lines = [_("The database key is changed."), _sheet_words(place)]
    if done.without_slot:
        names = ", ".join(done.without_slot)
        lines.append(_("Give these accounts new passwords with “user password”: {names}").format(names=names))
    text = ngettext(
        "{n} older backup still opens with the old passwords. After a theft, destroy it.",
        "{n} older backups still open with the old passwords. After a theft, destroy them.",
        done.older_backups,
    )
    lines.append(text.format(n=done.older_backups))
    if done.backup is None:
        lines.append(_("There is no backup under the new key yet. Make one now."))
    document = {
        "recovery_sheet": done.sheet,
        "without_slot": done.without_slot,
        "older_backups": done.older_backups,
        "backup": done.backup,
    }
    shared.show(document, "\n".join(lines))


def _sheet_words(place: Path) -> str:
    return _("Recovery sheet: {file} (print it, lock it away, delete the file)").format(file=place)


def _show_first_password(shared: Context, document: dict[str, object], done: str, made_up: str | None) -> None:
    if made_up is None:
        shared.show(document, done)
    else:
        words = _("First password: {password}").format(password=made_up)
        shared.show({**document, "first_password": made_up}, f"{done}\n{words}")


def _only_one(admins: list[Person]) -> str:
    if len(admins) > 1:
        names = [admin.name for admin in admins]
        message = _("There are several administrators: {names}. Choose one with --name.")
        raise BadInput(message.format(names=", ".join(names)), code="which_admin", field="name", names=names)
    return admins[0].name


def _needed_password(file: Path | None) -> str:
    chosen = _new_password(file)
    if chosen is None:
        raise BadInput(
            _("No new password was given: set ZHAOHU_NEW_PASSWORD, or name a file with --new-password-file."),
            code="no_password",
            field="new_password",
        )
    return chosen


def _new_password(file: Path | None) -> str | None:
    if file is not None:
        return read_password(file)
    return os.environ.get("ZHAOHU_NEW_PASSWORD")
