"""The editions of forms that the center published, beside those that ship with the program.

They come to a station with its packets. One that this version cannot read is kept and told, and the program goes on
with what it has. The file of an edition stays here once a record was made with it, whatever the center forgets later.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ref

from sqlmodel import Session

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _
from zhaohu.rules.forms.published import edition_name
from zhaohu.services import district, reference
from zhaohu.services.district import Key
from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.store.session import Changes, Store

if TYPE_CHECKING:
    from zhaohu.rules.forms.model import Form
    from zhaohu.rules.forms.versions import FormBook

log = logging.getLogger(__name__)

_KEPT = "forms.kept"
_OTHER_NAME = N_("the file is of another form or version")
_NO_FORM = N_("this version of the program has no such form")


class Edition(NamedTuple):
    """An edition that the center published; `form` is None, and `reason` says why, when it cannot be used here."""

    id: str
    version: str
    text: str
    note: str
    published_at: str
    published_by: str
    form: Form | None
    reason: str

    @property
    def name(self) -> str:
        """What it is called."""
        return edition_name(self.id, self.version)


def published(session: Session) -> list[Edition]:
    """What the center published, by name."""
    files = (district.read(session, Key.FORMS) or {}).get("files", {})
    return [_edition(name, files[name]) for name in sorted(files)]


def known_forms(session: Session) -> list[Form]:
    """The forms of all editions that can be used here, with those of which only records are left."""
    files = {name: {"text": text} for name, text in _kept(session).items()}
    every = {one.name: one for one in (_edition(name, one) for name, one in files.items())}
    every |= {one.name: one for one in published(session)}
    return [one.form for one in every.values() if one.form is not None]


def book(session: Session) -> FormBook:
    """All versions of all forms that count at this site."""
    return reference.shipped_forms().joined(known_forms(session))


def keep(session: Session, form: Form) -> None:
    """A record is made with a form: when the center published it, its file stays here with the record."""
    if reference.shipped_forms().version(form.id, form.version) is not None:
        return
    name, kept = edition_name(form.id, form.version), _kept(session)
    found = next((one for one in published(session) if one.name == name), None)
    if found is not None and name not in kept:
        settings.put(session, _KEPT, canonical_json({**kept, name: found.text}))


def follow(store: Store) -> None:
    """Let the program use what was published, from now on until the store is left."""
    _load(store)
    store.listen(partial(_heard, ref(store)))


def leave(store: Store) -> None:
    """The profile is closed: its editions are not used any more."""
    reference.publish(store, ())


def _heard(followed: ref[Store], changes: Changes) -> None:
    store = followed()
    if store is not None and "district_data" in changes:
        _load(store)


def _load(store: Store) -> None:
    """What was committed stays committed: a machine that fails now must not make it look undone."""
    try:
        with store.read() as session:
            forms = known_forms(session)
    except Refused as refused:
        log.warning("published forms cannot be read: %s", refused.code)
        return
    reference.publish(store, forms)


def _kept(session: Session) -> dict[str, str]:
    kept: dict[str, str] = {}
    with suppress(ValueError):
        kept = json.loads(settings.get(session, _KEPT, "{}"))
    return kept


def _edition(name: str, file: Mapping[str, Any]) -> Edition:
    form_id, _at, version = name.partition("@")
    text = str(file.get("text", ""))
    form, reason = _read(text, name)
    if form is not None and (form.id, form.version) != (form_id, version):
        form, reason = None, _(_OTHER_NAME)
    if form is not None and form_id not in reference.form_ids():
        form, reason = None, _(_NO_FORM)
    note, at, by = (str(file.get(key, "")) for key in ("note", "at", "by"))
    return Edition(form_id, version, text, note, at, by, form, reason)


@lru_cache(maxsize=64)
def _read(text: str, name: str) -> tuple[Form | None, str]:
    from zhaohu.rules.forms.loader import read_form

    form, faults = read_form(text, name)
    return (form, "") if form is not None and not faults else (None, faults[0].message)
