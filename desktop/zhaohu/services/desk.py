"""The desk at which somebody works: who is logged in, the open store, the clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from sqlmodel import Session, SQLModel

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, NotAllowed
from zhaohu.i18n import _
from zhaohu.records.base import Owned
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services import derived, editions
from zhaohu.services.safety import life_marks, logs
from zhaohu.store import audit, clock_mark
from zhaohu.store.session import Store

Record = TypeVar("Record", bound=Owned)
Row = TypeVar("Row", bound=SQLModel)

log = logging.getLogger(__name__)

_ACCOUNT = "SELECT disabled_at, role FROM account WHERE name = ?"
"""A plain statement: every act asks it."""

WRITERS = (Role.ADMIN, Role.TEACHER)
"""Roles that may record what happened."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in."""

    name: str
    display_name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Site:
    """Where this profile stands in the district.

    `code` owns the site's records: 371103-01 for station 01 of district 371103, 371103 for its center.
    """

    kind: SiteKind
    code: str
    name: str
    district_code: str
    center_name: str
    township: str = ""

    @property
    def station(self) -> str:
        """The two digits of a station; empty at a center."""
        return self.code.partition("-")[2]


def validated(row: type[Row], values: Mapping[str, object]) -> Row:
    """A row whose values were checked.

    Raises:
        BadInput: A value does not fit; `field` names the column, and the value is not repeated.
    """
    try:
        return row.model_validate(values)
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
        name = str(place[0]) if place else ""
        message = _("The value of “{field}” is too long, too short or outside what is allowed. Nothing was saved.")
        raise BadInput(message.format(field=name), code="bad_value", field=name) from None


@dataclass(slots=True)
class Work:
    """One act in one transaction; what is noted here becomes its audit line."""

    session: Session
    subject: str | None = None
    detail: dict[str, object] = field(default_factory=dict)

    def note(self, subject: Owned | None = None, **detail: object) -> None:
        """Say what the act was about: a record, and field names or counts (never personal values)."""
        if subject is not None:
            self.subject = f"{subject.__tablename__}/{subject.id}"
        self.detail.update(detail)


class Desk:
    """What every service takes first.

    Args:
        profile: The profile's folder.
        store: Its open database.
        clock: What day it is.
        person: Who is logged in.
        site: The station or center whose profile this is.
    """

    def __init__(self, profile: Path, store: Store, clock: Clock, person: Person, site: Site) -> None:
        self.profile = profile
        self.store = store
        self.clock = clock
        self.person = person
        self.site = site
        self.clock_doubt = ""  # why the clock was in doubt at log-in, see `clock_watch`

    @property
    def today(self) -> date:
        """The local calendar day."""
        return self.clock.today()

    def require(self, *roles: Role) -> None:
        """Go on only if the person has one of these roles.

        Raises:
            NotAllowed: The person has another role.
        """
        if self.person.role not in roles:
            raise NotAllowed(_("Your account may not do this. Ask an administrator."), role=str(self.person.role))

    def require_site(self, kind: SiteKind) -> None:
        """Go on only at a station, or only at the center.

        Raises:
            NotAllowed: This profile is the other kind.
        """
        if self.site.kind is not kind:
            message = {
                SiteKind.STATION: _("This is done at a guidance station; this profile is the center's."),
                SiteKind.CENTER: _("This is done at the guidance center; this profile is a station's."),
            }[kind]
            raise NotAllowed(message, code="wrong_site")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the data."""
        with self.store.read() as session:
            yield session

    @contextmanager
    def write(self, action: str, *, grade: bool = True) -> Iterator[Work]:
        """One act: one transaction with all that follows from it and its audit line, kept together or not at all.

        Args:
            action: The name of its audit line.
            grade: Whether growth is graded in it; what comes by the thousand is graded afterwards, some at a time.

        Raises:
            NotAllowed: The account was disabled or got another role since this log-in.
        """
        with self.store.write() as session:
            self._require_unchanged_account(session)
            work = Work(session)
            yield work
            derived.refresh(session, grade=grade)
            self._log(session, action, work.subject, work.detail)
        log.info("act %s %s %s", action, work.subject or "-", logs.counts(work.detail))

    def _require_unchanged_account(self, session: Session) -> None:
        account = session.connection().exec_driver_sql(_ACCOUNT, (self.person.name,)).first()
        if account is not None and tuple(account) != (None, self.person.role.value):
            raise NotAllowed(_("Your account was changed meanwhile. Log in again."), code="account_changed")

    def _log(self, session: Session, action: str, subject: str | None, detail: dict[str, object]) -> None:
        if self.clock_doubt:
            detail = {**detail, "clock_suspect": True}
        else:
            clock_mark.raise_to(session, self.clock.now())
        audit.append(
            session,
            at=self.clock.stamp(),
            account=self.person.name,
            action=action,
            subject=subject,
            detail=detail,
        )

    def make(self, record: type[Record], **values: object) -> Record:
        """A new, validated record of this site, stamped with who and when.

        Raises:
            BadInput: A value does not fit the record.
        """
        stamp = {
            "owner": self.site.code,
            "recorded_at": self.clock.stamp(),
            "recorded_by": self.person.display_name,
        }
        return validated(record, {**stamp, **values})

    def close(self) -> None:
        """Leave the desk: the database is closed, and whoever still works at it is refused."""
        life_marks.keep(self.store, self.profile, self.site.code)
        editions.leave(self.store)
        self.store.close()
