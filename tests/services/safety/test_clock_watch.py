"""A clock in doubt: judged at log-in, noted with every act, told to the center, and believed again when confirmed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from tests.services.families import enrol
from tests.sync.district import ADMIN

from zhaohu.clock import Clock
from zhaohu.records.local import AuditLine
from zhaohu.services.care import visits
from zhaohu.services.desk import Desk
from zhaohu.services.safety import clock_watch
from zhaohu.services.safety.profile import open_desk

Again = Callable[[date], Desk]


@pytest.fixture
def again(station_desk: Desk) -> Iterator[Again]:
    """Log in once more on a day."""
    opened: list[Desk] = []

    def log_in(day: date) -> Desk:
        for desk in (station_desk, *opened):
            desk.close()
        opened.append(open_desk(station_desk.profile, ADMIN.name, ADMIN.password, Clock.at(day)))
        return opened[-1]

    yield log_in
    for desk in opened:
        desk.close()


def marked(desk: Desk) -> dict[str, bool]:
    """Which of the newest lines of each action say that the clock was in doubt."""
    with desk.read() as session:
        lines = session.exec(select(AuditLine).order_by(AuditLine.no)).all()
    return {line.action: "clock_suspect" in json.loads(line.detail) for line in lines}


@pytest.mark.parametrize(
    ("day", "doubt"),
    [
        (date(2026, 11, 20), ""),
        (date(2027, 11, 20), ""),
        (date(2026, 11, 19), "behind"),
        (date(2019, 1, 1), "before_build"),
        (date(2028, 6, 1), "ahead"),
    ],
)
def test_what_is_done_under_a_clock_in_doubt_is_marked(again: Again, day: date, doubt: str) -> None:
    desk = again(day)
    assert desk.clock_doubt == doubt
    with desk.write("check"):
        pass
    assert marked(desk)["account.log_in"] is marked(desk)["check"] is bool(doubt)
    assert bool(clock_watch.clock_words(desk)) is bool(doubt)


def test_a_clock_far_ahead_does_not_make_the_right_one_wrong(again: Again) -> None:
    enrol(again(date(2036, 1, 1)))
    assert again(date(2026, 11, 21)).clock_doubt == ""


def test_a_confirmed_day_is_believed_from_the_next_log_in_on(again: Again) -> None:
    desk = again(date(2026, 11, 1))
    asked, why = clock_watch.question(desk)
    assert "2026" in asked
    assert why
    clock_watch.confirm(desk)
    assert marked(desk)["clock.confirm"]
    assert desk.clock_doubt  # this log-in began in doubt and stays marked
    assert again(date(2026, 11, 2)).clock_doubt == ""
    assert again(date(2026, 10, 1)).clock_doubt != ""


def test_no_day_is_filled_in_while_the_clock_is_in_doubt(again: Again) -> None:
    desk = again(date(2026, 11, 21))
    child_id = enrol(desk, birth_date=date(2026, 10, 20))
    assert visits.start_visit(desk, child_id, "newborn_visit").answers["visit_date"] == "2026-11-21"
    desk = again(date(2026, 11, 20))
    assert desk.clock_doubt == "behind"
    begun = visits.start_visit(desk, child_id, "newborn_visit").answers
    assert "visit_date" not in begun
    assert begun["birth_date"] == "2026-10-20"


def test_a_kill_is_noted_at_the_next_log_in(station_desk: Desk, tmp_path: Path) -> None:
    import shutil

    enrol(station_desk)
    copy = tmp_path / "killed"
    shutil.copytree(station_desk.profile, copy)  # as a kill leaves it, with its write-ahead log
    desk = open_desk(copy, ADMIN.name, ADMIN.password, station_desk.clock)
    with desk.read() as session:
        lines = session.exec(select(AuditLine).where(AuditLine.action == "account.log_in").order_by(AuditLine.no)).all()
    assert json.loads(lines[-1].detail) == {"after_unclean_end": True}
    assert "after_unclean_end" not in json.loads(lines[-2].detail)
    desk.close()
