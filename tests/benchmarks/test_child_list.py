"""The list of 100,000 children: its whole order, its count, a page, and what is due today at 20,000."""

from __future__ import annotations

import os
import sys
import time

import pytest
from tests.benchmarks.big_register import big_register

from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter, DueNow, Sort

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
CHILDREN, OF_A_STATION = 100_000, 20_000
PAGE = 60
FILTERS = {
    "on the register": ChildFilter(),
    "all": ChildFilter(statuses=()),
    "6 to 12 months": ChildFilter(age_months=(6, 12)),
    "high risk": ChildFilter(high_risk=True),
    "overdue": ChildFilter(due=(DueNow.OVERDUE,)),
    "growth problem": ChildFilter(growth_problem=True),
    "typed 王": ChildFilter(query="王"),
    "typed wangzi": ChildFilter(query="wangzi"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = big_register(CHILDREN, tmp_path_factory.mktemp("big") / "station")
    yield opened
    opened.close()


def best_ms(act, times: int = 5) -> float:
    """The quickest of some runs: other programs only ever add to it."""
    spent = []
    for _time in range(times):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return min(spent) * 1e3


def test_orders_counts_and_pages(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"\n{CHILDREN} children: order and count of the list, ms"]
    for name, wanted in FILTERS.items():
        order = best_ms(lambda wanted=wanted: child_list.ids(desk, wanted))
        count = best_ms(lambda wanted=wanted: child_list.count_children(desk, wanted))
        lines.append(f"  {name}: {order:.0f}, {count:.0f}")
    sorts = {sort: best_ms(lambda sort=sort: child_list.ids(desk, ChildFilter(), sort), 2) for sort in Sort}
    lines += [f"  by {sort}: {spent:.0f}" for sort, spent in sorts.items()]
    numbers = child_list.ids(desk, ChildFilter())
    page = best_ms(lambda: child_list.rows(desk, numbers[5000 : 5000 + PAGE]))
    lines.append(f"  a page of {PAGE} rows: {page:.1f}")
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")
    assert best_ms(lambda: child_list.ids(desk, ChildFilter())) < 100


def test_what_is_due_today(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    station = big_register(OF_A_STATION, tmp_path / "station")
    rows = duties.due_list(station, within_days=7, include_done_late=False)
    spent = best_ms(lambda: duties.due_list(station, within_days=7, include_done_late=False))
    with capsys.disabled():
        sys.stdout.write(f"\ndue list of {OF_A_STATION} children, {len(rows)} rows: {spent:.0f} ms\n")
    station.close()
