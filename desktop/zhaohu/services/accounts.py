"""Accounts: who may log in, and as what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.local import Account
from zhaohu.services.desk import Desk, validated
from zhaohu.services.profile import check_password, check_user_name
from zhaohu.store.envelope import UNMISTAKABLE, Envelope, Strength


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the list shows it."""

    name: str
    display_name: str
    role: Role
    disabled: bool


def random_password() -> str:
    """A first password for somebody, easy to read out: three groups of four letters and digits (60 bits)."""
    return "-".join("".join(secrets.choice(UNMISTAKABLE) for _place in range(4)) for _group in range(3))


def list_accounts(desk: Desk) -> list[AccountRow]:
    """All accounts by name."""
    desk.require(Role.ADMIN, Role.AUDITOR)
    with desk.read() as session:
        found = session.exec(select(Account).order_by(Account.name))
        return [AccountRow(a.name, a.display_name, a.role, a.disabled_at is not None) for a in found]


def add_account(
    desk: Desk, *, name: str, display_name: str, role: Role, password: str, strength: Strength | None = None
) -> None:
    """Let another person log in.

    Raises:
        BadInput: The name is taken or cannot be one, the password too short, or the role is not for this site.
    """
    desk.require(Role.ADMIN)
    check_password(password)
    check_user_name(name)
    if role is Role.AUDITOR and desk.site.kind is not SiteKind.CENTER:
        raise BadInput(_("Auditors are at the center only. Choose another role."), field="role")
    with desk.write("account.add") as work:
        if work.session.exec(select(Account.id).where(Account.name == name)).first():
            raise BadInput(_("There is an account “{name}” already.").format(name=name), field="name")
        values = {"name": name, "display_name": display_name or name, "role": role, "created_at": desk.clock.stamp()}
        account = validated(Account, values)
        work.session.add(account)
        work.note(account=name, role=str(role))
        Envelope(desk.profile, strength).add(desk.store.key, "user", name, password)


def disable_account(desk: Desk, name: str) -> None:
    """Stop an account from logging in; what it recorded stays.

    Raises:
        NotFound: There is no such account.
        Refused: It is the last administrator that can log in.
    """
    desk.require(Role.ADMIN)
    with desk.write("account.disable") as work:
        account = _account(work.session, name)
        others = select(Account.id).where(
            Account.role == Role.ADMIN, col(Account.disabled_at).is_(None), Account.name != name
        )
        if account.role is Role.ADMIN and work.session.exec(others).first() is None:
            raise Refused(_("This is the last administrator; make another one first."), code="last_admin")
        account.disabled_at = desk.clock.stamp()
        work.note(account=name)
        Envelope(desk.profile).remove(name)  # within the transaction: no other change of the envelope comes between


def change_password(desk: Desk, name: str, password: str, strength: Strength | None = None) -> None:
    """Give an account a new password: one's own, or as administrator anybody's.

    Raises:
        BadInput: The password is too short.
        NotFound: There is no such account, or it is disabled.
    """
    if name != desk.person.name:
        desk.require(Role.ADMIN)
    check_password(password)
    with desk.write("account.password") as work:
        if _account(work.session, name).disabled_at is not None:
            raise NotFound(_("There is no account “{name}”.").format(name=name), code="no_such_account")
        work.note(account=name)
        Envelope(desk.profile, strength).add(desk.store.key, "user", name, password)


def _account(session: Session, name: str) -> Account:
    account = session.exec(select(Account).where(Account.name == name)).first()
    if account is None:
        raise NotFound(_("There is no account “{name}”.").format(name=name), code="no_such_account")
    return account
