"""Schema changes, one Alembic revision each, and the one door that applies them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.store.engine import APPLICATION_ID, machine_faults
from zhaohu.store.journal import install_triggers

SCHEMA = 1
"""Number of the newest schema, kept in the file's `user_version`; one more for each revision."""


def migrate(engine: Engine) -> bool:
    """Bring a database to this version's schema in one transaction; true when there was something to do.

    Foreign keys are off while tables are rebuilt (switched before BEGIN: inside it SQLite ignores the switch, and
    rebuilding a parent table would delete its children) and checked before the commit.

    Raises:
        Refused: The file was made by a newer version of the program.
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
        if found == SCHEMA:
            return False
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

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    install_triggers(connection)
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise AssertionError(f"foreign keys broken in {sorted({row[0] for row in broken})}")
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
