"""5,000 open follow-ups at a station of 20,000 children: the list, and the count of the frame after each commit."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from tests.benchmarks.big_register import big_register

from zhaohu.records import FollowUp
from zhaohu.services.desk import Desk
from zhaohu.services.follow import follow_ups

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
CHILDREN, OPEN = 20_000, 5_000
KINDS = ("finding", "finding", "finding", "referral", "case")
BARE = """
SELECT u.*, c.name, c.birth_date, c.owner, v.name, s.id, s.form, json_extract(s.answers, '$.to_org')
FROM follow_up u JOIN child c ON c.id = u.child_id JOIN household h ON h.id = c.household_id
LEFT JOIN village v ON v.id = h.village_id LEFT JOIN visit s ON s.record_id = u.record_id
WHERE u.outcome IS NULL AND u.deleted_at IS NULL AND c.deleted_at IS NULL
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = big_register(CHILDREN, tmp_path_factory.mktemp("big") / "station")
    with opened.store.write() as session:
        visits = session.connection().exec_driver_sql(f"SELECT child_id, id FROM visit ORDER BY id LIMIT {OPEN}").all()
        for number, (child_id, visit_id) in enumerate(visits):
            found_on = opened.today - timedelta(days=number % 60)
            session.add(
                opened.make(
                    FollowUp, child_id=child_id, kind=KINDS[number % len(KINDS)], subject="growth.underweight",
                    record_id=visit_id, found_on=found_on, advice="建议复查", advice_kind="refer",
                    recheck_on=found_on + timedelta(days=30),
                )
            )  # fmt: skip
    yield opened
    opened.close()


def best_cpu_ms(act: Callable[[], object], times: int = 5) -> float:
    spent = []
    for _time in range(times):
        start = time.process_time()
        act()
        spent.append(time.process_time() - start)
    return min(spent) * 1e3


def test_the_list_and_the_count_against_reading_the_rows(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    def bare() -> None:
        with desk.read() as session:
            session.connection().exec_driver_sql(BARE).all()

    rows = follow_ups.list_open(desk)
    listed, counted = best_cpu_ms(lambda: follow_ups.list_open(desk)), best_cpu_ms(lambda: follow_ups.counts(desk))
    of_one, read = best_cpu_ms(lambda: follow_ups.of_child(desk, rows[0].child_id)), best_cpu_ms(bare)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(rows)} open follow-ups: listed {listed:.0f} ms CPU, counted {counted:.1f} ms, of one child"
            f" {of_one:.1f} ms, bare SQL of the rows {read:.0f} ms; {listed / read:.1f}, {counted / read:.2f} and"
            f" {of_one / read:.2f} times\n"
        )
    assert counted < read
    assert of_one < read / 4
