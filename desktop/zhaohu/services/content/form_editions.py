"""New editions of forms: taken in and published by the center, taken back before their day of effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Visit
from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.forms import published, succession
from zhaohu.rules.forms.loader import read_form
from zhaohu.rules.forms.model import Form
from zhaohu.rules.forms.published import edition_name
from zhaohu.rules.forms.tables import FormError
from zhaohu.services import district, editions, reference
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key

_READERS = tuple(Role)
_LARGEST = 200_000
_SHOWN_FAULTS = 8


@dataclass(frozen=True, slots=True)
class Proposed:
    """A form file that may be published, and the version that it follows."""

    file: str
    text: str
    form: Form
    present: Form


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition that the center published; `reason` says why this program cannot use it, else it is empty."""

    id: str
    version: str
    title: str
    effective_from: str
    note: str
    published_at: str
    published_by: str
    reason: str


def list_editions(desk: Desk) -> list[EditionRow]:
    """What the center published, also what this version of the program cannot read. Any role."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = editions.published(session)
    return [
        EditionRow(
            one.id,
            one.version,
            reference.form_title(one.id),
            one.form.effective_from.isoformat() if one.form is not None else "",
            one.note,
            one.published_at,
            one.published_by,
            one.reason,
        )
        for one in found
    ]


def unread_words(rows: Sequence[EditionRow]) -> str:
    """Which editions this program cannot use, and what to do; empty when it can use all."""
    names = [f"{one.title} {one.version}" for one in rows if one.reason]
    if not names:
        return ""
    message = _(
        "Forms of the district that this version of the program cannot use: {names}. They are kept, and records go on "
        "with the forms that were there before. Update the program."
    )
    return message.format(names=_(", ").join(names))


def read_edition(desk: Desk, file: Path) -> Proposed:
    """Look at a form file that is to be published; nothing is changed. Admin, at the center.

    Raises:
        BadInput: It cannot be read (`unreadable`), or be the next edition (`bad_form`); `problems` name all fields and
            reasons.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    text = _text(file)
    with desk.read() as session:
        return _proposed(session, file.name, text)


def publish(desk: Desk, proposed: Proposed, note: str = "") -> int:
    """Publish an edition: the stations have it with their next return packet and use it from its day on.

    Admin, at the center.

    Args:
        desk: The center.
        proposed: What `read_edition` gave; it is looked at once more.
        note: Why, for the stations to read.

    Returns:
        The edition of the district's setting.

    Raises:
        BadInput: As `read_edition`; or the note is too long.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        form = _proposed(session, proposed.file, proposed.text).form
        files = _files(session)
    entry = {
        "text": proposed.text,
        "note": note.strip(),
        "at": desk.clock.stamp(),
        "by": desk.person.display_name,
    }
    return district.write(desk, Key.FORMS, {"files": {**files, edition_name(form.id, form.version): entry}}, note)


def withdraw(desk: Desk, form_id: str, version: str) -> int:
    """Take an edition back whose day has not come. Admin, at the center.

    Raises:
        NotFound: The center published no such edition.
        Refused: `in_force`: its day of effect has come, or a record was made with it.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    name = edition_name(form_id, version)
    with desk.read() as session:
        files = _files(session)
        form = next((one.form for one in editions.published(session) if one.name == name), None)
        used = select(Visit.id).where(Visit.form == form_id, Visit.form_version == version)
        is_used = session.exec(used).first() is not None
    if name not in files:
        raise NotFound(_("The district published no such edition: {name}").format(name=name), code="no_such_edition")
    if is_used or (form is not None and form.effective_from <= desk.today):
        message = _("This edition is in use: records are made with it. Publish another one to change the form.")
        raise Refused(message, code="in_force")
    del files[name]
    return district.write(desk, Key.FORMS, {"files": files} if files else None)


def print_edition(desk: Desk, form: Form) -> bytes:
    """How an edition will be printed, with nothing filled in. Admin, at the center."""
    from zhaohu.services.printing.records import blank_form

    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return blank_form(desk, form)


def _files(session: Session) -> dict[str, Any]:
    return dict((district.read(session, Key.FORMS) or {}).get("files", {}))


def _text(file: Path) -> str:
    try:
        if file.stat().st_size <= _LARGEST:
            return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        pass
    message = _("{file} cannot be read as UTF-8 text. Check the name.")
    raise BadInput(message.format(file=file.name), code="unreadable", field="file")


def _proposed(session: Session, file: str, text: str) -> Proposed:
    form, faults = read_form(text, file)
    if form is None or faults:
        raise _refusal(file, faults)
    book = editions.book(session)
    versions = book.versions(form.id)
    if not versions:
        known = ", ".join(book.newest())
        reason = _("the program has no such form; it has {known}").format(known=known)
        raise _refusal(file, [FormError(file, "id", reason)])
    if not published.is_name(edition_name(form.id, form.version)):
        reason = _("must be up to {n} letters, digits, dots and hyphens").format(n=published.LONGEST_VERSION)
        faults.append(FormError(file, "version", reason))
    same = book.version(form.id, form.version)
    if same is not None:
        reason = _(
            "version {version} is there already, in effect since {day}; give the new edition a version of its own"
        )
        words = reason.format(version=form.version, day=format_date(same.effective_from))
        faults.append(FormError(file, "version", words))
    faults += succession.faults(versions[-1], form, file)
    if faults:
        raise _refusal(file, faults)
    return Proposed(file, text, form, versions[-1])


def _refusal(file: str, faults: list[FormError]) -> BadInput:
    problems = [{key: str(fault.details[key]) for key in ("field", "reason")} for fault in faults]
    lines = [_("{file} cannot be the next edition of a form:").format(file=file)]
    lines += [fault.message.removeprefix(file).lstrip(":： ") for fault in faults[:_SHOWN_FAULTS]]
    if len(faults) > _SHOWN_FAULTS:
        lines.append(_("and {n} more faults").format(n=len(faults) - _SHOWN_FAULTS))
    return BadInput("\n".join(lines), code="bad_form", problems=problems, **problems[0])
