"""Kept scores as another version of the program would have left them."""

from __future__ import annotations

import json

from sqlmodel import select

from zhaohu.records.derived import GrowthScore
from zhaohu.rules.growth.terms import Indicator
from zhaohu.services.desk import Desk

OLDER = ("2025.9", "0123456789ab")
"""Rules and tables that are not the present ones."""


def kept_rows(desk: Desk) -> dict[str, GrowthScore]:
    """All kept scores by their key."""
    with desk.read() as session:
        return {row.key: row for row in session.exec(select(GrowthScore))}


def age(desk: Desk, key: str, **grades: tuple[object, ...]) -> None:
    """Let a score be of older rules; `wfa=(level, level_pct, status)` is what they said by WS/T 423."""
    with desk.store.write() as session:
        row = session.get_one(GrowthScore, key)
        kept = json.loads(row.assessed)
        for name, (level, level_pct, status) in grades.items():
            result = kept["china"][0][1][list(Indicator).index(Indicator(name))]
            result[2:] = [level, level_pct, status]
            setattr(row, f"{name}_status", status)
        row.assessed = json.dumps(kept, ensure_ascii=False)
        row.engine, row.tables = OLDER
        session.add(row)
