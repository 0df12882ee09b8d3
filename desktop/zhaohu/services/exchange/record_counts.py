"""How many records there are now, counted as backups count them."""

from __future__ import annotations

from sqlmodel import func, select

from zhaohu.records import SYNCED_TABLES
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk


def count_records(desk: Desk) -> dict[str, int]:
    """The rows of every table that holds records, by its name; removed ones are among them. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        return {
            str(table.__tablename__): session.exec(select(func.count()).select_from(table)).one()
            for table in SYNCED_TABLES
        }
