"""What the center sets for the whole district in place of what the program ships, by key.

The center writes; its stations read after the next return packet. What a key's content may be is said, and checked, by
the rules that read it: `guidance.texts` by `rules.guidance`, `calendar.days` and `schedule.high_risk` by
`rules.district_plans`, `forms` by `rules.forms.published`, `curriculum` by `rules.curriculum`, `targets` by
`rules.targets`. Nothing set, or set back, means: as shipped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlmodel import Session, select

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records import DistrictData
from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules import district_plans
from zhaohu.rules.curriculum import read_topics
from zhaohu.rules.forms import published
from zhaohu.rules.guidance import changes as guidance_changes
from zhaohu.rules.targets import read_targets
from zhaohu.store.audit import canonical_json

if TYPE_CHECKING:
    from zhaohu.services.desk import Desk

_NOTE = "note"
_READERS = tuple(Role)
LONGEST_NOTE = 200
_LARGEST = 900_000
"""Bytes of a setting as it travels: the exchange takes lines of up to a mebibyte."""


class Key(StrEnum):
    """What can be set."""

    GUIDANCE_TEXTS = "guidance.texts"
    DAYS_OFF = "calendar.days"
    HIGH_RISK_PLAN = "schedule.high_risk"
    FORMS = "forms"
    CURRICULUM = "curriculum"
    TARGETS = "targets"


_CHECKS: Mapping[Key, Callable[[Mapping[str, Any]], object]] = {
    Key.GUIDANCE_TEXTS: guidance_changes.check,
    Key.DAYS_OFF: district_plans.check_days,
    Key.HIGH_RISK_PLAN: district_plans.check_high_risk,
    Key.FORMS: published.check,
    Key.CURRICULUM: read_topics,
    Key.TARGETS: read_targets,
}


class Setting(NamedTuple):
    """What the center set, the note it left, which edition it is, and who set it when.

    `content` is None when the center went back to what the program ships.
    """

    content: dict[str, Any] | None
    note: str
    edition: int
    changed_at: str
    changed_by: str


def read(source: Desk | Session, key: str) -> dict[str, Any] | None:
    """What the center set; None when the program's own counts. Content that this version cannot read counts as none."""
    found = setting(source, key)
    return found.content if found is not None else None


def setting(source: Desk | Session, key: str) -> Setting | None:
    """The same with its edition and the center's note; None when the center never set it."""
    if isinstance(source, Session):
        return _setting(source, Key(key))
    source.require(*_READERS)
    with source.read() as session:
        return _setting(session, Key(key))


def write(desk: Desk, key: str, content: Mapping[str, Any] | None, note: str = "") -> int:
    """Set something for the district; it goes down with the next return packets. Admin, at the center.

    Args:
        desk: The center.
        key: A value of `Key`.
        content: What is set, plain JSON values; None goes back to what the program ships.
        note: Why, for the stations to read.

    Returns:
        Its edition.

    Raises:
        BadInput: The content is not as the key's rules want it, it is too much for the exchange, or the note is too
            long; nothing was changed.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    wanted, said = Key(key), note.strip()
    if len(said) > LONGEST_NOTE:
        message = _("The note is longer than {n} characters. Shorten it.").format(n=LONGEST_NOTE)
        raise BadInput(message, code="too_long", field="note")
    if content is not None:
        _CHECKS[wanted](content)
    text = canonical_json({**(content or {}), **({_NOTE: said} if said else {})})
    if len(canonical_json(text).encode("utf-8")) > _LARGEST:
        raise BadInput(_("This is too much for the exchange. Nothing was changed."), code="too_long", field="content")
    action = "district.set" if content is not None else "district.restore"
    with desk.write(action) as work:
        session = work.session
        row = session.get(DistrictData, _row_id(desk.site.district_code, wanted))
        if row is None:
            row_id = _row_id(desk.site.district_code, wanted)
            row = desk.make(DistrictData, id=row_id, key=str(wanted), content=text, edition=1)
        else:
            row.content, row.edition = text, row.edition + 1
            row.recorded_at, row.recorded_by = desk.clock.stamp(), desk.person.display_name
        gone = content is None
        row.deleted_at = desk.clock.stamp() if gone else None
        row.deleted_by = desk.person.display_name if gone else None
        session.add(row)
        work.note(row, setting=str(wanted), edition=row.edition)
        return row.edition


def _row_id(district: str, key: Key) -> str:
    """The same wherever and whenever the key is set: a key never has two rows."""
    return str(uuid5(NAMESPACE_URL, f"zhaohu/{district}/{key}"))


def _setting(session: Session, key: Key) -> Setting | None:
    row = session.exec(select(DistrictData).where(DistrictData.key == str(key))).first()
    if row is None:
        return None
    content = _object(row.content)
    note = str(content.pop(_NOTE, "")) if content else ""
    if row.deleted_at is not None or not _fits(key, content):
        content = None
    return Setting(content, note, row.edition, row.recorded_at, row.recorded_by)


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object; None for what only a newer program can read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _fits(key: Key, content: dict[str, Any] | None) -> bool:
    """Whether this version can read it: a newer center may set what an older station does not know."""
    try:
        _CHECKS[key](content or {})
    except BadInput:
        return False
    return True
