"""A profile of this schema goes through update, backup, restoring and a new key with everything that it has."""

from __future__ import annotations

from pathlib import Path

from tests.services.comparing import is_true, know_other_station
from tests.services.test_derived import Walk
from tests.sync.district import ADMIN, CLOCK, WEAK

from zhaohu.services import preferences
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.safety import backups, checkup
from zhaohu.services.safety.key_change import change_key
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, restore_backup
from zhaohu.store import journal, staleness
from zhaohu.store.migrations import row_counts

ALTERED_BY_RESTORING = {"account", "audit_line", "change_counter", "setting", "site_key", "login_attempt"}


def content(desk: Desk) -> dict[str, object]:
    with desk.read() as session:
        connection = session.connection()
        assert not staleness.missing_triggers(connection)
        assert not journal.missing_triggers(connection)
        schema = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").all()
        tables = row_counts(connection).keys() - ALTERED_BY_RESTORING
        rows = {name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}"))) for name in sorted(tables)}
    return {
        "schema": schema,
        "rows": rows,
        "children": child_list.list_children(desk, ChildFilter(statuses=())),
        "due": duties.due_list(desk, within_days=60),
        "own": preferences.read(desk, "list.children", None),
    }


def lists_are_well(desk: Desk) -> bool:
    found = {finding.name: finding.ok for finding in checkup.check_up(desk)}
    return is_true(desk) and {"journal", "lists", "database"} <= {name for name, ok in found.items() if ok}


def test_backup_restoring_and_a_new_key_keep_all(station_desk: Desk, tmp_path: Path) -> None:
    walk = Walk(station_desk, 5)
    know_other_station(station_desk)
    for _number in range(5):
        walk.do_register()
    for _number in range(60):
        walk.step()
    preferences.save(station_desk, "list.children", {"columns": ["name"]})
    before = content(station_desk)
    row = backups.create_backup(station_desk)
    for _number in range(20):
        walk.step()
    profile = station_desk.profile
    station_desk.close()
    restore_backup(profile, row.file, Secret(ADMIN.name, ADMIN.password), CLOCK)
    for act in ("restored", "new key"):
        desk = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
        assert content(desk) == before, act
        assert lists_are_well(desk)
        desk.close()
        if act == "restored":
            change_key(profile, ADMIN.name, ADMIN.password, tmp_path / "sheet.pdf", CLOCK, WEAK)
