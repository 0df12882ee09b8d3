"""A profile's folder: making a new one, and opening it with a password."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.paths import DATABASE_FILE, KEY_FILES, holds_profile
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.local import Account, ChangeCounter
from zhaohu.services.desk import Desk, Person, Site, validated
from zhaohu.store import audit, settings
from zhaohu.store.engine import machine_faults, make_engine
from zhaohu.store.envelope import Envelope, Strength, WrongPassword, new_recovery_code
from zhaohu.store.migrations import migrate
from zhaohu.store.session import Store

SHORTEST_PASSWORD = 8
LONGEST_USER_NAME = 50


@dataclass(frozen=True, slots=True)
class NewAdmin:
    """The first administrator of a new profile."""

    name: str
    password: str
    display_name: str = ""


def database_file(profile: Path) -> Path:
    """The encrypted database of a profile."""
    return profile / DATABASE_FILE


def check_password(password: str) -> None:
    """Accept a new password, or say what is wrong with it.

    Raises:
        BadInput: It is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        message = _("The password is too short: at least {n} characters.").format(n=SHORTEST_PASSWORD)
        raise BadInput(message, field="password")


def check_user_name(name: str) -> None:
    """Accept the name of a new account, or say what is wrong with it.

    Raises:
        BadInput: It is empty, too long, or has blanks around it that nobody would type again.
    """
    if not name.strip():
        raise BadInput(_("Enter a user name."), field="name")
    if name != name.strip() or len(name) > LONGEST_USER_NAME:
        message = _("A user name has at most {n} characters and no blanks around it.")
        raise BadInput(message.format(n=LONGEST_USER_NAME), field="name")


def create(
    profile: Path,
    site: Site,
    admin: NewAdmin,
    clock: Clock,
    fill: Callable[[Session, Desk], None],
    strength: Strength | None = None,
) -> tuple[Desk, str]:
    """Make a profile: folder, database, keys, first administrator; returns its desk and the recovery code.

    The code is not kept anywhere: print it on the recovery sheet at once. When anything fails, the files made here
    are taken away again.

    Args:
        fill: Writes what this kind of site starts with, in the same transaction.

    Raises:
        Refused: There is a profile already, its folder cannot be made, the name cannot be one, or the password is too
            short.
    """
    if holds_profile(profile):
        raise Refused(
            _("There is a profile in this folder already: {folder}. Choose another folder.").format(folder=profile),
            code="profile_exists",
        )
    check_user_name(admin.name)
    check_password(admin.password)
    try:
        profile.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        message = _("The folder {folder} cannot be made. Check the name and who may write there.")
        raise Refused(message.format(folder=profile), code="cannot_write") from None
    try:
        return _create(profile, site, admin, clock, fill, strength)
    except BaseException:
        _remove_files(profile)
        raise


def take_back(desk: Desk) -> None:
    """Take a profile away that was only just made, because something that belongs to it could not be."""
    desk.close()
    _remove_files(desk.profile)


def _remove_files(profile: Path) -> None:
    for name in (DATABASE_FILE, *KEY_FILES):
        for tail in ("", "-wal", "-shm"):
            (profile / f"{name}{tail}").unlink(missing_ok=True)
    with suppress(OSError):  # it is not empty: it was there before
        profile.rmdir()


def _create(
    profile: Path,
    site: Site,
    admin: NewAdmin,
    clock: Clock,
    fill: Callable[[Session, Desk], None],
    strength: Strength | None,
) -> tuple[Desk, str]:
    envelope = Envelope(profile, strength)
    key = envelope.create(site.code)
    code = new_recovery_code()
    envelope.add(key, "user", admin.name, admin.password)
    envelope.add_recovery(key, code)
    engine = make_engine(database_file(profile), key)
    migrate(engine)
    engine.dispose()
    person = Person(admin.name, admin.display_name or admin.name, Role.ADMIN)
    desk = Desk(profile, Store(database_file(profile), key), clock, person, site)
    try:
        with desk.write("profile.create") as work:
            work.session.add(ChangeCounter(id=1, owner=site.code, epoch=uuid.uuid4().hex, seq=0))
            account = {"name": person.name, "display_name": person.display_name, "role": person.role}
            work.session.add(validated(Account, {**account, "created_at": clock.stamp()}))
            _keep_site(work.session, site)
            work.session.flush()
            fill(work.session, desk)
            work.note(kind=str(site.kind), code=site.code)
    except BaseException:
        desk.close()  # Windows removes no file that is open
        raise
    return desk, code


def open_desk(profile: Path, user: str, password: str, clock: Clock) -> Desk:
    """Log in.

    Raises:
        NotFound: There is no profile in the folder.
        WrongPassword: Name or password is wrong, or the account is disabled.
        Refused: The file cannot be opened; the message says why.
    """
    if not holds_profile(profile):
        raise NotFound(
            _("There is no profile in {folder}. Make one with “center init” or “station init”.").format(folder=profile),
            code="no_profile",
        )
    key = Envelope(profile).open(user, password)
    if not database_file(profile).exists() or database_file(profile).stat().st_size == 0:  # SQLite would begin anew
        raise Refused(
            _("The data file of this profile is missing. Do not start anew: restore it from a backup."),
            code="database_missing",
        )
    with machine_faults():
        engine = make_engine(database_file(profile), key)
        migrate(engine)
        engine.dispose()
    store = Store(database_file(profile), key)
    try:
        with store.write() as session:
            account = session.exec(select(Account).where(Account.name == user)).first()
            if account is None or account.disabled_at is not None:
                raise WrongPassword(_("User name or password is wrong."))
            person = Person(account.name, account.display_name, account.role)
            site = _read_site(session)
            audit.append(session, at=clock.stamp(), account=user, action="account.log_in", subject=None, detail={})
    except BaseException:
        store.close()
        raise
    return Desk(profile, store, clock, person, site)


def _keep_site(session: Session, site: Site) -> None:
    for key in ("kind", "code", "name", "district_code", "center_name", "township"):
        settings.put(session, f"site.{key}", str(getattr(site, key)))


def _read_site(session: Session) -> Site:
    def fact(key: str) -> str:
        return settings.get(session, f"site.{key}")

    return Site(
        SiteKind(fact("kind")),
        fact("code"),
        fact("name"),
        fact("district_code"),
        fact("center_name"),
        fact("township"),
    )
