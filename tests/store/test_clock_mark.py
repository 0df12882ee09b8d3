"""The highest time ever seen, and when a clock is in doubt beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import BUILT
from zhaohu.clock import Clock
from zhaohu.store import audit, clock_mark, settings
from zhaohu.store.session import Store

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=8)))
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "doubt"),
    [
        (NOON, ""),
        (NOON - 5 * MINUTE, ""),
        (NOON - 5 * MINUTE - timedelta(seconds=1), "behind"),
        (NOON + timedelta(days=400), ""),
        (NOON + timedelta(days=400, seconds=1), "ahead"),
        (datetime(2026, 10, 31, 23, tzinfo=UTC), "before_build"),
    ],
)
def test_when_a_clock_is_in_doubt(now: datetime, doubt: str) -> None:
    assert clock_mark.judge(now, NOON, built=date(2026, 11, 1)) == doubt


def test_a_profile_that_has_seen_nothing_doubts_only_the_impossible() -> None:
    assert clock_mark.judge(NOON + timedelta(days=9000), None, built=date(2026, 11, 1)) == ""
    assert clock_mark.judge(NOON, None, built=date(2026, 11, 21)) == "before_build"


def test_the_day_of_the_build_is_a_day_that_has_been() -> None:
    assert Clock().today() >= BUILT


_MOMENTS = st.lists(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
    min_size=1,
    max_size=8,
)


@given(moments=_MOMENTS)
def test_the_mark_only_rises_whatever_the_time_zones(moments: list[datetime]) -> None:
    kept = max(moments, key=lambda one: one.astimezone(UTC)).astimezone(UTC).replace(microsecond=0)
    written = [clock_mark._written(one) for one in moments]
    assert max(written) == clock_mark._written(kept)
    assert clock_mark.read(max(written)) == kept


def test_the_mark_is_raised_kept_and_set_back_only_by_hand(store: Store) -> None:
    with store.write() as session:
        for at in (NOON, NOON - timedelta(days=3), NOON + MINUTE):
            clock_mark.raise_to(session, at)
    with store.read() as session:
        assert clock_mark.highest(session) == NOON + MINUTE
        assert clock_mark.doubt(session, NOON - timedelta(hours=1)) == "behind"
    with store.write() as session:
        clock_mark.set_to(session, NOON - timedelta(days=3))
    with store.read() as session:
        assert clock_mark.highest(session) == NOON - timedelta(days=3)


def test_without_a_mark_the_latest_line_of_the_log_counts_not_the_last(store: Store) -> None:
    with store.write() as session:
        for at in (NOON + MINUTE, NOON):
            audit.append(session, at=at.isoformat(), account="admin", action="check", subject=None, detail={})
    with store.read() as session:
        assert clock_mark.highest(session) == NOON + MINUTE
    with store.write() as session:
        settings.put(session, clock_mark._KEY, "nonsense")
    with store.read() as session:
        assert clock_mark.highest(session) == NOON + MINUTE


def test_no_view_is_told_when_the_mark_rises(store: Store) -> None:
    told: list[frozenset[str]] = []
    store.listen(told.append)
    with store.write() as session:
        clock_mark.raise_to(session, NOON)
    assert told == [frozenset()]
