"""The first steps of a new station: what is done on the way from an empty register to the first due list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, SQLModel, col, func, select

from zhaohu.records import Child, Teacher, Village
from zhaohu.records.codes import Role
from zhaohu.records.local import Account
from zhaohu.services.desk import Desk


class FirstStep(StrEnum):
    """In the order in which they are done; those after `CHILDREN` can wait."""

    VILLAGES = "villages"
    CHILDREN = "children"
    TEACHERS = "teachers"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many there are of what a step brings."""

    counts: dict[FirstStep, int]

    def done(self, step: FirstStep) -> bool:
        """Whether a step is done; whoever set the program up is no colleague."""
        return self.counts[step] > (1 if step is FirstStep.ACCOUNTS else 0)

    @property
    def begun(self) -> bool:
        """Whether there are children, and so a due list."""
        return self.done(FirstStep.CHILDREN)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do."""
        return all(map(self.done, FirstStep))


def first_steps(desk: Desk) -> Standing:
    """Where this station stands. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        return Standing(
            {
                FirstStep.VILLAGES: _count(session, Village),
                FirstStep.CHILDREN: _count(session, Child),
                FirstStep.TEACHERS: _count(session, Teacher),
                FirstStep.ACCOUNTS: session.exec(
                    select(func.count()).select_from(Account).where(col(Account.disabled_at).is_(None))
                ).one(),
            }
        )


def _count(session: Session, table: type[SQLModel]) -> int:
    present = table.deleted_at.is_(None)  # type: ignore[attr-defined]  # all of these are owned records
    return session.exec(select(func.count()).select_from(table).where(present)).one()
