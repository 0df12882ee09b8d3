"""Schema changes, one Alembic revision each, and the one door that applies them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.store import staleness
from zhaohu.store.engine import APPLICATION_ID, machine_faults
from zhaohu.store.journal import install_triggers

SCHEMA = 6
"""Number of the newest schema, kept in the file's `user_version`; one more for each revision."""

_DERIVED = {"child_search"}
"""Tables without records that a later schema has no more."""


def migrate(engine: Engine, before: Callable[[], object] | None = None) -> bool:
    """Bring a database to this version's schema in one transaction; true when there was something to do.

    Foreign keys are off while tables are rebuilt (switched before BEGIN: inside it SQLite ignores the switch, and
    rebuilding a parent table would delete its children). Before the commit the file is checked: no row is lost, every
    record has what it belongs to, the pages are sound.

    Args:
        engine: The database.
        before: Called once before an older file with data in it is changed, to back it up.

    Raises:
        Refused: The file was made by a newer version of the program, or is none of ours.
        StoreFault: The machine could not do it; the file is as it was.
    """
    with machine_faults(), engine.execution_options(writes=True).connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        found = raw.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA:
            raise Refused(
                _("This profile was last opened by a newer version of the program. Install that version."),
                code="newer_schema",
            )
        if found and raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise Refused(_("This data file was not made by Zhaohu. Restore the newest backup."), code="not_ours")
        if found == SCHEMA:
            return False
        if found and before is not None:
            before()
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                _upgrade(connection)
        finally:
            raw.execute("PRAGMA foreign_keys = ON")
    return True


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    rows = row_counts(connection)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    install_triggers(connection)
    staleness.install_triggers(connection)
    _check(connection, rows)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has, by name; Alembic's own table is left out."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name != 'alembic_version'"
    ).scalars()
    return {
        name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()  # noqa: S608 - from the schema
        for name in sorted(names)
    }


def _check(connection: Connection, before: dict[str, int]) -> None:
    """Assert that nothing was lost but what is derived."""
    after = row_counts(connection)
    lost = {name for name, rows in before.items() if after.get(name) != rows} - (_DERIVED - after.keys())
    if lost:
        raise AssertionError(f"rows lost in {sorted(lost)}")
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise AssertionError(f"foreign keys broken in {sorted({row[0] for row in broken})}")
    if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
        raise AssertionError("integrity")
