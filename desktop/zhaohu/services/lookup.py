"""Finding a record that is there: known, and not removed."""

from __future__ import annotations

from sqlmodel import Session

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Child


def present_child(session: Session, child_id: str) -> Child:
    """A child of the register.

    Raises:
        NotFound: There is no such child (`no_such_child`), or it was removed (`removed`).
    """
    child = session.get(Child, child_id)
    if child is None:
        raise NotFound(_("This child is not in the register."), code="no_such_child")
    if child.deleted_at is not None:
        raise NotFound(
            _("This child was removed from the register. An administrator of its station can bring it back."),
            code="removed",
        )
    return child
