"""What the headings of rosters were taken for, remembered for everybody at this station."""

from __future__ import annotations

import json

from sqlmodel import Session

from zhaohu.records.local import Preference
from zhaohu.rules.roster_columns import FIELDS, match_headings, plain_heading
from zhaohu.services.roster.roster_preview import RosterPreview

KEY = "roster.headings"
_EVERYBODY = ""
_MOST = 500
"""Headings that are kept; the oldest go first."""


def remembered_headings(session: Session) -> dict[str, str]:
    """Plain headings that a person once mapped, with the field; an empty field is a column not used."""
    kept = session.get(Preference, (_EVERYBODY, KEY))
    found = json.loads(kept.value) if kept is not None else {}
    return {str(heading): str(field) for heading, field in found.items() if field in ("", *FIELDS)}


def remember_headings(session: Session, preview: RosterPreview) -> None:
    """Keep what differs from what the synonyms say; what a person has put back to them is forgotten."""
    headings = remembered_headings(session)
    before = dict(headings)
    known = match_headings(preview.reading.columns, [column.heading for column in preview.columns])
    by_synonym = {found.place: field for field, found in known.items()}
    for place, column in enumerate(preview.columns):
        heading = plain_heading(column.heading)
        headings.pop(heading, None)
        if heading and column.field != by_synonym.get(place, ""):
            headings[heading] = column.field
    if headings != before:
        kept = dict(list(headings.items())[-_MOST:])
        session.merge(Preference(account=_EVERYBODY, key=KEY, value=json.dumps(kept, ensure_ascii=False)))
