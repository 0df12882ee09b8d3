"""Everything that the head of a child's page shows, read at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from zhaohu.records import Child
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.register import children, consents, risk_factors, standing
from zhaohu.services.register.children import ChildView
from zhaohu.services.register.risk_factors import RiskRow

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class ChildOverview:
    """A child, how it stands, what its guardians decided, its risks, and its brothers and sisters on the register."""

    view: ChildView
    standing: standing.Standing
    consent: consents.Standing
    risks: tuple[RiskRow, ...]
    siblings: tuple[tuple[str, str], ...]


def overview(desk: Desk, child_id: str) -> ChildOverview:
    """Read it.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    view = children.view_child(desk, child_id)
    with desk.read() as session:
        others = session.exec(
            select(Child.id, Child.name)
            .where(Child.household_id == view.household_id, Child.id != child_id, col(Child.deleted_at).is_(None))
            .order_by(col(Child.birth_date), col(Child.id))
        )
        siblings = tuple((sibling_id, name) for sibling_id, name in others)
    return ChildOverview(
        view,
        standing.standing(desk, child_id),
        consents.standing(desk, child_id),
        tuple(risk_factors.risks_of(desk, child_id)),
        siblings,
    )
