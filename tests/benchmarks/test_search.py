"""Every keystroke in the search box at a station of 100,000 children, against the bare range scan in the database."""

from __future__ import annotations

import os
import sys
import time
from random import Random

import pytest
from tests.benchmarks.big_register import big_register

from zhaohu.rules.names import search_keys
from zhaohu.rules.paper_code import child_code
from zhaohu.services.desk import Desk
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter, ChildRow

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
]
CHILDREN, SOUGHT = 100_000, 40
LONGEST_S = 0.050


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    opened = big_register(CHILDREN, tmp_path_factory.mktemp("big") / "station")
    yield opened
    opened.close()


def typed(row: ChildRow) -> list[str]:
    """What people type to find a child, in full."""
    pinyin, initials = (pick(search_keys(row.name), key=len) for pick in (max, min))
    return [
        row.name,
        row.name[1:],
        row.caregiver,
        pinyin,
        initials,
        row.village,
        row.phone[-4:],
        row.record_no[-6:],
        row.record_no,
        f"{row.name[0]} {row.village[:3]}",
        f"{initials[0]} {row.village[:2]}",
        f"{initials} {row.phone[-4:]}",
    ]


def keystrokes(desk: Desk) -> list[str]:
    dice = Random(5)
    numbers = dice.sample(child_list.ids(desk, ChildFilter()), SOUGHT)
    sought = child_list.rows(desk, numbers)
    words = [word for row in sought for word in typed(row)]
    return [word[:end] for word in words for end in range(1, len(word) + 1)] + [child_code(row.id) for row in sought]


def test_every_keystroke(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    queries = keystrokes(desk)
    for query in queries[:50]:
        child_list.search(desk, query)
    spent = sorted((_seconds(lambda query=query: child_list.search(desk, query)), query) for query in queries)
    times = [seconds for seconds, _query in spent]
    bare = sorted(_seconds(lambda query=query: _bare(desk, query)) for query in queries)
    middle, most = len(times) // 2, len(times) * 95 // 100
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(times)} keystrokes, {CHILDREN} children: p50 {times[middle] * 1e3:.1f} ms, "
            f"p95 {times[most] * 1e3:.1f} ms, worst {times[-1] * 1e3:.1f} ms (“{spent[-1][1]}”); "
            f"p50 = {times[middle] / bare[middle]:.1f} x, p95 = {times[most] / bare[most]:.1f} x the bare range scan "
            f"({bare[middle] * 1e3:.2f} and {bare[most] * 1e3:.2f} ms)\n"
        )
    assert times[most] < LONGEST_S


def _seconds(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _bare(desk: Desk, query: str) -> None:
    """The range of keys and nothing else."""
    with desk.read() as session:
        sql = "SELECT no FROM search_key WHERE shelf = 0 AND key >= ? AND key < ? LIMIT 12"
        session.connection().exec_driver_sql(sql, (query, query + "\U0010ffff")).all()
