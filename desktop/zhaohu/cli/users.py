"""`zhaohu user …`: accounts and roles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, read_password, table
from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records.codes import Role, label
from zhaohu.services import accounts

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
    group.command("password", help=_("Give an account a new password."))(password)


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
    lines = [_("Account added: {name} ({role})").format(name=name, role=label(role))]
    if given is None:
        lines.append(_("First password: {password}").format(password=chosen))
    shown = {} if given else {"first_password": chosen}
    shared.show({"name": name, "role": role, **shown}, "\n".join(lines))


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


def password(context: typer.Context, name: str, new_password_file: NewPasswordFile = None) -> None:
    """A new password."""
    shared: Context = context.obj
    chosen = _new_password(new_password_file)
    if chosen is None:
        raise BadInput(
            _("No new password was given: set ZHAOHU_NEW_PASSWORD, or name a file with --new-password-file."),
            code="no_password",
            field="new_password",
        )
    with shared.desk() as desk:
        accounts.change_password(desk, name, chosen)
    shared.show({"name": name}, _("Password changed: {name}").format(name=name))


def _new_password(file: Path | None) -> str | None:
    if file is not None:
        return read_password(file)
    return os.environ.get("ZHAOHU_NEW_PASSWORD")
