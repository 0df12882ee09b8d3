"""The recovery sheet at work: it lets an administrator in when every password is lost, and is replaced by a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.clock import Clock
from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.records.local import Account
from zhaohu.services import printing
from zhaohu.services.desk import Desk, Person
from zhaohu.services.safety import attempts
from zhaohu.services.safety.passwords import check_password
from zhaohu.services.safety.profile import log_in, open_store, ready
from zhaohu.store import audit, settings
from zhaohu.store.envelope import Envelope, Strength, WrongPassword, new_recovery_code
from zhaohu.store.session import Store

USED = "recovery.used_at"
"""Setting: since when a new recovery sheet is due; empty when none is."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """An administrator who is in again.

    Attributes:
        desk: Their desk.
        new_code: For the new sheet; it opens nothing until `new_sheet` has put it on paper, and until then the old
            code stays good, so that a crash or a missing printer leaves no profile without any.
    """

    desk: Desk
    new_code: str = field(repr=False)


def open_by_code(profile: Path, code: str, clock: Clock) -> list[Person]:
    """The administrators whom the code of the recovery sheet can let in again, by name.

    Raises:
        Refused: The code does not read right (`bad_recovery_code`), was tried too often (`wait`), or the file cannot
            be opened.
        WrongPassword: It belongs to another profile or an older sheet.
    """
    store = _open(profile, code, clock)
    try:
        with store.read() as session:
            return [Person(a.name, a.display_name, a.role) for a in _admins(session)]
    finally:
        store.close()


def recover(
    profile: Path, code: str, user: str, new_password: str, clock: Clock, strength: Strength | None = None
) -> Recovered:
    """Give an administrator a new password by the code of the recovery sheet, and log in as them.

    Have a new sheet made with `new_sheet` at once; until then `sheet_due` says so.

    Raises:
        BadInput: The password will not do.
        NotFound: There is no administrator of that name who may log in.
        Refused: As `open_by_code`.
    """
    check_password(new_password, user)
    store = _open(profile, code, clock)
    envelope = Envelope(profile, strength)
    try:
        with envelope.changing(), store.write() as session:
            if user not in [account.name for account in _admins(session)]:
                message = _("There is no administrator “{name}” who may log in.")
                raise NotFound(message.format(name=user), code="no_such_account")
            now = clock.stamp()
            settings.put(session, USED, now)
            audit.append(session, at=now, account=user, action="account.recover", subject=None, detail={})
            envelope.add(store.key, "user", user, new_password)
        return Recovered(log_in(profile, store, user, clock), new_recovery_code())
    except BaseException:
        store.close()
        raise


def sheet_due(desk: Desk) -> bool:
    """Whether the recovery code was used and no new sheet was made since. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        return bool(settings.get(session, USED))


def new_sheet(desk: Desk, place: Path, code: str | None = None) -> Path:
    """Make a new recovery sheet (PDF); from then on the former one opens nothing. Admin.

    The paper is on disk before the code is valid, and the former code stays good until then.

    Args:
        desk: Who makes it.
        place: The file to write.
        code: What `recover` handed out; a fresh one when not given.

    Raises:
        Refused: The file is there already or cannot be written, or the fonts have not been fetched; nothing changed.
    """
    desk.require(Role.ADMIN)
    printing.recovery_sheet_place(desk.profile, place)
    code = code or new_recovery_code()
    printing.write_new_sheet(desk, code, place)
    envelope = Envelope(desk.profile)
    try:
        with envelope.changing(), desk.write("account.recovery_sheet") as work:
            settings.put(work.session, USED, "")
            envelope.add_recovery(desk.store.key, code)
    except BaseException:
        _drop_dead_sheet(envelope, code, place)
        raise
    return place


def _drop_dead_sheet(envelope: Envelope, code: str, place: Path) -> None:
    """Take a sheet away whose code opens nothing; on a full disk the new code may have come to stay."""
    try:
        envelope.open_with_recovery_code(code)
    except WrongPassword:
        place.unlink(missing_ok=True)
    except Refused:
        return


def _open(profile: Path, code: str, clock: Clock) -> Store:
    ready(profile)
    with attempts.guarded(profile, "", clock):
        key = Envelope(profile).open_with_recovery_code(code)
    return open_store(profile, key, clock)


def _admins(session: Session) -> list[Account]:
    found = session.exec(
        select(Account)
        .where(Account.role == Role.ADMIN, col(Account.disabled_at).is_(None))
        .order_by(col(Account.name))
    ).all()
    if not found:
        message = _("No administrator of this profile may log in. Restore the profile from a backup.")
        raise Refused(message, code="no_admin")
    return list(found)
