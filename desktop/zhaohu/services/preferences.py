"""How somebody likes to work: columns of a list and saved views, kept for each account in its profile.

A saved view keeps what narrows a list by codes and ids (ages, villages, teachers, risks …), its order and its columns.
It never keeps what was typed into a search line: that is nearly always a family's name or number, which has no place
outside the records, and a view is a question that is asked again and again, not one family.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.records.local import Preference
from zhaohu.services.desk import Desk, validated
from zhaohu.store.audit import canonical_json

LONGEST_NAME = 20
MOST_VIEWS = 30
_ALL_ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list as somebody likes to see it again: a name, and what the page puts into it."""

    name: str
    content: Mapping[str, Any]


def read(desk: Desk, key: str, default: Any = None) -> Any:
    """What the person who is logged in prefers, `default` if nothing was ever chosen."""
    desk.require(*_ALL_ROLES)
    with desk.read() as session:
        kept = session.get(Preference, (desk.person.name, key))
        return default if kept is None else json.loads(kept.value)


def save(desk: Desk, key: str, value: Any) -> None:
    """Keep a preference of the person who is logged in; it leaves no audit line.

    Args:
        desk: Whose preference it is.
        key: What it is about, such as `list.children`.
        value: Plain JSON values; no personal data of a family.

    Raises:
        StoreFault: It could not be written; what was kept before is still there.
    """
    desk.require(*_ALL_ROLES)
    row = validated(Preference, {"account": desk.person.name, "key": key, "value": canonical_json(value)})
    with desk.store.write() as session:
        session.merge(row)


def saved_views(desk: Desk, page: str) -> list[SavedView]:
    """The views of a page that this person saved, in the order in which they were."""
    return [SavedView(one["name"], one["content"]) for one in read(desk, _key(page), [])]


def save_view(desk: Desk, page: str, name: str, content: Mapping[str, Any]) -> SavedView:
    """Keep a view under a name; one of the same name is replaced where it stands.

    Raises:
        BadInput: The name is empty or too long, or there are too many views.
    """
    kept = {view.name: view for view in saved_views(desk, page)}
    view = SavedView(_name(name), dict(content))
    kept[view.name] = view
    if len(kept) > MOST_VIEWS:
        message = _("There are {n} saved views already. Delete one that is not needed any more.")
        raise BadInput(message.format(n=MOST_VIEWS), code="too_many_views", field="name")
    _keep(desk, page, list(kept.values()))
    return view


def rename_view(desk: Desk, page: str, name: str, new_name: str) -> None:
    """Give a view another name.

    Raises:
        BadInput: The new name is empty, too long or taken.
    """
    wanted = _name(new_name)
    views = saved_views(desk, page)
    if wanted != name and any(view.name == wanted for view in views):
        message = _("There is a view “{name}” already.")
        raise BadInput(message.format(name=wanted), code="name_taken", field="name")
    _keep(desk, page, [SavedView(wanted, view.content) if view.name == name else view for view in views])


def drop_view(desk: Desk, page: str, name: str) -> None:
    """Forget a view."""
    _keep(desk, page, [view for view in saved_views(desk, page) if view.name != name])


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME:
        message = _("Give the view a name of at most {n} characters.")
        raise BadInput(message.format(n=LONGEST_NAME), code="bad_value", field="name")
    return name


def _keep(desk: Desk, page: str, views: list[SavedView]) -> None:
    save(desk, _key(page), [{"name": view.name, "content": dict(view.content)} for view in views])


def _key(page: str) -> str:
    return f"{page}.views"
