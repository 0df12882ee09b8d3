"""What is due among 20,000 children: lists beside the bare reading of rows, the rules beside calendar sums."""

from __future__ import annotations

import gc
import os
import sys
import time
from datetime import date, timedelta

import pytest
from tests.benchmarks.big_register import big_register

from zhaohu.rules.ages import add_months
from zhaohu.rules.schedule import ScheduledChild, due_items
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
CHILDREN = 20_000
TIMES_THE_READING = 2.0
START_TIMES_THE_READING = 1.0
TIMES_THE_CALENDAR = 3.0
BARE = """
SELECT d.contact, d.opens, d.closes, d.until, d.planned_on, d.also, c.name, c.birth_date, f.risks, h.address, g.name,
    g.phone
FROM due_contact d JOIN child_facts f ON f.no = d.no JOIN child c ON c.id = f.child_id
LEFT JOIN household h ON h.id = c.household_id LEFT JOIN caregiver g ON g.household_id = h.id AND g.is_main
WHERE d.done_on IS NULL AND d.opens BETWEEN '2025-11-13' AND '2026-11-27' AND d.until >= '2026-11-20'
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = big_register(CHILDREN, tmp_path_factory.mktemp("big") / "station")
    gc.collect()
    gc.freeze()  # as the program has it while it runs, see `ui.collector.calm_collector`
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    yield opened
    gc.set_threshold(*usual)
    gc.unfreeze()
    opened.close()


def best_cpu_ms(act, times: int = 7) -> float:
    spent = []
    for _time in range(times):
        start = time.process_time()
        act()
        spent.append(time.process_time() - start)
    return min(spent) * 1e3


def bare(desk: Desk) -> int:
    with desk.read() as session:
        return len(session.connection().exec_driver_sql(BARE).all())


def test_the_list_takes_little_more_than_reading_its_rows(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    rows = len(duties.due_list(desk, within_days=7, include_done_late=False))
    assert rows > 17_000
    listed = best_cpu_ms(lambda: duties.due_list(desk, within_days=7, include_done_late=False))
    read = best_cpu_ms(lambda: bare(desk))
    with capsys.disabled():
        sys.stdout.write(f"\n{rows} due rows: {listed:.0f} ms CPU, bare SQL {read:.0f} ms, {listed / read:.2f} times\n")
    assert listed < TIMES_THE_READING * read


def test_the_start_of_the_list_takes_less_than_reading_all_rows(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    start = best_cpu_ms(lambda: duties.due_start(desk, within_days=7, first=200))
    read = best_cpu_ms(lambda: bare(desk))
    with capsys.disabled():
        sys.stdout.write(
            f"\nthe first 200: {start:.0f} ms CPU, bare SQL of all {read:.0f} ms, {start / read:.2f} times\n"
        )
    assert start < START_TIMES_THE_READING * read


def test_the_rules_against_the_days_they_are_made_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the months of each contact added to each birth date, which any list must do at the least."""
    on, schedule = date(2026, 10, 25), reference.schedule()
    born = [on - timedelta(days=number * 37 % 1100) for number in range(CHILDREN)]
    children = [ScheduledChild(day, done={"NB1": day}) for day in born]
    months = [contact.months for contact in schedule.contacts if contact.months is not None]
    ruled = best_cpu_ms(lambda: [due_items(schedule, child, on, 14) for child in children], 3)
    summed = best_cpu_ms(lambda: [[add_months(day, n) for n in months] for day in born], 3)
    with capsys.disabled():
        sys.stdout.write(f"\nrules: {ruled:.0f} ms CPU, the days alone {summed:.0f} ms, {ruled / summed:.1f} times\n")
    assert ruled < TIMES_THE_CALENDAR * summed
