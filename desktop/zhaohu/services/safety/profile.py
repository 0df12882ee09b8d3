"""A profile's folder: making a new one, and opening it with a password."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.clock import Clock
from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.paths import DATABASE_FILE, KEY_FILES, holds_profile
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import ChangeCounter
from zhaohu.records.local import Account
from zhaohu.services import editions
from zhaohu.services.desk import Desk, Person, Site, validated
from zhaohu.services.safety import attempts, clock_watch, life_marks, tidying
from zhaohu.services.safety.one_window import LOCK_FILE
from zhaohu.services.safety.passwords import SHORTEST_PASSWORD as SHORTEST_PASSWORD
from zhaohu.services.safety.passwords import check_password, check_user_name
from zhaohu.store import audit, backup, settings, watermark
from zhaohu.store.backup_file import Reason
from zhaohu.store.engine import machine_faults, make_engine
from zhaohu.store.envelope import Envelope, Strength, WrongPassword, new_recovery_code
from zhaohu.store.migrations import migrate
from zhaohu.store.place import check_place
from zhaohu.store.restoring import finish_restore
from zhaohu.store.session import Store
from zhaohu.store.soundness import ended_uncleanly, quick_check

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewAdmin:
    """The first administrator of a new profile."""

    name: str
    password: str
    display_name: str = ""


def database_file(profile: Path) -> Path:
    """The encrypted database of a profile."""
    return profile / DATABASE_FILE


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
    check_password(admin.password, admin.name)
    check_place(profile)
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
    for name in (DATABASE_FILE, *KEY_FILES, watermark.FILE):
        for tail in ("", "-wal", "-shm"):
            (profile / f"{name}{tail}").unlink(missing_ok=True)
    for lock in profile.glob("*.lock"):
        if lock.name != LOCK_FILE:  # the window that shows what went wrong holds it
            lock.unlink(missing_ok=True)
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
            keep_site(work.session, site)
            work.session.flush()
            fill(work.session, desk)
            work.note(kind=str(site.kind), code=site.code)
    except BaseException:
        desk.close()  # Windows removes no file that is open
        raise
    editions.follow(desk.store)
    return desk, code


def open_desk(profile: Path, user: str, password: str, clock: Clock) -> Desk:
    """Log in.

    Raises:
        NotFound: There is no profile in the folder.
        WrongPassword: Name or password is wrong, or the account is disabled.
        Refused: The file cannot be opened; the message says why.
    """
    ready(profile)
    with attempts.guarded(profile, user, clock):
        key = Envelope(profile).open(user, password)
    store = open_store(profile, key, clock)
    try:
        return log_in(profile, store, user, clock)
    except BaseException:
        store.close()
        raise


def ready(profile: Path) -> None:
    """What is done before anybody may try a password.

    Raises:
        NotFound: There is no profile in the folder.
        Refused: `bad_place`: no profile may lie in this folder.
    """
    finish_restore(profile)
    if not holds_profile(profile):
        raise NotFound(
            _("There is no profile in {folder}. Make one with “center init” or “station init”.").format(folder=profile),
            code="no_profile",
        )
    check_place(profile)


def open_store(profile: Path, key: bytes, clock: Clock) -> Store:
    """The profile's database under its key: there, sound, and of this version's schema.

    Raises:
        Refused: It is missing, damaged, or newer than the program.
    """
    file = database_file(profile)
    if not file.exists() or file.stat().st_size == 0:  # SQLite would begin anew
        raise Refused(
            _("The data file of this profile is missing. Do not start anew: restore it from a backup."),
            code="database_missing",
        )
    unclean = ended_uncleanly(file)
    tidying.sweep(profile, clock)
    with machine_faults():
        engine = make_engine(file, key)
        try:
            if unclean:
                quick_check(engine)
            migrate(engine, before=lambda: backup.make(profile, key, Reason.MIGRATION, clock))
        finally:
            engine.dispose()
    return Store(file, key, after_unclean_end=unclean)


def log_in(profile: Path, store: Store, user: str, clock: Clock) -> Desk:
    """The desk of somebody whose secret opened the store; wrong tries before this go into the audit log.

    Raises:
        WrongPassword: There is no such account, or it is disabled.
    """
    try:
        with store.write() as session:
            account = session.exec(select(Account).where(Account.name == user)).first()
            if account is None or account.disabled_at is not None:
                raise WrongPassword(_("User name or password is wrong."))
            person = Person(account.name, account.display_name, account.role)
            site = _read_site(session)
            tries = attempts.take_notes(session, profile, clock)
            life_marks.watch(session, profile, site.code, user, clock)
            doubt = clock_watch.judge_at_log_in(session, clock)
            marks = {"after_unclean_end": store.after_unclean_end, "clock_suspect": doubt != ""}
            detail = {name: True for name, holds in marks.items() if holds}
            audit.append(session, at=clock.stamp(), account=user, action="account.log_in", subject=None, detail=detail)
    except WrongPassword:
        attempts.note_wrong(profile, user, clock)
        _drop_stray_slots(profile, store)
        raise
    attempts.forget(profile, tries, clock)
    _drop_stray_slots(profile, store)
    log.info("log-in as %s at %s", person.role, site.code)
    desk = Desk(profile, store, clock, person, site)
    desk.clock_doubt = doubt
    editions.follow(store)
    return desk


def _drop_stray_slots(profile: Path, store: Store) -> None:
    """Take away slots without an account that may log in: a crash between key file and database can leave one."""

    def strays() -> set[str]:
        with store.read() as session:
            allowed = session.exec(select(Account.name).where(col(Account.disabled_at).is_(None))).all()
        return envelope.names() - set(allowed)

    envelope = Envelope(profile)
    if strays():
        with suppress(OSError, Refused), envelope.changing():  # the next log-in tries again
            for name in strays():
                envelope.remove(name)


def keep_site(session: Session, site: Site) -> None:
    """Keep what this profile is."""
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
