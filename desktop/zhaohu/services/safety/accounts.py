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
from zhaohu.services.safety import attempts
from zhaohu.services.safety.passwords import check_password, check_user_name
from zhaohu.store.envelope import UNMISTAKABLE, Envelope, Strength, WrongPassword


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
        BadInput: The name is taken or cannot be one, the password will not do, or the role is not for this site.
    """
    desk.require(Role.ADMIN)
    check_user_name(name)
    check_password(password, name)
    _check_role(desk, role)
    envelope = Envelope(desk.profile, strength)
    with envelope.changing(), desk.write("account.add") as work:
        if work.session.exec(select(Account.id).where(Account.name == name)).first():
            raise BadInput(_("There is an account “{name}” already.").format(name=name), field="name")
        values = {"name": name, "display_name": display_name or name, "role": role, "created_at": desk.clock.stamp()}
        account = validated(Account, values)
        work.session.add(account)
        work.note(account=name, role=str(role))
        envelope.add(desk.store.key, "user", name, password)


def disable_account(desk: Desk, name: str) -> None:
    """Stop an account from logging in; what it recorded stays.

    Raises:
        NotFound: There is no such account.
        Refused: It is the last administrator that can log in.
    """
    desk.require(Role.ADMIN)
    envelope = Envelope(desk.profile)
    with envelope.changing():
        with desk.write("account.disable") as work:
            account = _account(work.session, name)
            _keep_an_admin(work.session, account)
            account.disabled_at = account.disabled_at or desk.clock.stamp()
            work.note(account=name)
        envelope.remove(name)  # after the commit: a crash between leaves a slot that the next log-in takes away


def enable_account(desk: Desk, name: str, password: str, strength: Strength | None = None) -> None:
    """Let a disabled account log in again, with a new password: the old one went when it was disabled.

    Raises:
        NotFound: There is no such account.
        Refused: It can log in already.
        BadInput: The password will not do.
    """
    desk.require(Role.ADMIN)
    check_password(password, name)
    envelope = Envelope(desk.profile, strength)
    with envelope.changing(), desk.write("account.enable") as work:
        account = _account(work.session, name)
        if account.disabled_at is None:
            raise Refused(_("The account “{name}” is not disabled.").format(name=name), code="not_disabled")
        account.disabled_at = None
        work.note(account=name)
        envelope.add(desk.store.key, "user", name, password)


def change_role(desk: Desk, name: str, role: Role) -> None:
    """Let an account do more or less; it holds from the person's next log-in.

    Raises:
        NotFound: There is no such account.
        BadInput: The role is not for this site.
        Refused: It is the last administrator that can log in.
    """
    desk.require(Role.ADMIN)
    _check_role(desk, role)
    with desk.write("account.role") as work:
        account = _account(work.session, name)
        if role is not Role.ADMIN:
            _keep_an_admin(work.session, account)
        work.note(account=name, role=str(role), former_role=str(account.role))
        account.role = role


def change_password(
    desk: Desk, name: str, password: str, strength: Strength | None = None, *, current: str | None = None
) -> None:
    """Give an account a new password: one's own, or as administrator anybody's.

    Args:
        desk: Who changes it.
        name: The account.
        password: The new password.
        strength: How hard it is to guess from the key file.
        current: The password until now; needed for one's own, because a desk may stand open.

    Raises:
        BadInput: The password will not do, or one's current one is not given.
        WrongPassword: The current password is wrong.
        NotFound: There is no such account, or it is disabled.
    """
    own = name == desk.person.name
    if not own:
        desk.require(Role.ADMIN)
    check_password(password, name)
    if own:
        _check_current(desk, current, password)
    envelope = Envelope(desk.profile, strength)
    with envelope.changing(), desk.write("account.password") as work:
        if _account(work.session, name).disabled_at is not None:
            raise NotFound(_("There is no account “{name}”.").format(name=name), code="no_such_account")
        work.note(account=name)
        envelope.add(desk.store.key, "user", name, password)


def _check_current(desk: Desk, current: str | None, password: str) -> None:
    if not current:
        raise BadInput(_("Enter your current password."), field="current")
    try:
        with attempts.guarded(desk.profile, desk.person.name, desk.clock):
            Envelope(desk.profile).open(desk.person.name, current)
    except WrongPassword:
        raise WrongPassword(_("The current password is wrong."), field="current") from None
    if password == current:
        raise BadInput(_("The new password is the same as the current one. Choose another one."), field="password")


def _check_role(desk: Desk, role: Role) -> None:
    if role is Role.AUDITOR and desk.site.kind is not SiteKind.CENTER:
        raise BadInput(_("Auditors are at the center only. Choose another role."), field="role")


def _keep_an_admin(session: Session, account: Account) -> None:
    others = select(Account.id).where(
        Account.role == Role.ADMIN, col(Account.disabled_at).is_(None), Account.name != account.name
    )
    if account.role is Role.ADMIN and account.disabled_at is None and session.exec(others).first() is None:
        raise Refused(_("This is the last administrator; make another one first."), code="last_admin")


def _account(session: Session, name: str) -> Account:
    account = session.exec(select(Account).where(Account.name == name)).first()
    if account is None:
        raise NotFound(_("There is no account “{name}”.").format(name=name), code="no_such_account")
    return account
