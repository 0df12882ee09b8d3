"""What a kill left lying is gone after the next log-in, and nothing that somebody still needs."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from tests.sync.district import ADMIN

from zhaohu.services.desk import Desk
from zhaohu.services.safety import tidying
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.lock import one_at_a_time


def lay(desk: Desk, name: str, hours_ago: float) -> Path:
    file = desk.profile / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"half")
    moment = (desk.clock.now() - timedelta(hours=hours_ago)).timestamp()
    os.utime(file, (moment, moment))
    return file


def test_a_log_in_clears_away_what_a_kill_left(station_desk: Desk) -> None:
    gone = [
        lay(station_desk, name, 2)
        for name in (
            "tmp/scratch-01",
            "tmp/incoming-02",
            "tmp/backup-03.db",
            ".keys.json.x.part",
            "outbox/.a.part",
            "backups/.b.part",
        )
    ]
    stays = [
        lay(station_desk, ".keys.json.y.part", 0.5),  # perhaps being written at this moment
        lay(station_desk, "outbox/371103-01-000001.zhb", 2),
        lay(station_desk, "tmp/notes.txt", 2),
        lay(station_desk, "quarantine/.c.part", 2),
    ]
    station_desk.close()
    open_desk(station_desk.profile, ADMIN.name, ADMIN.password, station_desk.clock).close()
    assert [file.name for file in gone if file.exists()] == []
    assert [file.name for file in stays if not file.exists()] == []


def test_working_copies_of_an_exchange_under_way_are_left_alone(station_desk: Desk) -> None:
    copy = lay(station_desk, "tmp/scratch-01", 2)
    with one_at_a_time(station_desk.profile / "exchange.lock"):
        tidying.sweep(station_desk.profile, station_desk.clock)
        assert copy.exists()
    tidying.sweep(station_desk.profile, station_desk.clock)
    assert not copy.exists()


def test_the_working_copy_of_a_trial_under_way_is_left_alone(station_desk: Desk) -> None:
    copy = lay(station_desk, "tmp/backup-03.db", 2)
    with one_at_a_time(station_desk.profile / "tmp" / "backup.lock"):
        tidying.sweep(station_desk.profile, station_desk.clock)
        assert copy.exists()
