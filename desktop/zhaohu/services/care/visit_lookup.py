"""Finding visits in an open transaction: those that stand, the one that is corrected, those that tell of a birth."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Visit
from zhaohu.rules.forms.model import Answer
from zhaohu.services.desk import Desk
from zhaohu.services.register.lookup import editable_child


@cache
def current_visits() -> SelectOfScalar[Visit]:
    """Visits that no later version corrects and nobody withdrew; a statement to build on, the same one each time.

    Each visit is looked up among the corrected ones: a list of those would be made for every question about one child.
    """
    later = aliased(Visit)
    corrected = select(later.id).where(col(later.replaces_id) == Visit.id)
    return select(Visit).where(~corrected.exists(), col(Visit.deleted_at).is_(None))


def own_current_visit(desk: Desk, session: Session, visit_id: str) -> Visit:
    """The newest version of a record of this station, to be changed.

    Raises:
        NotFound: There is no such visit, or its child was removed.
        NotAllowed: It is another station's.
        Refused: A later version corrects it already (`not_newest`), the record was removed (`removed`), or the child
            was released to another station (`released`).
    """
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise NotFound(_("There is no such visit."), code="no_such_visit")
    editable_child(desk, session, visit.child_id)
    if session.exec(select(Visit.id).where(Visit.replaces_id == visit_id)).first():
        raise Refused(_("This version was corrected already. Open the newest version."), code="not_newest")
    if visit.deleted_at is not None:
        raise Refused(_("This record was removed. Bring it back first, under “Settings”."), code="removed")
    return visit


def refuse_second_record(session: Session, child_id: str, form_id: str, on: date, record_id: str) -> None:
    """A child has one record of a form for a day; `record_id` is the one that is being saved."""
    of_day = current_visits().where(Visit.child_id == child_id, Visit.form == form_id, Visit.visit_date == on)
    if session.exec(of_day.where(Visit.record_id != record_id)).first():
        raise Refused(
            _("This form is recorded for this child and day already. Open that record and correct it."),
            code="already_recorded",
        )


def births_at_risk(session: Session, child_id: str = "") -> dict[str, dict[str, Answer]]:
    """The newborn visits' answers that may name a risk (asphyxia, defect, multiple birth), by child; of one or of all.

    The database looks at the answers first, so that a long list does not read thousands of harmless records.
    """

    def said(field: str, code: str) -> ColumnElement[bool]:
        return func.json_extract(Visit.answers, f"$.{field}") == code

    several = col(Visit.answers).contains('"5"')
    statement = current_visits().where(
        Visit.form == "newborn_visit", said("asphyxia", "2") | said("malformation", "2") | several
    )
    if child_id:
        statement = statement.where(Visit.child_id == child_id)
    visits = session.exec(statement.order_by(col(Visit.visit_date)))
    return {visit.child_id: json.loads(visit.answers) for visit in visits}
