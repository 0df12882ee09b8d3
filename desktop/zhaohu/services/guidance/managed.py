"""3岁以下儿童健康管理率: who under three was seen this year.

Numerator: children with at least one visit or check in the calendar year; denominator: all children under three who are
on the register today (年度接受1次及以上随访的3岁以下儿童数 / 年度辖区内3岁以下儿童数, after the form of the national
specification of 2017; the exact official wording for under three was not found).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from zhaohu.records.codes import ChildStatus
from zhaohu.rules.ages import latest_birth
from zhaohu.rules.targets import WHOLE

_SEEN = """
f.child_id IN (SELECT v.child_id FROM visit v WHERE v.visit_date BETWEEN ? AND ? AND v.deleted_at IS NULL
AND NOT EXISTS (SELECT 1 FROM visit later WHERE later.replaces_id = v.id))
"""
_MONTHS = 36


class Managed(NamedTuple):
    """Children under three on the register today, and those of them who were seen this year."""

    seen: int = 0
    children: int = 0

    @property
    def per_mille(self) -> int | None:
        """The share in thousandths, not rounded up: a target is reached only when it is; None without children."""
        return self.seen * WHOLE // self.children if self.children else None


def unseen(today: date) -> tuple[str, tuple[str, ...]]:
    """The condition on `child_facts f` that a child is one of those who lack, with its values."""
    return f"f.birth_date > ? AND NOT {_SEEN}", (_youngest_left_out(today), *_year(today))


def managed(session: Session, today: date) -> dict[str, Managed]:
    """The figures of each station, by owner."""
    sql = f"""
SELECT f.owner, sum({_SEEN}), count(*) FROM child_facts f
WHERE f.shelf < 2 AND f.status = ? AND f.birth_date > ? GROUP BY f.owner
"""  # noqa: S608 - our own text
    values = (*_year(today), str(ChildStatus.ACTIVE), _youngest_left_out(today))
    rows = session.connection().exec_driver_sql(sql, values)
    return {owner: Managed(seen, children) for owner, seen, children in rows}


def _year(today: date) -> tuple[str, str]:
    return date(today.year, 1, 1).isoformat(), date(today.year, 12, 31).isoformat()


def _youngest_left_out(today: date) -> str:
    return latest_birth(today, _MONTHS).isoformat()
